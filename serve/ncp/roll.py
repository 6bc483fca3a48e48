"""Decides whether a list of servers can be trusted.

Autoscaler v2 takes a server that is missing from one list for terminated, and replaces it.
"""

from collections.abc import Collection, Sequence

from serve.ncp.errors import ListNotWhole
from serve.ncp.servers import Server

BELIEVED_AFTER_S = 300.0
"""Seconds for which lists must show a loss of half the servers before it is believed."""
BELIEVED_AFTER_LISTS = 30
"""Consecutive lists that must show such a loss. Rounds are 5 s apart, if nothing delays them."""


class Roll:
    """The cluster's servers in the last trusted list."""

    def __init__(self, cluster: str, head: str) -> None:
        self._cluster, self._head = cluster, head
        self._known: frozenset[str] = frozenset()
        self._lost: frozenset[str] = frozenset()
        self._lost_since = 0.0
        self._lost_in = 0

    def ours(self, listed: Sequence[Server]) -> list[Server]:
        """Return the cluster's servers, including the head."""
        return [one for one in listed if one.id == self._head or self._is_ours(one)]

    def is_head(self, server: Server) -> bool:
        return server.id == self._head or (server.tags is not None and server.tags.kind == "head")

    def believed(
        self, listed: Sequence[Server], leaving: Collection[str], now: float
    ) -> list[Server]:
        """Return the cluster's servers in a list. `leaving`: servers that are being ended.

        Raises:
            ListNotWhole: if the head is missing, or half of the known servers disappeared at once.
        """
        ours = self.ours(listed)
        here = {one.id for one in ours}
        if self._head not in here:
            raise ListNotWhole(f"the list of {len(listed)} servers lacks the head, {self._head}")
        known = self._known - set(leaving)
        lost = known - here
        if lost and 2 * len(lost) >= len(known):
            if lost != self._lost:
                self._lost, self._lost_since, self._lost_in = lost, now, 0
            self._lost_in += 1
            for_long = now - self._lost_since >= BELIEVED_AFTER_S
            if not (for_long and self._lost_in > BELIEVED_AFTER_LISTS):
                raise ListNotWhole(f"{len(lost)} of {len(known)} servers are gone from one list")
        self._lost = frozenset()
        self._known = frozenset(one.id for one in ours if not self.is_head(one) and not one.leaves)
        return ours

    def _is_ours(self, server: Server) -> bool:
        return server.tags is not None and server.tags.cluster == self._cluster
