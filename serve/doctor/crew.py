"""Checks fonts and engines by the crew's own code, which is named by its import path: serve/
imports no crew."""

from collections.abc import Callable, Sequence
from importlib import import_module

from serve.doctor.line import Line, ok, wrong
from serve.settings import Settings

CHECKUP = "deployments.checkup"
Fault = tuple[str, str]
"""A fault: its description, and how to mend it."""


def font_lines() -> list[Line]:
    faults: Callable[[], Sequence[Fault]] = import_module(CHECKUP).font_faults
    return _lines("fonts", faults(), "every glyph source is there")


def engine_lines(settings: Settings) -> list[Line]:
    faults: Callable[[Settings], Sequence[Fault]] = import_module(CHECKUP).engine_faults
    tiers = {"draft": settings.draft, "final": settings.final}
    named = [f"{tier} {clip.engine}" for tier, clip in tiers.items() if clip.enabled]
    return _lines("engines", faults(settings), f"conte {settings.conte.engine}, {', '.join(named)}")


def _lines(part: str, faults: Sequence[Fault], fine: str) -> list[Line]:
    return [wrong(part, said, todo) for said, todo in faults] or [ok(part, fine)]
