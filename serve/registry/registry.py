"""The registry: entries, and which of them serves which share of productions, in the ledger.

An entry's files are published first, under their hashes; its row is written last, in one
transaction. A process killed in between leaves unreferenced files and no entry.
"""

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, func, insert, select

from conte.frozen import Frozen
from serve.database.clock import db_now
from serve.database.engine import Database, one_at_a_time
from serve.ledger.tables import entries, servings
from serve.registry.entry import Entry
from serve.registry.share import drawn
from serve.stored import Unreadable, read, text_of


class UnknownEntry(LookupError):
    """There is no such entry."""


class Overtaken(Exception):
    """Another promotion or rollback happened since the decision was made."""


class Serving(Frozen):
    """Since `at`, in seconds since the epoch, `entry` serves a share of productions, `other` the
    rest.

    An empty name stands for the settings' weights or prompt.
    """

    slot: str
    number: int
    entry: str
    share: float
    other: str
    returns_to: int
    at: float

    def of(self, production: str) -> str:
        """Return the entry that serves a production: the same one while this serving lasts."""
        return self.entry if drawn(self.slot, production) < self.share else self.other


class Registry:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, entry: Entry) -> str:
        """Store the entry and return its id. Storing it again does nothing.

        Raises:
            UnknownEntry: if its parent does not exist.
        """
        with self._database.writing() as connection:
            one_at_a_time(connection)
            if entry.parent:
                _known(connection, entry.parent)
            if connection.execute(select(entries.c.id).where(entries.c.id == entry.id)).first():
                return entry.id
            row = {"id": entry.id, "kind": entry.kind.value, "entry": text_of(entry)}
            connection.execute(insert(entries).values(**row, made_at=db_now()))
        return entry.id

    def get(self, entry: str) -> Entry:
        """Return the entry with this id.

        Raises:
            UnknownEntry
            Unreadable: if another release wrote it, and this one cannot read it.
        """
        with self._database.asking() as connection:
            return _known(connection, entry)

    def all(self) -> dict[str, tuple[float, Entry]]:
        """Return id -> (time of registration, entry), oldest first.

        Entries that this release cannot read are left out: see `unreadable`.
        """
        found = {id_: (at, entry) for id_, at, entry in self._read()}
        return {id_: (at, one) for id_, (at, one) in found.items() if isinstance(one, Entry)}

    def unreadable(self) -> dict[str, str]:
        """Return id -> why this release cannot read the entry."""
        return {id_: str(one) for id_, _, one in self._read() if isinstance(one, Unreadable)}

    def _read(self) -> Iterator[tuple[str, float, Entry | Unreadable]]:
        query = select(entries.c.id, entries.c.made_at, entries.c.entry).order_by(
            entries.c.made_at, entries.c.id
        )
        with self._database.asking() as connection:
            rows = connection.execute(query).all()
        for id_, at, text in rows:
            try:
                yield id_, at, read(Entry, text)
            except Unreadable as error:
                yield id_, at, error

    def serving(self) -> dict[str, Serving]:
        """Return slot -> its current serving, for slots with a promotion."""
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
        """Make the entry serve from now on. With a share below 1 the other productions keep theirs.

        `seen`: the slot's serving when this was decided.

        Raises:
            UnknownEntry
            Overtaken: if the slot's serving has changed since.
        """
        with self._database.writing() as connection:
            one_at_a_time(connection)
            slot = _known(connection, entry).slot
            now = _newest(connection, slot, seen)
            other = ""
            if now is not None and share < 1:
                # A second trial share replaces the first one; the other productions keep theirs.
                other = now.entry if now.share == 1 else now.other
            return _add(connection, slot, now, entry, share, other, now.number if now else 0)

    def before(self, slot: str) -> str:
        """Return the entry that a rollback would restore; empty: the settings'.

        Raises:
            UnknownEntry: if nothing was promoted.
        """
        with self._database.asking() as connection:
            _, before = _newest_and_before(connection, slot)
            return before.entry if before else ""

    def roll_back(self, slot: str) -> Serving:
        """Restore the previous serving. Further calls go further back, finally to the settings.

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
    return read(Entry, text)


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
    """Return the entries that serve a production, in the order of their slots."""
    found = (one.of(production) for one in sorted(serving, key=lambda one: one.slot))
    return tuple(entry for entry in found if entry)
