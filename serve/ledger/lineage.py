"""The versions that a version was made from, one after the other, as comments are carried along."""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, select

from conte.production import Version
from conte.revision.carrying import Joint, joints_of
from conte.revision.working import Working
from serve.ledger import reading
from serve.ledger.tables import versions

_BASES = select(versions.c.number, versions.c.base).where(
    versions.c.production == bindparam("of"), versions.c.number <= bindparam("newest")
)


def line_of(conn: Connection, production: str, number: int) -> tuple[int, ...]:
    """Return the version, the one it was made from, and so on to the first."""
    found = conn.execute(_BASES, {"of": production, "newest": number})
    bases = {row.number: row.base for row in found}
    line: list[int] = []
    at: int | None = number
    # A base is always an older version; anything else is a row that was changed by hand.
    while at is not None and at in bases and (not line or at < line[-1]):
        line.append(at)
        at = bases[at]
    return tuple(line)


def versions_of(conn: Connection, production: str, numbers: Iterable[int]) -> dict[int, Version]:
    """Return the versions by number.

    Raises:
        Unreadable
    """
    return {number: reading.version(conn, production, number, None) for number in numbers}


def joints(base: Version, new: Version) -> tuple[Joint, ...]:
    """Return the merges that made the version of its base, as far as this release can tell."""
    if base.brief is None or new.revision is None:
        return ()
    return joints_of(Working(conte=base.conte, brief=base.brief), new.revision.operations)
