"""SQL function: a text column as its stored bytes, even where these are no longer valid text."""

from typing import Any

from sqlalchemy import LargeBinary
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class raw_bytes(FunctionElement[bytes]):  # noqa: N801  # reads as the SQL function it stands for
    """Returns the column's UTF-8 bytes."""

    type = LargeBinary()
    inherit_cache = True


@compiles(raw_bytes, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **kw)} AS BLOB)"


@compiles(raw_bytes, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    # Not a cast to BYTEA, which reads backslashes in the text as escapes.
    return f"convert_to({compiler.process(element.clauses, **kw)}, 'UTF8')"
