"""Processor time of a cluster by process: what the overhead of a cut is made of."""

import os
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

Used = Mapping[tuple[int, str], float]
"""Milliseconds by process id and role."""
ReadUsed = Callable[[], Used]

CLIENT = "client"
_MS_A_TICK = 1000 / os.sysconf("SC_CLK_TCK")
_REPLICA, _ACTOR = "ray::ServeReplica:", "ray::"


def used_ms(processes: Iterable[Path]) -> Used:
    """What these processes (folders of /proc) and this one have used since they started."""
    used: dict[tuple[int, str], float] = {}
    for process in (*processes, Path("/proc/self")):
        with suppress(OSError, IndexError):
            fields = (process / "stat").read_text().rpartition(")")[2].split()
            is_self = process.name == "self"
            pid = os.getpid() if is_self else int(process.name)
            role = CLIENT if is_self else role_of(process)
            used[pid, role] = (int(fields[11]) + int(fields[12])) * _MS_A_TICK
    return used


def role_of(process: Path) -> str:
    """Application and deployment of a replica, such as `film:Director`; else what runs."""
    title = (process / "cmdline").read_bytes().split(b"\0")[0].decode(errors="replace")
    if title.startswith(_REPLICA):
        return title.removeprefix(_REPLICA).partition(".")[0].strip()
    if title.startswith(_ACTOR):
        return title.removeprefix(_ACTOR).partition(".")[0].partition(":")[0].strip()
    return (process / "comm").read_text().strip()


def spent_ms(before: Used, after: Used) -> dict[str, float]:
    """Milliseconds by role between two readings; a process that has ended meanwhile is left out."""
    spent: dict[str, float] = {}
    for (pid, role), ms in after.items():
        # A worker's title changes when it becomes a replica: its time goes to what it is now.
        earlier = max((was for (of, _), was in before.items() if of == pid), default=0.0)
        spent[role] = spent.get(role, 0.0) + ms - earlier
    return spent


def rows(spent: Mapping[str, Sequence[Mapping[str, float]]], per: int) -> list[str]:
    """Table rows: medians of the milliseconds for each of `per` cuts, by role and arm.

    `spent`: a reading by role for each repetition of each arm. The last row is the sum.
    """
    medians: dict[str, dict[str, float]] = {}
    for arm, readings in spent.items():
        for role in {role for reading in readings for role in reading}:
            ms = statistics.median(reading.get(role, 0.0) for reading in readings) / per
            medians.setdefault(role, {})[arm] = ms
    sums = {
        arm: statistics.median(sum(reading.values()) for reading in readings) / per
        for arm, readings in spent.items()
    }
    by_cost = sorted(medians, key=lambda role: -max(medians[role].values()))
    table = [(role, medians[role]) for role in by_cost if max(medians[role].values()) >= 0.05]
    return [
        f"| {role} | {' | '.join(f'{ms.get(arm, 0.0):.2f}' for arm in spent)} |"
        for role, ms in (*table, ("all", sums))
    ]
