"""A group of tables that migrate together, when the database is opened.

Migrations expand first and contract a release later, so that processes of two releases may use one
database. Newer tables are refused only where a migration says `breaks = True`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    column,
    inspect,
    select,
    table,
)

from serve.database.engine import Database, one_at_a_time
from serve.database.errors import DatabaseUnavailable
from serve.release import RELEASE
from serve.telemetry import log

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory


def open_database(url: str, *schemas: "Schema", migrate: bool = True) -> Database:
    """Open a SQLite or PostgreSQL database by its SQLAlchemy URL, with these tables in it.

    `migrate`: run missing migrations; otherwise missing ones are an error.

    Raises:
        DatabaseUnavailable: if it cannot be opened, or a newer release has migrated it.
    """

    def bring_up(connection: Connection) -> None:
        for schema in schemas:
            if migrate:
                schema.bring_up(connection)
            else:
                schema.check(connection)

    return Database.open(url, bring_up)


@dataclass(frozen=True)
class Schema:
    what: str
    """Name of the schema in error messages."""
    folder: Path
    """Folder of Alembic's migrations, `0001_first_tables.py` and on. The first four digits are the
    revision.
    """
    revisions: str
    """Table that holds the revision; each schema of a database has its own."""
    number: str = ""
    """Table of the revision number in 0.1's format, kept so that 0.1 refuses newer tables."""

    @property
    def least(self) -> str:
        """Table of the least revision that a release must know to use the tables."""
        return f"{self.revisions}_least"

    def bring_up(self, connection: Connection) -> None:
        """Run the missing migrations in the caller's transaction.

        Raises:
            DatabaseUnavailable: if this release does not know the tables' revision.
        """
        one_at_a_time(connection)
        known = self.known()
        found, before = self._found(connection), self._found_of_before(connection)
        at = found or before
        if at and at not in known:
            if not self.is_broken(connection):
                log("database.newer", schema=self.what, revision=at, known=known[-1])
                return
            raise DatabaseUnavailable(
                f"the {self.what} is of revision {at}, which a newer version has made; this is Sian"
                f" {RELEASE}, which knows revisions up to {known[-1]}. Start that version again, or"
                f" restore the copy of the {self.what} that was made before it ran"
            )
        if found == known[-1]:
            return
        self._upgrade(connection, "" if found else before)
        if self.number:
            self._count(connection, int(known[-1]))

    def check(self, connection: Connection) -> None:
        """Return if this release can use the tables as they are.

        Raises:
            DatabaseUnavailable: if they are older, or a newer release has changed them.
        """
        at, known = self.revision(connection), self.known()
        if at == known[-1]:
            return
        if at in known or not at:
            raise DatabaseUnavailable(
                f"the {self.what} is of revision {at or 'none'}, and this is Sian {RELEASE}, which"
                f" needs {known[-1]}: run `sian migrate` (ledger.migrate is off)"
            )
        self.bring_up(connection)  # a newer one: refused if that breaks this release

    def known(self) -> list[str]:
        """Return the revisions in ascending order."""
        return sorted(path.name[:4] for path in self.folder.glob("[0-9]*.py"))

    def revision(self, connection: Connection) -> str:
        """Return the revision of the tables; empty: there are none."""
        return self._found(connection) or self._found_of_before(connection)

    def _found(self, connection: Connection) -> str:
        if not inspect(connection).has_table(self.revisions):
            return ""
        kept = column("version_num")
        query = select(kept).select_from(table(self.revisions, kept))
        return connection.execute(query).scalar_one_or_none() or ""

    def _found_of_before(self, connection: Connection) -> str:
        if not self.number or not inspect(connection).has_table(self.number):
            return ""
        number = connection.execute(select(_numbers(self.number).c.number)).scalar_one_or_none()
        return f"{number:04}" if number else ""

    def _upgrade(self, connection: Connection, before: str) -> None:
        from alembic import command  # importing it takes 0.2 s, which only a migration pays
        from alembic.config import Config
        from alembic.script import ScriptDirectory

        config = Config()
        config.set_main_option("path_separator", "newline")
        config.set_main_option("script_location", _escaped(Path(__file__).parent / "migrating"))
        config.set_main_option("version_locations", _escaped(self.folder))
        config.attributes.update(connection=connection, revisions=self.revisions)
        if before:
            command.stamp(config, before)
        command.upgrade(config, "head")
        self._tell_least(connection, ScriptDirectory.from_config(config))

    def is_broken(self, connection: Connection) -> bool:
        """Return whether a newer release has made tables that this one may not use."""
        return self._least(connection, "9999") > self.known()[-1]

    def _least(self, connection: Connection, otherwise: str) -> str:
        """Return the least revision that a release must know to use the tables."""
        least = _table_of_least(self.least)
        if not inspect(connection).has_table(least.name):
            return otherwise  # of a release that does not say
        return connection.execute(select(least.c.version_num)).scalar_one_or_none() or otherwise

    def _tell_least(self, connection: Connection, scripts: "ScriptDirectory") -> None:
        breaks = [
            script.revision
            for script in scripts.walk_revisions()
            if getattr(script.module, "breaks", False)
        ]
        least = _table_of_least(self.least)
        least.create(connection, checkfirst=True)
        connection.execute(least.delete())
        connection.execute(least.insert().values(version_num=max(breaks, default=self.known()[0])))

    def _count(self, connection: Connection, number: int) -> None:
        numbers = _numbers(self.number)
        numbers.create(connection, checkfirst=True)
        connection.execute(numbers.delete())
        connection.execute(numbers.insert().values(number=number))


def _table_of_least(name: str) -> Table:
    return Table(name, MetaData(), Column("version_num", String(4), primary_key=True))


def _numbers(name: str) -> Table:
    return Table(name, MetaData(), Column("number", Integer, primary_key=True))


def _escaped(path: Path) -> str:
    # In Alembic's configuration a % begins a variable.
    return str(path).replace("%", "%%")
