"""Checks Ray's settings on several machines: the head's environment, whose defaults do not suit
servers that boot.

operations/units/sian-head.env explains each value.
"""

import stat
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from serve.doctor.line import Line, ok, wrong

PART = "ray"
LAUNCH_WAITS_S = 600
"""Longest time, in seconds, that a launch waits for its turn; see serve/ncp/provider.py."""
BOOTS_S = 480
"""Shortest time, in seconds, in which a server with the image boots."""
_TODO = "set it in /etc/sian/head.env as operations/units/sian-head.env does; restart sian-head"

_Right = Callable[[str], bool]


def is_(wanted: str) -> tuple[_Right, str]:
    return (lambda value: value == wanted), wanted


def between(least: float, most: float) -> tuple[_Right, str]:
    def right(value: str) -> bool:
        try:
            return least <= float(value) <= most
        except ValueError:
            return False

    return right, f"a number from {least:g} to {most:g}"


WANTED: Mapping[str, tuple[_Right, str]] = {
    "RAY_enable_autoscaler_v2": is_("1"),
    "RAY_AUTH_MODE": is_("token"),
    "RAY_gcs_storage": is_("rocksdb"),
    "AUTOSCALER_UPDATE_INTERVAL_S": between(1, 30),
    "AUTOSCALER_MAX_LAUNCH_BATCH": is_("1"),
    "AUTOSCALER_MAX_CONCURRENT_LAUNCHES": between(10, 1000),
    # A launch that waits for its turn must end before Ray asks for a second server.
    "RAY_AUTOSCALER_RECONCILE_REQUEST_STATUS_TIMEOUT_S": between(LAUNCH_WAITS_S + 60, 3600),
    # Shorter than a boot would end servers that are about to join; the default is an hour.
    "RAY_AUTOSCALER_RECONCILE_ALLOCATE_STATUS_TIMEOUT_S": between(BOOTS_S + 60, 1800),
    "RAY_AUTOSCALER_PENDING_NODE_IDLE_TIMEOUT_S": between(30, 1800),
}


def ray_lines(head: Mapping[str, str] | None = None) -> list[Line]:
    """Check Ray's settings. `head`: environment of a cluster's head; None: Ray serves only this
    machine."""
    try:
        lines = [ok(PART, f"Ray {version('ray')}")]
    except PackageNotFoundError:
        return [wrong(PART, "Ray is not installed", "pip install sian")]
    if head is None:
        return lines
    faults = [
        wrong(PART, f"{name} is {head.get(name) or 'not set'}; wanted {wanted}", _TODO)
        for name, (right, wanted) in WANTED.items()
        if not right(head.get(name, ""))
    ]
    faults += token_lines(head.get("RAY_AUTH_TOKEN_PATH", ""))
    return lines + (faults or [ok(PART, "the head's timeouts and its token are as they should be")])


def token_lines(path: str) -> list[Line]:
    """Return faults of the cluster's token file; none if it is private, or not created yet."""
    if not path:
        return [wrong(PART, "RAY_AUTH_TOKEN_PATH is not set", _TODO)]
    try:
        mode = stat.S_IMODE(Path(path).stat().st_mode)
    except FileNotFoundError:
        return []  # the head makes it
    except OSError as error:
        return [wrong(PART, f"{path}: {error.strerror}", f"chown sian {path}")]
    if mode & 0o077:
        said = f"RAY_AUTH_TOKEN_PATH: others can read {path} (mode {mode:04o}); wanted 0600"
        return [wrong(PART, said, f"chmod 600 {path}")]
    return []


def environment_in(file: Path) -> dict[str, str]:
    """Return the variables in a systemd environment file.

    Raises:
        OSError: if it cannot be read.
    """
    found: dict[str, str] = {}
    for line in file.read_text("utf-8").splitlines():
        name, equals, value = line.strip().partition("=")
        if equals and not name.startswith(("#", ";")):
            found[name.strip()] = value.strip().strip("\"'")
    return found
