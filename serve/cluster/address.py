"""The file `home`/cluster.json: pid and address of the process that holds a home's cluster."""

import fcntl
import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from serve.cluster import processes
from serve.whole import write_whole

FILE = "cluster.json"


@dataclass(frozen=True)
class Running:
    pid: int
    url: str
    graph: str
    jobs_url: str = ""
    """Address for `ray job submit`; empty: the cluster accepts no jobs."""
    began: int = 0
    """Start of the process, in the machine's clock ticks; 0: unknown."""

    @property
    def alive(self) -> bool:
        began = processes.began(self.pid)
        return began is not None and self.began in (0, began)


def find(home: Path) -> Running | None:
    """Return the live process that holds this home's cluster, or None. It may not be ready yet."""
    try:
        running = Running(**json.loads((home / FILE).read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return running if running.alive else None


def write(home: Path, running: Running) -> None:
    # Written whole: a reader must not mistake half a file for a missing cluster.
    write_whole(home / FILE, json.dumps(asdict(running)))


def forget(home: Path) -> None:
    (home / FILE).unlink(missing_ok=True)


@contextmanager
def deciding(home: Path) -> Generator[None]:
    """Lock out other processes while looking at what runs here and changing it."""
    with (home / "cluster.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
