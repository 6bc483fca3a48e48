"""The environment of Ray's processes: quiet, on loopback, and locked with this home's token."""

import os
import secrets
from pathlib import Path


def ray_environment(home: Path) -> dict[str, str]:
    """Return the variables that Ray reads on import, for the cluster's process and its clients."""
    return {
        "RAY_USAGE_STATS_ENABLED": "0",
        # Otherwise Ray stores every task for its dashboard: memory that grows with a job's videos.
        "RAY_task_events_report_interval_ms": "0",
        # Otherwise Ray replaces 127.0.0.1 by an address that other machines can reach, on Linux
        # too.
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN_PATH": str(_token(home)),
    }


def _token(home: Path) -> Path:
    """Return the file of the cluster's secret, created if missing and readable by its owner only.

    Ray's own has mode 0644.
    """
    path = home / "ray-token"
    if not path.exists():
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    return path
