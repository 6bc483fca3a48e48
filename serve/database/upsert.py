"""INSERT ... ON CONFLICT, which SQLAlchemy has separately for each dialect."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

_INSERTS: Mapping[str, Callable[[Table], Any]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def insert_into(connection: Connection, table: Table) -> Any:
    """Return an INSERT with `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return _INSERTS[connection.dialect.name](table)


def of_each_dialect(table: Table, build: Callable[[Any], Any]) -> Mapping[str, Any]:
    """Return the statement that `build` makes of each dialect's INSERT, by the dialect's name.

    For statements that run often: building one takes longer than running it.
    """
    return {dialect: build(of(table)) for dialect, of in _INSERTS.items()}
