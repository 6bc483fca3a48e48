"""Checks the machine before a cluster starts: port, disk, memory."""

import os
import shutil
import socket
from contextlib import suppress
from pathlib import Path

from serve.private import private_home

HOST = "127.0.0.1"
HOUSE = "house"
"""Custom resource that nodes without a GPU announce to Ray: see cluster.yaml."""
DISK_WANTED = 1 << 30
MEMORY_WANTED = 3 << 29  # 1.5 GiB: eight small processes


class BootError(Exception):
    """The cluster could not be started; the message is one sentence with what to do."""


def check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise BootError(
                f"port {port} is in use; stop what uses it, or choose another with --port"
            ) from error


def make_home(home: Path) -> None:
    try:
        private_home(home)
    except OSError as error:
        raise _not_written(home, error) from error
    if not os.access(home, os.W_OK):
        raise BootError(f"{home} cannot be written; choose another with --home")


def check_room(home: Path) -> None:
    try:
        free = shutil.disk_usage(home).free
    except OSError as error:
        raise _not_written(home, error) from error
    if free < DISK_WANTED:
        raise BootError(
            f"the disk under {home} has {free >> 20} MiB left; at least {DISK_WANTED >> 20} MiB"
            " are wanted: free some, or choose another with --home"
        )
    memory = available_memory()
    if memory is not None and memory < MEMORY_WANTED:
        raise BootError(
            f"{memory >> 20} MiB of memory are available; close something, at least"
            f" {MEMORY_WANTED >> 20} MiB are wanted"
        )


def available_memory() -> int | None:
    with suppress(OSError, ValueError):
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) << 10
    return None


def _not_written(home: Path, error: OSError) -> BootError:
    return BootError(f"{home} cannot be written ({error.strerror}); choose another with --home")
