"""Leases on the rows of any table: the owner, until when, and the fence that its writes carry.

An expired lease stays valid until another owner claims the row. Then the fence has changed, and the
earlier owner's writes change nothing. Not covered: the heartbeat of a caption run
(crawl/caption/dataset_run.py), where the next run decides which silence means death.
"""

from typing import Any

from sqlalchemy import ColumnElement, Table, and_, or_

from serve.database.clock import db_now

Conditions = tuple[ColumnElement[bool], ...]
Values = dict[str, Any]


class Lease:
    """Builds conditions and values for statements on one table; arguments may be bound parameters.

    The table has the columns `id`, `owner` and `until`. Without a column `fence`, which counts the
    claims, each claim needs a new owner's name.
    """

    def __init__(self, table: Table, until: str = "lease_until") -> None:
        """Use the columns of a table. `until`: name of the time column; 0 in it means that the row
        is free.
        """
        columns = table.c
        self._id, self._owner, self._until = columns.id, columns.owner, columns[until]
        self._fence = columns.get("fence")
        self._nobody = None if columns.owner.nullable else ""

    @property
    def unheld(self) -> ColumnElement[bool]:
        """Condition: nobody holds the row. It may be that it cannot be claimed yet, either."""
        return or_(self._owner == self._nobody, self.lapsed)

    @property
    def lapsed(self) -> ColumnElement[bool]:
        """Condition: the row is free, or its lease has expired."""
        return self._until <= db_now()

    def free(self, take_over: Any, except_owner: Any) -> Conditions:
        """Conditions: the row can be claimed.

        It is free, or `take_over` is true and the expired lease is not `except_owner`'s.
        """
        nobodys = self._owner == self._nobody
        return self.lapsed, or_(nobodys, and_(take_over, self._owner != except_owner))

    def held(self, id: Any, owner: Any, fence: Any = None) -> Conditions:  # noqa: A002
        """Conditions: the owner still holds the row. Every write of a claimed row carries them."""
        mine = self._id == id, self._owner == owner
        return mine if self._fence is None else (*mine, self._fence == fence)

    def taken(self, owner: Any, lease_s: Any) -> Values:
        counted = {} if self._fence is None else {self._fence.name: self._fence + 1}
        return {self._owner.name: owner, **self.renewed(lease_s), **counted}

    def renewed(self, lease_s: Any) -> Values:
        return {self._until.name: db_now() + lease_s}

    def released(self, until: Any = 0.0) -> Values:
        """Values that free the row; it can be claimed from `until` on."""
        return {self._owner.name: self._nobody, self._until.name: until}
