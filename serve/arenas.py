"""The arenas of glibc's allocator: few in a process whose threads handle frames or bodies.

glibc gives threads up to 8 arenas a core, and each keeps what its largest moment held: an editor of
720p films grew to 1.2 GiB on 2 cores, of which it used 0.1.
"""

import ctypes

ARENAS = 2
_M_ARENA_MAX = -8
"""`mallopt(3)`, as `MALLOC_ARENA_MAX` in the environment, which every node would have to set."""


def share_arenas() -> bool:
    """Let the threads that start from now on share arenas. Return whether the C library can."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and bool(mallopt(_M_ARENA_MAX, ARENAS))
