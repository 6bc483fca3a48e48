"""Checks what a cluster of several machines would refuse, before it is started there."""

import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from serve.doctor.line import Line, ok, wrong
from serve.settings import Settings
from serve.several_machines import Machines, refusals


def sharing_lines(settings: Settings, environment: Mapping[str, str]) -> list[Line]:
    """Return the faults; none for settings of a single machine (no `pin_to_house`)."""
    if not settings.pin_to_house:
        return []
    path = environment.get("RAY_AUTH_TOKEN_PATH", "")
    mode: int | None = None
    with suppress(OSError):
        mode = stat.S_IMODE(os.stat(Path(path)).st_mode) if path else None
    faults = refusals(settings, Machines(1, {}, path, mode), environment)
    lines = [
        wrong("sharing", fault, "a cluster refuses this: docs/operations.md") for fault in faults
    ]
    return lines or [ok("sharing", "these settings may be shared by several machines")]
