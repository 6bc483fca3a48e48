"""Lists the hosts that were requested, and lets a stopped host be requested again.

python -m crawl.polite --records sqlite:///data/records.db
python -m crawl.polite --records sqlite:///data/records.db --clear HOST
"""

import time
from typing import Annotated

import typer

from crawl.polite.manners import Manners
from crawl.polite.pace import HostState, Pace
from crawl.records.database import open_records
from serve.cli.terminal import FAILED, WRONG, fail, tell
from serve.database.errors import DatabaseUnavailable

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(help=__doc__)
def main(
    records: Annotated[str, typer.Option(help="the jobs' database, a SQLAlchemy URL")],
    clear: Annotated[
        str | None,
        typer.Option(metavar="HOST", help="somebody has looked: let this host be asked again"),
    ] = None,
) -> None:
    try:
        database = open_records(records)
    except DatabaseUnavailable as error:
        fail(str(error), FAILED)
    # No request is sent here, so the contact is only a placeholder.
    pace = Pace(database, Manners(contact="https://example.invalid/"))
    try:
        if clear is not None:
            if not pace.clear(clear):
                fail(f"{clear} was never asked", WRONG)
            tell(f"{clear} may be asked again")
            return
        for state in pace.hosts():
            tell(f"{state.host}: {_in_words(state, pace.now())}")
    finally:
        database.close()


def _in_words(state: HostState, now: float) -> str:
    if state.stopped:
        return f"stopped: {state.stopped}"
    if state.quiet_until > now:
        until = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(state.quiet_until))
        return f"not asked until {until}, after {state.failures} failures in a row"
    return "asked"


if __name__ == "__main__":
    app()
