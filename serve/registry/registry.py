"""The registry: entries, and which of them serves which share of productions, in the ledger.

An entry's files are published first, under their own hashes; its row comes last, in one
transaction. Killed in between, there are bytes that nothing names, and no entry.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, func, insert, select

from conte.frozen import Frozen
from serve.ledger.clock import db_now
from serve.ledger.engine import Database, one_at_a_time
from serve.ledger.tables import entries, servings
from serve.registry.entry import Entry
from serve.registry.share import drawn


class UnknownEntry(LookupError):
    """There is no such entry."""


class Overtaken(Exception):
    """Another promotion or rollback came in between."""


class Serving(Frozen):
    """Since `at`, seconds since the epoch, `entry` serves a share of productions, `other` the rest.

    An empty one is what the settings name.
    """

    slot: str
    number: int
    entry: str
    share: float
    other: str
    returns_to: int
    at: float

    def of(self, production: str) -> str:
        """The entry that serves a production: the same one as long as this holds."""
        return self.entry if drawn(self.slot, production) < self.share else self.other


class Registry:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, entry: Entry) -> str:
        """Its id. Twice the same is once.

        Raises:
            UnknownEntry: if its parent is none.
        """
        with self._database.writing() as connection:
            one_at_a_time(connection)
            if entry.parent:
                _known(connection, entry.parent)
            if connection.execute(select(entries.c.id).where(entries.c.id == entry.id)).first():
                return entry.id
            row = {"id": entry.id, "kind": entry.kind.value, "entry": entry.model_dump_json()}
            connection.execute(insert(entries).values(**row, made_at=db_now()))
        return entry.id

    def get(self, entry: str) -> Entry:
        """
        Raises:
            UnknownEntry
        """
        with self._database.asking() as connection:
            return _known(connection, entry)

    def all(self) -> dict[str, tuple[float, Entry]]:
        """Id -> when it was registered, and the entry; oldest first."""
        query = select(entries.c.id, entries.c.made_at, entries.c.entry).order_by(
            entries.c.made_at, entries.c.id
        )
        with self._database.asking() as connection:
            rows = connection.execute(query).all()
        return {id_: (at, Entry.model_validate_json(text)) for id_, at, text in rows}

    def serving(self) -> dict[str, Serving]:
        """Slot -> what serves there; a slot where nothing was ever promoted is missing."""
        newest = (
            select(servings.c.slot, func.max(servings.c.number).label("number"))
            .group_by(servings.c.slot)
            .subquery()
        )
        query = select(servings).join(
            newest,
            (newest.c.slot == servings.c.slot) & (newest.c.number == servings.c.number),
        )
        with self._database.asking() as connection:
            rows = connection.execute(query).mappings().all()
            return {row["slot"]: Serving.model_validate(dict(row)) for row in rows}

    def serve(self, entry: str, share: float, seen: Serving | None) -> Serving:
        """From now on. With a share below 1 the other productions keep what they have.

        `seen` is what served its slot when that was decided.

        Raises:
            UnknownEntry
            Overtaken: if something else serves by now.
        """
        with self._database.writing() as connection:
            one_at_a_time(connection)
            slot = _known(connection, entry).slot
            now = _newest(connection, slot, seen)
            other = ""
            if now is not None and share < 1:
                # A second share takes the place of the first one, not of what the many have.
                other = now.entry if now.share == 1 else now.other
            return _add(connection, slot, now, entry, share, other, now.number if now else 0)

    def before(self, slot: str) -> str:
        """The entry that a rollback would return to; empty: what the settings name.

        Raises:
            UnknownEntry: if nothing was promoted.
        """
        with self._database.asking() as connection:
            _, before = _newest_and_before(connection, slot)
            return before.entry if before else ""

    def roll_back(self, slot: str) -> Serving:
        """What served before; again: what served before that, and at last what the settings name.

        Raises:
            UnknownEntry: if nothing was promoted.
        """
        with self._database.writing() as connection:
            one_at_a_time(connection)
            now, before = _newest_and_before(connection, slot)
            if before is None:
                return _add(connection, slot, now, "", 1, "", 0)
            return _add(
                connection, slot, now, before.entry, before.share, before.other, before.returns_to
            )


def _known(connection: Connection, entry: str) -> Entry:
    text = connection.scalar(select(entries.c.entry).where(entries.c.id == entry))
    if text is None:
        raise UnknownEntry(f"there is no entry {entry}; `sian models` shows those there are")
    return Entry.model_validate_json(text)


def _newest(connection: Connection, slot: str, *seen: Serving | None) -> Serving | None:
    number = connection.scalar(select(func.max(servings.c.number)).where(servings.c.slot == slot))
    found = _numbered(connection, slot, number or 0)
    if seen and found != seen[0]:
        raise Overtaken(f"{slot}: something else was promoted in between; look again")
    return found


def _newest_and_before(connection: Connection, slot: str) -> tuple[Serving, Serving | None]:
    now = _newest(connection, slot)
    if now is None or not now.entry:
        raise UnknownEntry(f"{slot}: nothing is promoted there to be rolled back")
    return now, _numbered(connection, slot, now.returns_to)


def _numbered(connection: Connection, slot: str, number: int) -> Serving | None:
    query = select(servings).where(servings.c.slot == slot, servings.c.number == number)
    row = connection.execute(query).mappings().first()
    return None if row is None else Serving.model_validate(dict(row))


def _add(
    connection: Connection, slot: str, now: Serving | None, entry: str, share: float, other: str,
    returns_to: int,
) -> Serving:  # fmt: skip
    number = now.number + 1 if now else 1
    values = {
        "slot": slot, "number": number, "entry": entry, "share": share, "other": other,
        "returns_to": returns_to,
    }  # fmt: skip
    connection.execute(insert(servings).values(**values, at=db_now()))
    added = _numbered(connection, slot, number)
    assert added is not None
    return added


def chosen(serving: Iterable[Serving], production: str) -> tuple[str, ...]:
    """The entries that serve a production, in the order of their slots."""
    found = (one.of(production) for one in sorted(serving, key=lambda one: one.slot))
    return tuple(entry for entry in found if entry)
