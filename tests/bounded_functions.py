"""What the bounded child is asked to do: ends of every kind. At the top of a module, as it wants."""

import ctypes
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from pathlib import Path

import numpy as np

from serve.bounded import FunctionResult, Unusable

_calls = 0


class NotAVideo(Unusable):
    """A class of somebody else's, below the one that is known."""


def add(a: int, b: int = 1) -> FunctionResult:
    return FunctionResult(str(a + b))


def length(data: bytes) -> FunctionResult:
    return FunctionResult(str(len(data)))


def count_calls() -> FunctionResult:
    global _calls
    _calls += 1
    return FunctionResult(f"{os.getpid()} {_calls}")


def blobs(*sizes: int) -> FunctionResult:
    return FunctionResult("뜻", [bytes([n % 256]) * size for n, size in enumerate(sizes)])


def count_to(end: int, sleep_s: float = 0) -> Generator[FunctionResult]:
    for number in range(end):
        yield FunctionResult(str(number), [bytes([number % 256]) * 100_000])
    time.sleep(sleep_s)


def say(words: str) -> FunctionResult:
    sys.stderr.write(words)
    sys.stderr.flush()
    return FunctionResult("said")


def read_descriptor(number: int) -> FunctionResult:
    return FunctionResult(os.pread(number, 100, 0).decode())


def refuse(reason: str) -> FunctionResult:
    raise NotAVideo(reason)


def fail(reason: str) -> FunctionResult:
    raise KeyError(reason)


def not_told() -> FunctionResult:
    return 3  # type: ignore[return-value]


def crash(words: str = "") -> FunctionResult:
    sys.stderr.write(words)
    sys.stderr.flush()
    ctypes.string_at(8)
    return FunctionResult()


def leave() -> FunctionResult:
    os._exit(7)


def kill_self(number: int) -> FunctionResult:
    os.kill(os.getpid(), number)
    return FunctionResult()


def sleep(seconds: float) -> FunctionResult:
    time.sleep(seconds)
    return FunctionResult("slept")


def deaf() -> FunctionResult:
    """Blocks every signal that can be, and hangs holding the interpreter's lock."""
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    ctypes.PyDLL(None).usleep(600_000_000)
    return FunctionResult()


def burn(seconds: float) -> FunctionResult:
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass
    return FunctionResult(str(time.process_time()))


def hoard(mib: int) -> FunctionResult:
    array = np.ones(mib << 17)  # 8 bytes each
    return FunctionResult(str(array.nbytes >> 20))


def hoard_in_vain(mib: int) -> FunctionResult:
    """As a reader does that takes its library's lack of memory for a broken file."""
    try:
        return hoard(mib)
    except MemoryError as error:
        raise NotAVideo("cannot be read") from error


def abort_without_memory() -> FunctionResult:
    """As C++ does: nothing catches std::bad_alloc."""
    sys.stderr.write("terminate called after throwing an instance of 'std::bad_alloc'\n")
    sys.stderr.flush()
    os.abort()


def garble() -> FunctionResult:
    os.write(int(sys.argv[2]), b"\xff" * 64)
    time.sleep(60)
    return FunctionResult()


def announce(num_bytes: int) -> FunctionResult:
    """Half an answer that says that it is long."""
    os.write(int(sys.argv[2]), b"A" + (1).to_bytes(4, "big") + num_bytes.to_bytes(8, "big"))
    time.sleep(60)
    return FunctionResult()


def shout(megabytes: int) -> FunctionResult:
    for _ in range(megabytes):
        sys.stderr.write("x" * 999_999 + "\n")
    return FunctionResult("hoarse")


def grow_file(path: Path, num_bytes: int) -> FunctionResult:
    with path.open("wb") as file:
        file.truncate(num_bytes)
    return FunctionResult()


def open_many(path: Path, count: int) -> FunctionResult:
    return FunctionResult(str(len([path.open("rb") for _ in range(count)])))


def start_another(pid_file: Path) -> FunctionResult:
    """A grandchild that would outlive us, and a thread, and then a hang."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    pid_file.write_text(str(child.pid))
    threading.Thread(target=time.sleep, args=(600,)).start()
    time.sleep(600)
    return FunctionResult()


def surroundings() -> FunctionResult:
    """How it is scheduled, what it may dump, where it belongs, what of the environment it sees."""
    return FunctionResult(
        "\n".join(
            [
                str(os.sched_getscheduler(0) == os.SCHED_IDLE),
                str(os.nice(0)),
                str(resource.getrlimit(resource.RLIMIT_CORE)[0]),
                str(os.getsid(0) == os.getpid()),
                Path("/proc/self/oom_score_adj").read_text().strip(),
                " ".join(sorted(os.environ)),
            ]
        )
    )


def dial(port: int) -> FunctionResult:
    with socket.create_connection(("127.0.0.1", port), timeout=60):
        return FunctionResult("connected")
