"""The database's clock, so that all machines agree on when a lease ends."""

from typing import Any

from sqlalchemy import Double
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class db_now(FunctionElement[float]):  # noqa: N801  # reads as the SQL function it stands for
    """Seconds since the epoch, evaluated by the database while the statement runs."""

    type = Double()
    inherit_cache = True


@compiles(db_now, "sqlite")
def _on_sqlite(element: db_now, compiler: Any, **kw: Any) -> str:
    # unixepoch('subsec') came with 3.42; Debian 12 has 3.40. Julian days keep 40 microseconds.
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(db_now, "postgresql")
def _on_postgresql(element: db_now, compiler: Any, **kw: Any) -> str:
    # Not now(), which does not advance within a transaction, however long it waited for a lock.
    return "CAST(extract(epoch from clock_timestamp()) AS DOUBLE PRECISION)"
