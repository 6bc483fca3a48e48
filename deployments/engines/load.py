"""Settings -> engine, by name. Heavy imports happen here and only for the engine that is asked for.

A name with a colon is an import path (`package.module:Class`), so that an engine of one's own
needs no change in this project.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from conte.checks.timefit import Rates
from deployments.engines.protocols import ConteEngine, VideoEngine

CONTE_ENGINES = {"composer": "deployments.engines.composer:Composer"}
VIDEO_ENGINES = {"animatic": "deployments.engines.animatic:Animatic"}


def conte_engine(name: str, rates: Rates) -> ConteEngine:
    """The conte engine of that name.

    Raises:
        ValueError: if there is none, with those there are.
    """
    return _load(name, CONTE_ENGINES, "conte.engine")(rates)


def video_engine(name: str, setting: str) -> VideoEngine:
    """The clip engine of that name; `setting` is what an error names.

    Raises:
        ValueError: if there is none, with those there are.
    """
    return _load(name, VIDEO_ENGINES, setting)()


def _load(name: str, known: Mapping[str, str], setting: str) -> Any:
    path = known.get(name, name)
    module, colon, attribute = path.partition(":")
    if not colon:
        raise ValueError(
            f"{setting}: there is no engine {name!r}; there is {', '.join(sorted(known))}, or an"
            " import path such as mypackage.engine:Engine"
        )
    try:
        return getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise ValueError(f"{setting}: engine {name!r} cannot be loaded: {error}") from error
