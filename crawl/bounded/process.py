"""One child process: started, written to, listened to, ended whole."""

import os
import selectors
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

STDERR_BYTES = 8192
"""Kept of what the child writes there: the end."""
PIECE = 1 << 18

# PR_SET_PDEATHSIG ends a child with the *thread* that started it. This one lasts as long as the
# process, whichever threads call.
_starter = ThreadPoolExecutor(1, thread_name_prefix="bounded-starter")

_ENVIRONMENT = frozenset(
    ("PATH", "HOME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
)


class ChildProcess:
    """Pipes never block: `poll` says which of them has something."""

    def __init__(self) -> None:
        asked, self.requests = os.pipe()
        self.answers, told = os.pipe()
        try:
            self._process = _starter.submit(_start, asked, told).result()
        except BaseException:
            for end in (self.requests, self.answers):
                os.close(end)
            raise
        finally:
            os.close(asked)
            os.close(told)
        stderr = self._process.stderr
        assert stderr is not None
        self._stderr = stderr
        self._said = bytearray()
        self._exit: tuple[int, float, int] | None = None
        for end in (self.requests, self.answers, stderr.fileno()):
            os.set_blocking(end, False)

    @property
    def pid(self) -> int:
        return self._process.pid

    def poll(self, wake: int, timeout_s: float, *, writing: bool) -> set[int]:
        """Which of `answers`, `requests` (if there is something to write) and `wake` are ready.

        What the child wrote to stderr is kept meanwhile.
        """
        with selectors.DefaultSelector() as selector:
            selector.register(self.answers, selectors.EVENT_READ)
            selector.register(wake, selectors.EVENT_READ)
            if not self._stderr.closed:
                selector.register(self._stderr, selectors.EVENT_READ)
            if writing:
                selector.register(self.requests, selectors.EVENT_WRITE)
            ready = {key.fd for key, _ in selector.select(max(0.0, timeout_s))}
        if not self._stderr.closed and self._stderr.fileno() in ready:
            self._listen()
        return ready & {self.answers, self.requests, wake}

    def stderr(self) -> str:
        self._listen()
        return self._said.decode(errors="replace")

    def forget_stderr(self) -> None:
        """What was said so far belongs to an earlier call."""
        self._listen()
        self._said.clear()

    def waited_s(self) -> float:
        """Seconds for which the thread that waited longest was ready and had no processor."""
        longest = 0
        with suppress(OSError, ValueError, IndexError):
            for thread in Path(f"/proc/{self.pid}/task").iterdir():
                with suppress(OSError):
                    longest = max(longest, int((thread / "schedstat").read_text().split()[1]))
        return longest / 1e9

    def alive(self) -> bool:
        return self._exit is None and self._reap(os.WNOHANG) is None

    def end(self) -> tuple[int, float, int]:
        """Kill it and all that it started; whatever it is doing.

        Returns:
            How it ended (negative: the signal), its seconds of processor, its peak in bytes.
        """
        if self._exit is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
            return self.ended()
        return self._exit

    def ended(self, patience_s: float = 10.0) -> tuple[int, float, int]:
        """Wait until it has ended, and close what it was reached by."""
        until = time.monotonic() + patience_s
        while (exit_ := self._exit or self._reap(os.WNOHANG)) is None:
            if time.monotonic() > until:
                # Stuck in the kernel, on a dead file server say. It ends when that comes back.
                exit_ = -signal.SIGKILL, 0.0, 0
                break
            time.sleep(0.002)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)  # what it may have started
        self._close()
        return exit_

    def _reap(self, flags: int) -> tuple[int, float, int] | None:
        try:
            pid, status, usage = os.wait4(self.pid, flags)
        except ChildProcessError:  # somebody who reaps all children was faster
            self._exit = -signal.SIGKILL, 0.0, 0
            return self._exit
        if pid:
            code = self._process.returncode = os.waitstatus_to_exitcode(status)
            self._exit = code, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024
        return self._exit

    def _listen(self) -> None:
        if self._stderr.closed:
            return
        with suppress(BlockingIOError):
            # A child that never stops writing must not keep its parent here.
            for _ in range(16):
                piece = os.read(self._stderr.fileno(), PIECE)
                if not piece:
                    self._stderr.close()
                    return
                self._said += piece
                del self._said[:-STDERR_BYTES]

    def _close(self) -> None:
        self._listen()
        self._stderr.close()
        for end in (self.requests, self.answers):
            with suppress(OSError):
                os.close(end)
        self.requests = self.answers = -1


def _start(asked: int, told: int) -> subprocess.Popen[bytes]:
    module = ["-m", "crawl.bounded.child", str(asked), str(told), str(os.getpid())]
    return subprocess.Popen(
        # -P: the folder it is started in is no place to import from, unless it is for the parent.
        # -W: it finds the module imported by its own package, and says so where errors are told.
        [sys.executable, "-P", "-W", "ignore::RuntimeWarning:runpy", *module],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        bufsize=0,
        pass_fds=(asked, told),
        env=_environment(),
        start_new_session=True,
    )


def _environment() -> dict[str, str]:
    """Without the parent's secrets, and with one thread for each library that would take more."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in _ENVIRONMENT or name.startswith("LC_")
    }
    return kept | {
        "PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path),
        "PYTHONDONTWRITEBYTECODE": "1",
        # Arenas are address space that nobody uses.
        "MALLOC_ARENA_MAX": "2",
        **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    }
