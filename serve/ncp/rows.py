"""Bounds the rows that Ray's autoscaler keeps of servers that have ended.

Autoscaler v2 keeps a row of each server that it ever requested as long as its process lives, and
reads every row a dozen times a round: after 1,000 servers a round took 200 ms instead of 5.
"""

from typing import Any, cast

from ray.autoscaler.v2 import autoscaler
from ray.autoscaler.v2.instance_manager.storage import InMemoryStorage, StoreStatus
from ray.core.generated import instance_manager_pb2

_Instance: Any = cast(Any, instance_manager_pb2).Instance

KEPT = 48
"""Ended rows that are kept of servers that joined, and as many of servers that never did.

Ray takes a dead node that the GCS still lists and that has no row for a server of somebody else,
and ends it. So this exceeds `RAY_maximum_gcs_dead_node_cached_count`.
"""
_ENDED = (_Instance.TERMINATED, _Instance.ALLOCATION_FAILED)


class BoundedRows(InMemoryStorage):
    """Ray's table of instances without the oldest ended ones."""

    def batch_update(
        self,
        table: str,
        mutation: Any = None,
        deletion: Any = None,
        expected_version: int | None = None,
    ) -> StoreStatus:
        done = super().batch_update(table, mutation, deletion, expected_version)
        if not (done.success and mutation and (ended := self._surplus(table))):
            return done
        return super().batch_update(table, {}, ended)

    def _surplus(self, table: str) -> list[str]:
        """Return the keys of ended rows beyond those that are kept, of both kinds."""
        rows = self.get(table, [])[0]
        if len(rows) <= KEPT:
            return []
        joined: list[tuple[int, str]] = []
        never_joined: list[tuple[int, str]] = []
        for key, (value, version) in rows.items():
            row = _Instance.FromString(value)
            if row.status in _ENDED:
                (joined if row.node_id else never_joined).append((version, key))
        return [key for kind in (joined, never_joined) for _, key in sorted(kind)[:-KEPT]]


def bound_rows() -> None:
    """Give this process's autoscaler, which is made after its provider, the bounded table."""
    cast(Any, autoscaler).InMemoryStorage = BoundedRows
