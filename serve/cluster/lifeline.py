"""Ends a holder whose cluster has died, with all of the cluster's remaining processes.

Neither the raylet nor the GCS restarts once it has died. Without them the replicas stay on the port
for up to a minute, and the holder for ever: `up` would find a cluster that serves nothing.
"""

import logging
import os
import shutil
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from serve.cluster import address, processes
from serve.telemetry import log
from serve.whole import write_whole

PERIOD_S = 0.5


class Lifeline:
    """Watches a cluster. `dead` names the parts that have died, such as "raylet (signal 9)"."""

    def __init__(self, home: Path, folder: Path, dead: Callable[[], Sequence[str]]) -> None:
        self._home, self._folder, self._dead = home, folder, dead
        self._cut = threading.Event()
        # A thread: the main one may be waiting for a response of the dead part.
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def cut(self) -> None:
        """Stop watching: from here on the processes are ended on purpose."""
        self._cut.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._cut.wait(PERIOD_S):
            if dead := self._dead():
                self._end(dead)

    def _end(self, dead: Sequence[str]) -> None:
        reason = f"{' and '.join(dead)} died"
        log("cluster.ended", level=logging.ERROR, reason=reason)
        write_whole(self._home / "cluster-ended.txt", reason)
        processes.end(self._home)
        shutil.rmtree(self._folder, ignore_errors=True)
        (self._home / "serving").unlink(missing_ok=True)
        # Last: a process that finds no address boots a new cluster on the port.
        running = address.find(self._home)
        if running is not None and running.pid == os.getpid():
            address.forget(self._home)
        os._exit(1)


def dead_parts() -> list[str]:
    """Return the names of Ray's processes on this node that have died and that nothing restarts."""
    from ray._private import ray_constants, worker

    vital = {
        ray_constants.PROCESS_TYPE_RAYLET: "raylet",
        ray_constants.PROCESS_TYPE_GCS_SERVER: "GCS",
    }
    node: Any = worker._global_node  # pyright: ignore[reportPrivateUsage]
    if node is None:
        return []
    return [
        f"the {vital[part]} ({_how(process.returncode)})"
        for part, process in node.dead_processes()
        if part in vital
    ]


def _how(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
