"""Ports of loopback for tests: each is given once, and to nobody else while this process lives."""

import socket

# Between the ports of Ray's workers (10002 to 19999) and the kernel's own (from 32768).
_FIRST = 20000
_held: list[socket.socket] = []


def free_port() -> int:
    """A port from below the kernel's own range, reserved among all test processes.

    A port that the kernel chose (port 0) lies in the range of outgoing connections: a connection of
    another cluster may have it before its server starts, or while a test looks whether it was freed.
    """
    for port in range(_FIRST, 1 << 16):
        if _reserved(port) and _unused(port):
            return port
    raise RuntimeError(f"no port is free from {_FIRST}")


def _reserved(port: int) -> bool:
    """Whether nobody had reserved it; a name in the kernel's socket table ends with its process."""
    name = socket.socket(socket.AF_UNIX)
    try:
        name.bind(f"\0sian-test-port-{port}")
    except OSError:
        name.close()
        return False
    _held.append(name)
    return True


def _unused(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
