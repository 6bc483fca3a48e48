"""Bounds the rows that Ray's autoscaler keeps of servers that have ended.

Autoscaler v2 keeps a row of each server that it ever requested as long as its process lives, and
reads every row a dozen times a round: after 1,000 servers a round took 200 ms instead of 5.
"""

import os
from collections.abc import Mapping
from typing import Any, ClassVar, cast

from ray.autoscaler.v2 import autoscaler
from ray.autoscaler.v2.instance_manager.storage import InMemoryStorage, StoreStatus
from ray.core.generated import instance_manager_pb2

_Instance: Any = cast(Any, instance_manager_pb2).Instance

DEAD_NODES = "RAY_maximum_gcs_dead_node_cached_count"
_DEAD_NODES = 1000
"""Ray's default of it."""
_ENDED = (_Instance.TERMINATED, _Instance.ALLOCATION_FAILED)


class BoundedRows(InMemoryStorage):
    """Ray's table of instances without the oldest ended ones."""

    kept: ClassVar = 3 * _DEAD_NODES // 2
    """Ended rows that are kept of servers that joined, and as many of servers that never did."""

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
        if len(rows) <= self.kept:
            return []
        joined: list[tuple[int, str]] = []
        never_joined: list[tuple[int, str]] = []
        for key, (value, version) in rows.items():
            row = _Instance.FromString(value)
            if row.status in _ENDED:
                (joined if row.node_id else never_joined).append((version, key))
        return [key for kind in (joined, never_joined) for _, key in sorted(kind)[: -self.kept]]


def kept_rows(environment: Mapping[str, str]) -> int:
    """Return how many ended rows of a kind are kept: more than the dead nodes that the GCS lists.

    Ray takes a listed node without a row for a server of somebody else, and ends it.
    """
    return 3 * int(environment.get(DEAD_NODES) or _DEAD_NODES) // 2


def bound_rows() -> None:
    """Give this process's autoscaler, which is made after its provider, the bounded table."""
    BoundedRows.kept = kept_rows(os.environ)
    cast(Any, autoscaler).InMemoryStorage = BoundedRows
