"""Limits concurrent long responses: event streams, chats, files. Knows no HTTP server.

Ray Serve passes a replica a limited number of requests. Long responses have a share of them, so
that short requests and probes find the rest free, and each tenant has a share of that share.
"""

from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Annotated

from fastapi import Depends

from serve.ingress.auth import TenantOf
from serve.ingress.problems import TOO_MANY, UNAVAILABLE, Problem

RETRY_AFTER_S = 5

Place = Callable[..., Awaitable[None] | AsyncGenerator[None]]
"""A dependency that holds a place from before the response until it has been sent."""


class LongAnswers:
    """Long responses in progress at one replica."""

    def __init__(self, per_tenant: int, in_all: int) -> None:
        self._per_tenant, self._in_all = per_tenant, in_all
        self._under_way = Counter[str]()

    def place(self, tenant: TenantOf) -> Place:
        async def place(tenant: Annotated[str, Depends(tenant)]) -> AsyncGenerator[None]:
            self._enter(tenant)
            try:
                yield
            finally:
                self._leave(tenant)

        return place

    def _enter(self, tenant: str) -> None:
        """Take a place.

        Raises:
            Problem: 429 if the tenant's share is used up, 503 if all places are.
        """
        after = {"Retry-After": str(RETRY_AFTER_S)}
        if self._under_way[tenant] >= self._per_tenant:
            detail = (
                f"{self._per_tenant} event streams, downloads and chats of yours are open here;"
                " close one of them"
            )
            raise Problem(TOO_MANY, detail, headers=after)
        if self._under_way.total() >= self._in_all:
            detail = f"{self._in_all} event streams, downloads and chats are open here; try again"
            raise Problem(UNAVAILABLE, detail, headers=after)
        self._under_way[tenant] += 1

    def _leave(self, tenant: str) -> None:
        self._under_way[tenant] -= 1
        if not self._under_way[tenant]:
            del self._under_way[tenant]
