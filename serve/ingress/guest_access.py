"""Rights of share links: token -> what the link leads to, its rights, its guest. Needs no account.

Each guest route requires a right, and no right includes another. Whatever a link does not lead to
is answered as missing: unknown, expired and revoked links answer alike.
"""

import math
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Path

from conte.revision.share import Guest, Right, Share
from serve.ingress.problems import NOT_FOUND, NOT_PERMITTED, NOT_YET, TOO_OFTEN, Problem
from serve.ingress.rates import Rate
from serve.ledger.ledger import Ledger
from serve.ledger.shares import Shared

_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
NO_LINK = "there is no such link, or it has expired or was revoked"

Token = Annotated[str, Path(description="Of the share link", max_length=200)]
GuestToken = Annotated[
    str | None,
    Header(
        alias="X-Guest",
        description="`guest` of `POST /v1/shared/{token}/guests`",
        max_length=100,
    ),
]


@dataclass(frozen=True)
class Visit:
    """A request by a link that allows it."""

    share: Share
    tenant: str
    version: int

    @property
    def production(self) -> str:
        return self.share.production

    @property
    def follows(self) -> bool:
        """True: the link leads from one version to the next, and so do its comments."""
        return self.share.version is None


class GuestAccess:
    """Dependencies of the guests' routes. Rates are limited per link, at each replica."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._reads = Rate(per_minute=1200, burst=300)
        self._writes = Rate(per_minute=30, burst=15)
        self.shared: Callable[..., Shared] = self._shared_by()

    def _shared_by(self) -> Callable[..., Shared]:
        def shared(token: Token) -> Shared:
            if _TOKEN.fullmatch(token) is None:
                raise Problem(NOT_FOUND, NO_LINK)
            found = self._ledger.reviewing.shared(token)
            _wait(self._reads.take(found.share.id))
            return found

        return shared

    def tenant(self, who: str = "guests") -> Callable[..., Awaitable[str]]:
        """Return a dependency for a name under which all guests of a tenant are counted."""

        async def guests_of(shared: Annotated[Shared, Depends(self.shared)]) -> str:
            return f"{who} of {shared.tenant}"

        return guests_of

    def visit(self, *rights: Right) -> Callable[..., Visit]:
        """Return a dependency that admits links with any of these rights."""

        def visit(shared: Annotated[Shared, Depends(self.shared)]) -> Visit:
            return visit_of(shared, *rights)

        return visit

    def writes(self) -> Callable[..., None]:
        """Return a dependency that counts a request against the link's limit of writes."""

        def writes(shared: Annotated[Shared, Depends(self.shared)]) -> None:
            _wait(self._writes.take(shared.share.id))

        return writes

    def guest_if_any(self) -> Callable[..., Guest | None]:
        """Return a dependency for the guest of a request; None if the request names none."""

        def guest(
            shared: Annotated[Shared, Depends(self.shared)], guest: GuestToken = None
        ) -> Guest | None:
            if guest is not None and _TOKEN.fullmatch(guest):
                return self._ledger.reviewing.guest(shared.share.id, guest)
            return None

        return guest

    def guest(self) -> Callable[..., Guest]:
        """Return a dependency for the guest of a request."""

        def guest(found: Annotated[Guest | None, Depends(self.guest_if_any())]) -> Guest:
            if found is None:
                detail = "say your name first: POST to the link's `guests`, then send `X-Guest`"
                raise Problem(NOT_PERMITTED, detail)
            return found

        return guest


def visit_of(shared: Shared, *rights: Right) -> Visit:
    """Return the visit that the link allows.

    Raises:
        Problem: 403 if the link has none of the rights; 404 if nothing is in review yet.
    """
    if not set(rights) & set(shared.share.rights):
        takes = " or ".join(rights)
        has = ", ".join(shared.share.rights) or "nothing"
        raise Problem(NOT_PERMITTED, f"this takes the right to {takes}; the link allows {has}")
    if shared.version is None:
        raise Problem(NOT_YET, "no version was put into review yet")
    return Visit(shared.share, shared.tenant, shared.version)


def _wait(seconds: float) -> None:
    if seconds:
        after = {"Retry-After": str(math.ceil(seconds))}
        raise Problem(TOO_OFTEN, "this link is used too often; wait a moment", headers=after)
