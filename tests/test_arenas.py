"""Threads that come and go leave no arena of memory each."""

import platform
import subprocess
import sys

import pytest

HELD = """
import ctypes, threading
{first}
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
libc.free.argtypes = [ctypes.c_void_p]
meet = threading.Barrier(16)

def frames():
    meet.wait()
    # Smaller than what is mapped on its own; the last of them keeps the arena from shrinking.
    held = [libc.malloc(100_000) for _ in range(10)]
    for one in held:
        ctypes.memset(one, 1, 100_000)
    meet.wait()
    for one in held[:-1]:
        libc.free(one)
    meet.wait()

threads = [threading.Thread(target=frames) for _ in range(16)]
for thread in threads: thread.start()
for thread in threads: thread.join()
spans = [line.split()[0].split("-") for line in open("/proc/self/maps")]
print(sum(int(start, 16) % (64 << 20) == 0 for start, _ in spans))
"""
SHARED = "from serve.arenas import share_arenas; assert share_arenas()"


def arenas(first: str) -> int:
    """Number of mappings that begin where arenas do, at a multiple of 64 MiB, after sixteen threads
    at once."""
    command = [sys.executable, "-c", HELD.format(first=first)]
    return int(subprocess.run(command, check=True, capture_output=True, timeout=300).stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="wanted: glibc")
def test_threads_that_handle_frames_share_arenas() -> None:
    assert arenas(SHARED) <= 3 < 9 < arenas("")
