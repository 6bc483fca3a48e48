"""One child process: starts it, reads and writes its pipes, ends it with its descendants."""

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
"""Bytes kept from the end of the child's stderr."""
PIECE = 1 << 18

# PR_SET_PDEATHSIG ends a child with the *thread* that started it. This thread lives as long as the
# process, whichever threads call.
_starter = ThreadPoolExecutor(1, thread_name_prefix="bounded-starter")

_ENVIRONMENT = frozenset(
    ("PATH", "HOME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
)


class ChildProcess:
    """A child with pipes that never block: `poll` returns which of them are ready."""

    def __init__(self, *, foreground: bool = False, inherited: tuple[int, ...] = ()) -> None:
        asked, self.requests = os.pipe()
        self.answers, told = os.pipe()
        try:
            self._process = _starter.submit(
                _start, asked, told, inherited, foreground=foreground
            ).result()
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
        """Return which of `answers`, `requests` (if `writing`) and `wake` are ready.

        Stores the child's stderr meanwhile.
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
        """Discard the stderr of earlier calls."""
        self._listen()
        self._said.clear()

    def waited_s(self) -> float:
        """Longest time that any of the child's threads was runnable without a processor, in
        seconds.
        """
        longest = 0
        with suppress(OSError, ValueError, IndexError):
            for thread in Path(f"/proc/{self.pid}/task").iterdir():
                with suppress(OSError):
                    longest = max(longest, int((thread / "schedstat").read_text().split()[1]))
        return longest / 1e9

    def alive(self) -> bool:
        return self._exit is None and self._reap(os.WNOHANG) is None

    def end(self) -> tuple[int, float, int]:
        """Kill the child and its process group.

        Returns:
            Exit code (negative: the signal), CPU seconds, peak resident bytes.
        """
        if self._exit is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
            return self.ended()
        return self._exit

    def ended(self, patience_s: float = 10.0) -> tuple[int, float, int]:
        """Wait until the child has ended, and close its pipes. Returns the same as `end`."""
        until = time.monotonic() + patience_s
        while (exit_ := self._exit or self._reap(os.WNOHANG)) is None:
            if time.monotonic() > until:
                # Stuck in the kernel, such as on a dead file server. It ends when that returns.
                exit_ = -signal.SIGKILL, 0.0, 0
                break
            time.sleep(0.002)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)  # processes that it may have started
        self._close()
        return exit_

    def _reap(self, flags: int) -> tuple[int, float, int] | None:
        try:
            pid, status, usage = os.wait4(self.pid, flags)
        except ChildProcessError:  # another part of the program has reaped all children
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


def _start(
    asked: int, told: int, inherited: tuple[int, ...], *, foreground: bool
) -> subprocess.Popen[bytes]:
    numbers = asked, told, os.getpid(), int(foreground)
    module = ["-m", "serve.bounded.child", *map(str, numbers)]
    return subprocess.Popen(
        # -P: never import from the working directory, unless the parent does. -W: runpy warns that
        # the package has imported the module already, and stderr is reported as errors.
        [sys.executable, "-P", "-W", "ignore::RuntimeWarning:runpy", *module],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        bufsize=0,
        pass_fds=(asked, told, *inherited),
        env=_environment(),
        start_new_session=True,
    )


def _environment() -> dict[str, str]:
    """Return an environment without the parent's secrets, with one thread for each library."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in _ENVIRONMENT or name.startswith("LC_")
    }
    return kept | {
        "PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path),
        "PYTHONDONTWRITEBYTECODE": "1",
        # Arenas are unused address space.
        "MALLOC_ARENA_MAX": "2",
        **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    }
