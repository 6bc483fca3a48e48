"""Reads the settings of a graph, or returns the line on what is wrong. The line repeats no
values."""

from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from serve.doctor.line import Line, ok, wrong
from serve.settings import Settings
from serve.yaml_text import yaml_value

PART = "settings"
_TODO = "see docs/settings.md"


def read(graph: Path | None, home: Path) -> tuple[Settings | None, Line]:
    """Read the settings. `graph` None: the defaults with the environment's values."""
    where = "the environment" if graph is None else str(graph)
    try:
        settings = Settings.model_validate({} if graph is None else _arguments(graph))
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
        return None, wrong(PART, f"{where}: {'; '.join(faults)}", _TODO)
    except (OSError, ValueError, yaml.YAMLError) as error:
        # A YAML error names its place in the first lines, and shows the text around it below.
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        return None, wrong(
            PART, f"{where}: {said}", "wanted a Serve config YAML as graphs/local.yaml"
        )
    return settings.model_copy(update={"home": home}).at_home(), ok(PART, where)


def _arguments(graph: Path) -> dict[str, Any]:
    """Return the arguments of the film application.

    Raises:
        ValueError: if the file has none.
    """
    config: Any = yaml_value(graph.read_text("utf-8"))
    applications: Any = config.get("applications") if isinstance(config, dict) else None
    for application in applications if isinstance(applications, list) else []:
        if str(application.get("import_path", "")).startswith("graphs.build:"):
            return dict(application.get("args") or {})
    raise ValueError("there is no application of graphs.build:build in it")
