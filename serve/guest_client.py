"""The typed client of a guest: what a share link allows, by its address alone, without a key.

with GuestClient(link) as guest:
    guest.enter("김대표")
    shown = guest.conte()
    guest.comment({"cut": shown.conte.cuts[2].id, "frame": 40, "text": "로고를 더 크게"})
    guest.approve(guest.offer())
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx

from conte.export import Captions, Document, ExportOptions, Layout
from conte.sound import Loudness
from serve.connection import Connection
from serve.ingress.review_views import (
    GUEST_PAGE,
    SHARED,
    CommentPage,
    CommentView,
    GuestView,
    OfferView,
    SharedApprovalView,
    SharedChangesView,
    SharedConteView,
    SharedReviewView,
    SharedView,
)

_LINK = re.compile(rf"(https?://.+?)(?:{GUEST_PAGE}|{SHARED})/([A-Za-z0-9_-]{{32}})/?")


class GuestClient(Connection):
    """A guest of one link. What the link does not allow is a `Problem` of status 403."""

    def __init__(
        self,
        link: str,
        *,
        timeout_s: float = 30,
        attempts: int = 5,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """`link`: the address that was shared, such as `https://sian.example/s/...`."""
        found = _LINK.fullmatch(link)
        if found is None:
            raise ValueError(f"wanted the address of a share link, got {link[:80]!r}")
        server, token = found.groups()
        super().__init__(server, timeout_s=timeout_s, attempts=attempts, transport=transport)
        self._link = f"{SHARED}/{token}"

    def enter(self, name: str) -> None:
        """Say a name, once: comments and the approval bear it."""
        found = self._view(GuestView, "POST", f"{self._link}/guests", json={"name": name})
        self._http.headers["X-Guest"] = found.guest

    def allowed(self) -> SharedView:
        """Return the version that the link leads to, its rights, and until when it is valid."""
        return self._view(SharedView, "GET", self._link)

    def conte(self) -> SharedConteView:
        """Return the conte with its findings, and where its clips and film are."""
        return self._view(SharedConteView, "GET", f"{self._link}/conte")

    def changes(self) -> SharedChangesView:
        """Return what changed since the round before, by a link that follows the review."""
        return self._view(SharedChangesView, "GET", f"{self._link}/changes")

    def comments(self, after: str = "") -> CommentPage:
        """Return a page of the comments. `after`: the `next` of the page before."""
        path = f"{self._link}/comments"
        return self._view(CommentPage, "GET", path, params={"after": after} if after else {})

    def comment(self, said: Mapping[str, Any]) -> CommentView:
        """Comment on the version. `said`: `text` and a place, such as `cut` and `frame`."""
        path = f"{self._link}/comments"
        return self._view(CommentView, "POST", path, once=True, json=dict(said))

    def ask_for_changes(self, message: str = "") -> SharedReviewView:
        """Ask for changes: the version's review is then `changes_requested`."""
        path = f"{self._link}/review"
        return self._view(SharedReviewView, "POST", path, once=True, json={"message": message})

    def offer(self) -> OfferView:
        """Return what would be approved: the first of two steps of an approval."""
        return self._view(OfferView, "POST", f"{self._link}/approval")

    def approve(self, offer: OfferView) -> SharedApprovalView:
        """Approve the offer for good, under the name that was said."""
        path, body = (
            f"{self._link}/approval/confirm",
            {"hash": offer.hash, "confirm": offer.confirm},
        )
        return self._view(SharedApprovalView, "POST", path, once=True, json=body)

    def download(
        self, what: str, to: Path, on_bytes: Callable[[int, int], None] | None = None
    ) -> Path:
        """Save `film`, `sheet.png`, `poster.png` or `cuts/3/clip` as the file `to`.

        Takes the right to download. See `Client.download`.
        """
        return self._saved(f"{self._link}/{what}?download=true", to, on_bytes)

    def export(
        self,
        format: str,  # noqa: A002
        to: Path,
        *,
        layout: Layout = "landscape",
        document: Document = "sheet",
        captions: Captions = "burned",
        loudness: Loudness | None = None,
    ) -> Path:
        """Save the version as a PDF, CSV or another format as the file `to`. Takes the right to
        download.
        """
        options = ExportOptions(
            layout=layout, document=document, captions=captions, loudness=loudness
        )
        return self._exported(f"{self._link}/exports/{format}", options, to)
