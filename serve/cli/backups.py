"""The commands `backup` and `restore`: copies of ledger and vault, and the way back."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from serve import cluster
from serve.cli.address import Home
from serve.cli.terminal import FAILED, WRONG, fail, said, tell

if TYPE_CHECKING:
    from serve.backup.record import Record

Graph = Annotated[
    Path | None,
    typer.Option(
        envvar="SIAN_GRAPH", exists=True, dir_okay=False, help="Whose ledger and vault are meant."
    ),
]


def backup(
    folder: Annotated[Path, typer.Argument(help="The backup's folder; an earlier one is renewed.")],
    verify: Annotated[
        bool, typer.Option("--verify", help="Make none: read every byte of the one that is there.")
    ] = False,
    home: Home = Path(".sian"),
    graph: Graph = None,
) -> None:
    """Copy the ledger, and every vault file that it names. The server may run meanwhile.

    Run it every night, and again after an interruption: existing copies are not copied again.
    """
    from serve.backup import making, restoring

    with said(), _explained():
        if verify:
            record = restoring.verify(folder)
            tell(f"the backup of {record.made_at} is whole: {_size(record)}")
            return
        record = making.back_up(cluster.settings_at(home, graph), folder)
        tell(f"backup of {record.made_at} in {folder}: {record.ledger}, {_size(record)}")
        if record.absent:
            tell(f"{record.absent} keys have no file: never made, or removed since")


def restore(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="A backup.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Also where the ledger is not empty: it is replaced.")
    ] = False,
    home: Home = Path(".sian"),
    graph: Graph = None,
) -> None:
    """Restore a backup into the vault and the ledger of this home and graph. Stop the server
    first."""
    from serve.backup import restoring

    with said(), _explained():
        if running := cluster.find(home):
            fail(f"a server runs here (process {running.pid}); stop it first: sian down", WRONG)
        record = restoring.restore(cluster.settings_at(home, graph), folder, replace)
        tell(f"restored the backup of {record.made_at}: {_size(record)}")


@contextmanager
def _explained() -> Generator[None]:
    from serve.backup.record import BackupError
    from serve.database.errors import DatabaseUnavailable
    from serve.vault import VaultUnavailable

    try:
        yield
    except (BackupError, DatabaseUnavailable, VaultUnavailable) as error:
        fail(str(error), FAILED)


def _size(record: "Record") -> str:
    return f"{record.num_objects} files of {record.num_bytes / 1e6:.1f} MB"
