"""Checks this machine: ports, disk, memory."""

import shutil
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from serve.cluster import find
from serve.cluster.machine import (
    DISK_WANTED,
    HOST,
    MEMORY_WANTED,
    BootError,
    available_memory,
    check_port,
)
from serve.doctor.line import Line, look, ok, wrong

_PARTS = ("ledger", "vault", "directors")
"""Parts whose state /readyz has."""


def port_lines(home: Path, ports: Mapping[str, int]) -> list[Line]:
    """Check the ports. `ports`: purpose by port; a port held by this home's cluster is in order."""
    running = find(home)
    lines: list[Line] = []
    for what, port in ports.items():
        try:
            check_port(port)
        except BootError:
            if running is not None and port_of(running.url) == port:
                lines.append(ok("ports", f"{port} ({what}): this home's cluster serves there"))
                continue
            if (faults := _sian_at(port)) is not None:
                # On a cluster's head the front door is Ray's, and no home knows of it.
                there = f"{port} ({what}): Sian serves there"
                lines.append(
                    wrong("ports", f"{there}; {'; '.join(faults)}", "see operations/runbook.md")
                    if faults
                    else ok("ports", f"{there}, and is ready")
                )
                continue
            choose = f"stop what uses it (ss -ltnp 'sport = :{port}'), or choose another"
            lines.append(wrong("ports", f"{port} ({what}) is in use", choose))
        else:
            lines.append(ok("ports", f"{port} ({what}) is free"))
    return lines


def _sian_at(port: int, within_s: float = 10) -> list[str] | None:
    """Return why the server at a port is not ready, by /readyz; None: it is not Sian."""
    try:
        answer = httpx.get(f"http://{HOST}:{port}/readyz", timeout=within_s, trust_env=False)
        body: Any = answer.json()
        parts: Any = body.get("parts", body)
        return [f"{part}: {parts[part]}" for part in _PARTS if parts[part] != "ok"]
    except (httpx.HTTPError, ValueError, AttributeError, KeyError, TypeError):
        return None


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2].partition("/")[0] or 0)


def room_lines(home: Path, memory: int | None = None) -> list[Line]:
    """Check disk and memory. `memory`: available bytes; None: those of this machine."""
    there = next(one for one in (home.absolute(), *home.absolute().parents) if one.exists())
    free = shutil.disk_usage(there).free
    said = f"{free >> 20} MiB free under {there}"
    wanted = f"wanted at least {DISK_WANTED >> 20} MiB"
    lines = [
        ok("disk", said)
        if free >= DISK_WANTED
        else wrong("disk", f"{said}; {wanted}", "free some, or choose another --home")
    ]
    memory = available_memory() if memory is None else memory
    if memory is None:
        lines.append(look("memory", "unknown on this system", "1.5 GiB are wanted at least"))
    elif memory < MEMORY_WANTED:
        said = f"{memory >> 20} MiB available; wanted at least {MEMORY_WANTED >> 20} MiB"
        lines.append(wrong("memory", said, "close something, or take a larger machine"))
    else:
        lines.append(ok("memory", f"{memory >> 20} MiB available"))
    return lines


def reached(address: str, within_s: float = 5) -> str:
    """Return why a `host:port` cannot be reached; empty: it can."""
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), within_s):
            return ""
    except (OSError, ValueError) as error:
        return str(error) or type(error).__name__
