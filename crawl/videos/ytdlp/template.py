"""A process that has imported yt-dlp, and from which the process of each task is forked.

Importing takes more than a second of processor time, and most tasks need less for everything else.
The template itself runs no task, so each of its forks begins with modules that nobody has used.
"""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

_KEPT = ("PATH", "PYTHONPATH", "LANG", "SSL_CERT_FILE", "SSL_CERT_DIR")
_MESSAGE_BYTES = 1 << 16


class TemplateDied(Exception):
    """The template ended, or did not start."""


class ForkedProcess:
    """The process of one task, forked from the template."""

    def __init__(self, template: "Template", pid: int, alive: int) -> None:
        """`alive`: a pipe that is at its end when the process has ended. It is closed by `end`."""
        self._template, self._pid, self._alive = template, pid, alive

    def wait(self, timeout_s: float) -> bool:
        """Return whether it has ended, at the latest after `timeout_s`."""
        return bool(select.select([self._alive], [], [], timeout_s)[0])

    def end(self) -> int:
        """Kill what is still running of the process and its session; return the exit code as
        `subprocess` does."""
        # No other process can have this pid: the template waits for its fork below, not before.
        for kill in (os.kill, os.killpg):
            with suppress(ProcessLookupError):
                kill(self._pid, signal.SIGKILL)
        os.close(self._alive)
        with suppress(TemplateDied):
            return self._template.asked(["wait", self._pid])
        return -signal.SIGKILL


class Template:
    """The template of this process; the first fork starts it, and again if it died. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def fork(self, stdin: int, stdout: int, stderr: int, home: str, *held: int) -> ForkedProcess:
        """Fork a process that reads a task from `stdin`, in a new session.

        Args:
            held: descriptors that it keeps open as long as it lives.

        Raises:
            TemplateDied: twice in a row.
        """
        ended, alive = os.pipe()
        request = ["fork", {"HOME": home, "CWD": os.getcwd()}]
        try:
            descriptors = (stdin, stdout, stderr, alive, *held)
            try:
                pid = self.asked(request, descriptors)
            except TemplateDied:
                pid = self.asked(request, descriptors)
        except BaseException:
            os.close(ended)
            raise
        finally:
            os.close(alive)
        return ForkedProcess(self, pid, ended)

    def asked(self, request: list[Any], descriptors: Sequence[int] = ()) -> int:
        """Return the template's answer. Raises TemplateDied."""
        with self._lock:
            control = self._running()
            try:
                socket.send_fds(control, [json.dumps(request).encode()], descriptors)
                answer = control.recv(_MESSAGE_BYTES)
            except OSError as error:
                raise self._dead(str(error)) from error
            if not answer:
                raise self._dead("it ended")
            return int(answer)

    def _running(self) -> socket.socket:
        if self._control is None:
            self._control, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with its:
                # It ends when this end of the socket is closed, as by the end of this process.
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "crawl.videos.ytdlp.child", str(its.fileno())],
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,
                    env=_environment(),
                    pass_fds=(its.fileno(),),
                )
        return self._control

    def _dead(self, reason: str) -> TemplateDied:
        assert self._control is not None
        assert self._process is not None
        self._control.close()
        self._control = None
        self._process.kill()
        code = self._process.wait()
        return TemplateDied(f"the process that forks for yt-dlp ended with {code}: {reason}")


def _environment() -> dict[str, str]:
    """Return the processes' environment, without keys, proxies or the user's configuration."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    # BLAS would start threads, which a fork does not have.
    return {**kept, "HOME": os.devnull, "YTDLP_NO_PLUGINS": "1", "OPENBLAS_NUM_THREADS": "1"}
