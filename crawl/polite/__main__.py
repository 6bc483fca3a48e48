"""`python -m crawl.polite --records URL`: which hosts are asked, and letting one be asked again."""

import argparse
import time

from crawl.polite.manners import Manners
from crawl.polite.pace import HostState, Pace
from crawl.records.database import open_records
from serve.cli.terminal import FAILED, WRONG, tell
from serve.database.errors import DatabaseUnavailable


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m crawl.polite", description=__doc__)
    parser.add_argument("--records", required=True, help="the jobs' database, a SQLAlchemy URL")
    parser.add_argument(
        "--clear", metavar="HOST", help="somebody has looked: let this host be asked again"
    )
    given = parser.parse_args(arguments)
    try:
        database = open_records(given.records)
    except DatabaseUnavailable as error:
        tell(str(error))
        return FAILED
    # Nobody is asked anything here, so nobody has to be named.
    pace = Pace(database, Manners(contact="https://example.invalid/"))
    try:
        if given.clear is not None:
            if not pace.clear(given.clear):
                tell(f"{given.clear} was never asked")
                return WRONG
            tell(f"{given.clear} may be asked again")
            return 0
        for state in pace.hosts():
            tell(f"{state.host}: {_in_words(state, pace.now())}")
        return 0
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
    raise SystemExit(main())
