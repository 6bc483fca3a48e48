"""Stops a home's cluster: first the process that would restart it, then the cluster."""

from pathlib import Path

from serve.cluster.keeping import stop_keeper
from serve.cluster.starting import end


def down(home: Path) -> bool:
    """Stop everything that `up` started for this home. Returns False if nothing was running."""
    home = home.absolute()
    kept = stop_keeper(home)
    return end(home) or kept
