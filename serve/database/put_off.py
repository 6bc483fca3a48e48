"""Work that a transaction puts off to its end, to do it once for everything that it wrote."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection

_T = TypeVar("_T")
_Work = Callable[[Connection, list[_T]], None]
_PUT_OFF = "sian_put_off"


def put_off(connection: Connection, work: _Work[_T], items: Iterable[_T], turn: int = 0) -> None:
    """Call `work` before the caller's transaction is committed, with all items put off for it.

    `turn`: works run in ascending order. Transactions that lock the same rows in works do so in the
    same order then, and never wait for each other in a circle.
    """
    put: dict[Any, tuple[int, list[Any]]] = connection.info.setdefault(_PUT_OFF, {})
    put.setdefault(work, (turn, []))[1].extend(items)


def still_put_off(connection: Connection, work: _Work[_T]) -> Sequence[_T]:
    """Return the items that the transaction has put off for `work`."""
    _, items = connection.info.get(_PUT_OFF, {}).get(work, (0, ()))
    return items


def do_put_off(connection: Connection) -> None:
    """Do what the transaction has put off."""
    put: dict[Any, tuple[int, list[Any]]] = connection.info.pop(_PUT_OFF, {})
    for work, (_, items) in sorted(put.items(), key=lambda one: one[1][0]):
        work(connection, items)


def forget_put_off(connection: Connection) -> None:
    """Forget what a transaction that was rolled back has put off."""
    connection.info.pop(_PUT_OFF, None)
