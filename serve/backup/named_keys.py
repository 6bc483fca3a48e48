"""Finds every vault key in a database, in any table and column.

A key has a form that nothing else has, so no list of columns is needed that could be incomplete.
"""

import re
from collections.abc import Iterator

from sqlalchemy import Connection, MetaData, String, select

_KEY = re.compile(r"(?<![a-z0-9/])[a-z]+/[0-9a-f]{64}\.[a-z0-9]+(?![a-z0-9])")
_ROWS = 1000


def named_keys(connection: Connection) -> set[str]:
    return set(_found(connection))


def _found(connection: Connection) -> Iterator[str]:
    tables = MetaData()
    tables.reflect(connection)
    for table in tables.sorted_tables:
        texts = [column for column in table.columns if isinstance(column.type, String)]
        if not texts:
            continue
        rows = connection.execution_options(yield_per=_ROWS).execute(select(*texts))
        for row in rows:
            for text in row:
                # Most texts have no slash; looking for one first is much faster.
                if isinstance(text, str) and "/" in text:
                    yield from _KEY.findall(text)
