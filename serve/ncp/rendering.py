"""Fills the ids of an account into cluster.yaml, from the variables `SIAN_NCP_*`."""

import re
from collections.abc import Mapping
from typing import Any

from serve.yaml_text import yaml_value

_VARIABLE = re.compile(r"\$\{(?P<name>[A-Z][A-Z0-9_]*)(?::-(?P<default>[^}]*))?\}")
_VALUE = re.compile(r"[\w.:/-]+")
PREFIX = "SIAN_NCP_"
SECRETS = frozenset({"SIAN_NCP_ACCESS_KEY", "SIAN_NCP_SECRET_KEY"})


class NotRendered(ValueError):
    """A variable is missing, wrong, or a secret."""


def rendered(template: str, environment: Mapping[str, str]) -> str:
    """Return the template with each `${SIAN_NCP_...}` replaced. `${NAME:-x}`: x if it is not set.

    Raises:
        NotRendered: naming every missing variable, or the wrong one.
    """
    # Comments explain variables; nothing is replaced in them.
    lines = [line for line in template.splitlines() if not line.lstrip().startswith("#")]
    used = [found for line in lines for found in _VARIABLE.finditer(line)]
    for name in (found["name"] for found in used):
        if name in SECRETS or not name.startswith(PREFIX):
            raise NotRendered(f"{name} does not belong into cluster.yaml: Ray logs all of it")
    missing = {
        found["name"]
        for found in used
        if not environment.get(found["name"], "") and found["default"] is None
    }
    if missing:
        raise NotRendered(f"not set: {', '.join(sorted(missing))}; see docs/ncp.md")

    def value(found: re.Match[str]) -> str:
        said = environment.get(found["name"], "") or found["default"] or ""
        if not _VALUE.fullmatch(said):
            raise NotRendered(f"{found['name']}: got {said!r}, wanted an id or an address")
        # A number would become a YAML integer; ids are texts.
        return f'"{said}"' if said.isdecimal() else said

    return "".join(
        line if line.lstrip().startswith("#") else _VARIABLE.sub(value, line)
        for line in template.splitlines(keepends=True)
    )


def loaded(text: str) -> dict[str, Any]:
    config: Any = yaml_value(text)
    if not isinstance(config, dict):
        raise NotRendered("cluster.yaml: wanted a mapping")
    return config
