"""Work that a transaction puts off to its end, to do it once for everything that it wrote."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from sqlalchemy import Connection

_T = TypeVar("_T")
_PUT_OFF = "sian_put_off"


def put_off(
    connection: Connection, work: Callable[[Connection, list[_T]], None], items: Iterable[_T]
) -> None:
    """Call `work` before the caller's transaction is committed, with all items put off for it."""
    put: dict[Any, list[Any]] = connection.info.setdefault(_PUT_OFF, {})
    put.setdefault(work, []).extend(items)


def do_put_off(connection: Connection) -> None:
    """Do what the transaction has put off."""
    for work, items in connection.info.pop(_PUT_OFF, {}).items():
        work(connection, items)


def forget_put_off(connection: Connection) -> None:
    """Forget what a transaction that was rolled back has put off."""
    connection.info.pop(_PUT_OFF, None)
