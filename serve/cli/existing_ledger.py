"""Settings whose ledger exists, for commands that would mislead on a new and empty one."""

from pathlib import Path

from serve import cluster
from serve.cli.terminal import WRONG, fail
from serve.settings import Settings

_FILE = "sqlite:///"


def settings_with_ledger(home: Path, graph: Path | None) -> Settings:
    """Return the settings of a home and graph; end the command if their ledger does not exist."""
    settings = cluster.settings_at(home, graph)
    file = Path(settings.ledger_url.removeprefix(_FILE))
    if settings.ledger_url.startswith(_FILE) and not file.exists():
        fail(
            f"there is no ledger {file}; wanted --home or --graph of a cluster, or SIAN_LEDGER__URL"
            " as its units have it (on a head: operations/on-head.sh)",
            WRONG,
        )
    return settings
