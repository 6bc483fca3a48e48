"""The command `migrate`: brings the ledger's tables up to date apart from a start."""

from pathlib import Path
from typing import Annotated

import typer

from serve.cli.address import Home
from serve.cli.backups import Graph
from serve.cli.existing_ledger import settings_with_ledger
from serve.cli.terminal import FAILED, fail, said, tell


def migrate(
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit with 1 if something is to do.")
    ] = False,
    home: Home = Path(".sian"),
    graph: Graph = None,
) -> None:
    """Bring the ledger's tables up to date. Servers of the release before may run meanwhile.

    Make a backup first. With `ledger.migrate: false` no start does it.
    """
    from serve.database.engine import Database
    from serve.database.errors import DatabaseUnavailable
    from serve.database.schema import open_database
    from serve.ledger.tables import LEDGER

    with said():
        url, before = settings_with_ledger(home, graph).ledger_url, list[str]()
        try:
            Database.open(url, lambda one: before.append(LEDGER.revision(one))).close()
            at, newest = before[0] or "none", LEDGER.known()[-1]
            if at >= newest and at != "none":
                tell(f"ledger: revision {at}, nothing to do")
                return
            if check:
                fail(f"ledger: revision {at}; sian migrate makes it {newest}", FAILED)
            open_database(url, LEDGER).close()
        except DatabaseUnavailable as error:
            fail(str(error), FAILED)
        tell(f"ledger: revision {at} -> {newest}")
