"""A lease on a row of any table, with a fence that counts or owners that are never named twice."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from sqlalchemy import (
    Column,
    Connection,
    Double,
    Integer,
    MetaData,
    String,
    Table,
    insert,
    select,
    update,
)

from serve.database.engine import Database
from serve.database.lease import Lease

_metadata = MetaData()
FENCED = Table(
    "fenced",
    _metadata,
    Column("id", String(10), primary_key=True),
    Column("owner", String(40)),
    Column("fence", Integer, nullable=False, default=0),
    Column("lease_until", Double, nullable=False, default=0.0),
)
NAMED = Table(
    "named",
    _metadata,
    Column("id", String(10), primary_key=True),
    Column("owner", String(40), nullable=False, default=""),
    Column("try_at", Double, nullable=False, default=0.0),
)


class Held(NamedTuple):
    owner: str
    fence: int | None


class Rows:
    """One row of a table, claimed as the ledger and the crawl claim theirs."""

    def __init__(self, database: Database, table: Table, lease: Lease) -> None:
        self._database, self._table, self._lease = database, table, lease
        with database.writing() as connection:
            connection.execute(insert(table).values(id="a"))

    def claim(
        self, owner: str, lease_s: float, *, take_over: bool = True, except_owner: str = ""
    ) -> Held | None:
        with self._database.writing() as connection:
            taken = connection.execute(
                update(self._table)
                .where(*self._lease.free(take_over, except_owner))
                .values(**self._lease.taken(owner, lease_s))
                .returning(*self._table.c)
            ).first()
        return None if taken is None else Held(owner, getattr(taken, "fence", None))

    def renew(self, held: Held, lease_s: float) -> bool:
        return self._write(held, self._lease.renewed(lease_s))

    def release(self, held: Held, until: float = 0.0) -> bool:
        return self._write(held, self._lease.released(until))

    def owner(self) -> str | None:
        with self._database.asking() as connection:
            return connection.execute(select(self._table.c.owner)).scalar_one()

    def _write(self, held: Held, values: dict[str, object]) -> bool:
        mine = self._lease.held("a", held.owner, held.fence)
        with self._database.writing() as connection:
            changed = connection.execute(update(self._table).where(*mine).values(**values))
        return bool(changed.rowcount)


@pytest.fixture(params=["fenced", "named"])
def rows(request: pytest.FixtureRequest, ledger_url: str) -> Iterator[Rows]:
    def made(connection: Connection) -> None:
        _metadata.create_all(connection)

    database = Database.open(ledger_url, made)
    if request.param == "fenced":
        yield Rows(database, FENCED, Lease(FENCED))
    else:
        yield Rows(database, NAMED, Lease(NAMED, until="try_at"))
    database.close()


def test_a_row_is_one_owner_s_until_its_lease_ends(rows: Rows) -> None:
    first = rows.claim("first", 3600)
    assert first is not None
    assert rows.claim("second", 3600) is None
    assert rows.renew(first, -1)
    second = rows.claim("second", 3600)
    assert second is not None and rows.owner() == "second"
    # The fence has moved: what the first one still tries changes nothing.
    assert not rows.renew(first, 3600) and not rows.release(first)
    assert rows.owner() == "second" and rows.renew(second, 3600)


def test_a_lease_that_lapsed_is_still_held_as_long_as_nobody_claims(rows: Rows) -> None:
    held = rows.claim("first", -1)
    assert held is not None and rows.renew(held, 3600)
    assert rows.claim("second", 3600) is None


def test_a_released_row_is_free_at_once_and_no_takeover(rows: Rows) -> None:
    held = rows.claim("first", 3600)
    assert held is not None and rows.release(held)
    assert rows.claim("second", 3600, take_over=False) is not None


def test_a_row_released_until_later_is_not_free_before(rows: Rows) -> None:
    held = rows.claim("first", 3600)
    assert held is not None and rows.release(held, until=1e12)
    assert rows.claim("second", 3600) is None


def test_a_lapsed_row_is_not_taken_over_where_that_says_nothing_of_its_owner(rows: Rows) -> None:
    assert rows.claim("first", -1) is not None
    assert rows.claim("second", 3600, take_over=False) is None
    assert rows.claim("first again", 3600, except_owner="first") is None
    assert rows.claim("second", 3600) is not None
