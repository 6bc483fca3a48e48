"""Keeps a home's cluster serving: starts it, watches it, and starts it again when it has ended.

Nothing is lost meanwhile: productions in progress are in the ledger, and a director of the next
cluster takes them over when the old leases have expired.
"""

import fcntl
import os
import signal
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from serve.cluster import processes
from serve.cluster.address import Running
from serve.cluster.machine import BootError, make_home
from serve.cluster.readiness import Answer, ask
from serve.cluster.starting import STOP_TIMEOUT_S, NotReady, end, ended_because, start

LOOK_EVERY_S = 1.0
DEAF_S = 180
"""Longest time without a response of a live cluster, in seconds: Serve restarts an ingress far
sooner.
"""
STEADY_S = 60
"""Seconds of service after which an ended cluster is restarted without a pause."""
LONGEST_PAUSE_S = 60

Say = Callable[[str], None]


class Stopped(Exception):
    """Stop was requested while the cluster was being started."""


def keep(
    graph: Path, home: Path, port: int, say: Say, stop: threading.Event, jobs_port: int = 0
) -> None:
    """Keep a cluster of the graph serving until `stop` is set, then end it.

    Raises:
        BootError: if another process keeps this home's cluster.
    """
    home = home.absolute()
    make_home(home)
    pause_s = 0.0

    def on_wait(_: str) -> None:
        if stop.is_set():
            raise Stopped

    with _claimed(home):
        while not stop.wait(pause_s):
            began = time.monotonic()
            try:
                started = start(graph, home, port, on_wait, jobs_port)
            except Stopped:
                break
            except NotReady as error:
                say(str(error))
                running = error.running
            except (BootError, OSError) as error:
                pause_s = _longer(pause_s)
                say(f"could not start: {error}; trying again in {pause_s:g} s")
                continue
            else:
                running = started.running
                if started.found:
                    say(started.found)
                before = "already " if not started.booted else ""
                say(f"{before}serving on {running.url} after {time.monotonic() - began:.0f} s")
            began = time.monotonic()
            reason = _lost(running, home, say, stop)
            if reason is None:
                break
            pause_s = 0.0 if time.monotonic() - began >= STEADY_S else _longer(pause_s)
            say(f"{reason}; starting again" + (f" in {pause_s:g} s" if pause_s else ""))
        say("stopping")
        end(home)


def stop_keeper(home: Path) -> bool:
    """End the process that keeps this home's cluster, and the cluster. Returns False if there is
    none.
    """
    pid = _keeper(home)
    if pid is None:
        return False
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    # The keeper first stops a cluster, by SIGKILL if necessary.
    deadline = time.monotonic() + 2 * STOP_TIMEOUT_S
    while _keeper(home) == pid:
        if time.monotonic() > deadline:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            break
        time.sleep(0.05)
    return True


def _lost(running: Running, home: Path, say: Say, stop: threading.Event) -> str | None:
    """Return why the cluster has ended; None when `stop` is set."""
    was = Answer(ready=True, answered=True)
    answered = time.monotonic()
    while not stop.wait(LOOK_EVERY_S):
        if not running.alive:
            return f"the cluster has ended: {ended_because(home) or 'its holder died'}"
        answer = ask(running.url)
        if answer.answered:
            answered = time.monotonic()
        elif time.monotonic() - answered > DEAF_S:
            end(home, running)
            return f"the cluster did not answer for {DEAF_S} s: {answer.reason}"
        # A cluster that responds is left alone, ready or not: a restart would not bring back an
        # unreachable ledger any sooner.
        if answer.ready != was.ready or answer.reason != was.reason:
            say("ready again" if answer.ready else f"not ready: {answer.reason}")
        was = answer
    return None


def _longer(pause_s: float) -> float:
    return min(LONGEST_PAUSE_S, max(1.0, 2 * pause_s))


@contextmanager
def _claimed(home: Path) -> Generator[None]:
    with (home / "keeper.lock").open("a+") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if pid := _keeper(home):
                    raise BootError(
                        f"process {pid} keeps the cluster here; stop it with: sian down"
                    ) from None
                time.sleep(0.05)  # locked by a reader, or pid not written yet
        file.truncate(0)
        file.write(f"{os.getpid()} {processes.began(os.getpid())}")
        file.flush()
        yield


def _keeper(home: Path) -> int | None:
    """Return the pid of the process that holds the keeper's lock, or None.

    The pid in an unlocked file may be stale.
    """
    try:
        with (home / "keeper.lock").open("r+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                pid, began = map(int, file.read().split())
                return pid if processes.began(pid) == began else None
    except (FileNotFoundError, ValueError):
        pass
    return None
