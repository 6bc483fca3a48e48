"""Ledger: the database that remembers every production; nothing accepted is ever forgotten.

Synchronous and thread-safe: one transaction a call. Asyncio callers use `asyncio.to_thread`.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from conte.brief import Brief
from conte.checks.finding import Finding
from conte.clip import Clip, Film, Tier
from conte.conte import Conte
from conte.production import Event, EventKind, Failure, Production, Provenance, State, Version
from conte.video import Video, VideoOrder
from serve.ledger import (
    directing,
    endings,
    events,
    images,
    leases,
    productions,
    reading,
    videos,
)
from serve.ledger.engine import Database
from serve.ledger.events import Draft
from serve.ledger.figures import Figures, figures
from serve.ledger.leases import Claim
from serve.ledger.videos import VideoClaim

_T = TypeVar("_T")


class Ledger:
    """The face of the records. Clients' calls know tenants; directors' writes carry a claim."""

    def __init__(self, database: Database, weights: Mapping[str, float] | None = None) -> None:
        self._database = database
        self._weights = dict(weights or {})
        if wrong := {t: w for t, w in self._weights.items() if not w > 0}:
            raise ValueError(f"tenant weights must be above 0, got {wrong}")

    @classmethod
    def open(cls, url: str, weights: Mapping[str, float] | None = None) -> Ledger:
        """Open, and bring the tables up to date; several processes may do so at once.

        Raises:
            LedgerUnavailable: if the database cannot be reached, or is newer than this code.
        """
        return cls(Database.open(url), weights)

    def close(self) -> None:
        self._database.close()

    def together(self) -> AbstractContextManager[None]:
        """One transaction around the calls this thread makes within: all are written, or none."""
        return self._database.together()

    # What clients ask for.

    def accept(
        self,
        *,
        tenant: str,
        brief: Brief,
        seed: int,
        idempotency_key: str | None,
        body_hash: str,
        max_queued: int,
    ) -> tuple[Production, bool]:
        """Take on a production; False beside it: its key had made it before.

        Raises:
            IdempotencyConflict: if the key was used with another body.
            QueueFull: if `max_queued` productions of the tenant wait already.
        """
        return self._joining(
            lambda conn: productions.accept(
                conn, tenant, brief, seed, idempotency_key, body_hash, max_queued, self._weights
            )
        )

    def get(self, production_id: str, tenant: str | None = None) -> Production:
        """Raises NotFound; another tenant's production is not found either."""
        with self._database.reading() as conn:
            return reading.production(conn, production_id, tenant)

    def list(
        self, tenant: str, *, limit: int, after: str | None, state: State | None
    ) -> tuple[tuple[Production, ...], str | None]:
        """A page, newest first, and the cursor of the page that follows."""
        with self._database.reading() as conn:
            return productions.page(conn, tenant, limit, after, state)

    def version(self, production_id: str, number: int, tenant: str | None = None) -> Version:
        with self._database.reading() as conn:
            return reading.version(conn, production_id, number, tenant)

    def events(self, production_id: str, after: int, limit: int = 500) -> tuple[Event, ...]:
        """The production's events with ids above `after`, in order."""
        with self._database.asking() as conn:
            return events.after(conn, production_id, after, limit)

    def last_events(self, ids: Iterable[str]) -> dict[str, int]:
        """The id of the last event of each of these productions that exists."""
        with self._database.asking() as conn:
            return events.last_numbers(conn, builtins.list(ids))

    def ask_cancel(self, production_id: str, tenant: str | None = None) -> Production:
        """Cancelled at once if nobody directs it, else as soon as its director hears of it.

        Raises:
            NotCancellable: if it is done or has failed.
        """
        with self._database.writing() as conn:
            return productions.ask_cancel(conn, production_id, tenant)

    def retry_cut(
        self, production_id: str, number: int, cut: int, tenant: str | None = None
    ) -> Production:
        """Queue a failed production again, with this cut of its newest version cleared.

        Raises:
            NotRetryable: if the cut or the production has not failed.
        """
        with self._database.writing() as conn:
            return productions.retry_cut(conn, production_id, number, cut, tenant, self._weights)

    def figures(self) -> Figures:
        with self._database.reading() as conn:
            return figures(conn)

    def directors_alive(self, within_s: float) -> int:
        """How many directors have given a sign of life in the last `within_s`."""
        with self._database.asking() as conn:
            return leases.directors_alive(conn, within_s)

    def accept_video(
        self,
        *,
        tenant: str,
        order: VideoOrder,
        tier: Tier,
        idempotency_key: str | None,
        body_hash: str,
        max_queued: int,
    ) -> tuple[Video, bool]:
        """Take on a video; False beside it: its key had made it before.

        Raises:
            IdempotencyConflict: if the key was used with another body, or its video is deleted.
            QueueFull: if `max_queued` videos of the tenant wait already.
        """
        return self._joining(
            lambda conn: videos.accept(
                conn, tenant, order, tier, idempotency_key, body_hash, max_queued
            )
        )

    def video(self, video_id: str, tenant: str | None = None) -> Video:
        """Raises NotFound; another tenant's, or a deleted one, is not found either."""
        with self._database.asking() as conn:
            return videos.get(conn, video_id, tenant)

    def videos(
        self, tenant: str, *, limit: int, after: str | None, newest_first: bool
    ) -> tuple[tuple[Video, ...], bool]:
        """A page, and whether more follow."""
        with self._database.reading() as conn:
            return videos.page(conn, tenant, limit, after, newest_first=newest_first)

    def delete_video(self, video_id: str, tenant: str | None = None) -> Video:
        """Out of sight at once; whoever renders it stops. Raises NotFound from then on."""
        with self._database.writing() as conn:
            return videos.delete(conn, video_id, tenant)

    def own_image(self, tenant: str, key: str) -> None:
        """Remember that a tenant uploaded a picture; what others uploaded it cannot name."""
        self._joining(lambda conn: images.own(conn, tenant, key))

    def owns_image(self, tenant: str, key: str) -> bool:
        with self._database.asking() as conn:
            return images.owned(conn, tenant, key)

    def _joining(self, work: Callable[[Connection], _T]) -> _T:
        known = False
        while True:
            try:
                with self._database.writing() as conn:
                    return work(conn)
            except IntegrityError:
                # Another replica made this tenant in the same moment. Now it stands: once round.
                if known:
                    raise
                known = True

    # What directors ask for.

    def beat(self, owner: str) -> None:
        """A director's sign of life."""
        with self._database.writing() as conn:
            leases.beat(conn, owner)

    def claim(
        self,
        owner: str,
        lease_s: float,
        *,
        max_takeovers: int = 5,
        except_tenants: Collection[str] = (),
    ) -> Claim | None:
        """The production whose turn it is, or None. Whose lease ended is taken over."""
        with self._database.asking() as conn:
            if not leases.any_free(conn, except_tenants):
                return None
        with self._database.writing() as conn:
            return leases.claim(conn, owner, lease_s, self._weights, max_takeovers, except_tenants)

    def cancels_asked(self, owner: str) -> tuple[str, ...]:
        """Those of the owner's productions whose cancelling has been asked for."""
        with self._database.asking() as conn:
            return leases.cancels_asked(conn, owner)

    # Every call below raises LeaseLost, and writes nothing, if the claim is not held any more.

    def renew(self, claim: Claim, lease_s: float) -> bool:
        """Keep it for another `lease_s`. True: its cancelling has been asked for."""
        with self._database.writing() as conn:
            return leases.renew(conn, claim, lease_s)

    def release(self, claim: Claim) -> None:
        """Hand it back unfinished; another may claim it at once."""
        with self._database.writing() as conn:
            leases.release(conn, claim)

    def enter(self, claim: Claim, state: State) -> None:
        with self._database.writing() as conn:
            directing.enter(conn, claim, state)

    def append(
        self, claim: Claim, kind: EventKind, by: str, data: dict[str, Any], once: str | None = None
    ) -> Event | None:
        """One event; None if one with the mark `once` stands already."""
        try:
            with self._database.writing() as conn:
                return directing.append(conn, claim, Draft(kind, by, data, once))
        except IntegrityError:
            return None  # two threads of this director told the same in the same moment

    def append_many(
        self, claim: Claim, drafts: Sequence[tuple[EventKind, str, dict[str, Any], str | None]]
    ) -> tuple[Event, ...]:
        """Several events (kind, by, data, once) in one transaction, without those that stand."""
        with self._database.writing() as conn:
            return directing.append_many(conn, claim, [Draft(*draft) for draft in drafts])

    def add_version(
        self,
        claim: Claim,
        number: int,
        conte: Conte,
        findings: tuple[Finding, ...],
        provenance: Provenance,
        by: str,
    ) -> Version:
        """A complete conte. Raises VersionConflict if another one stands under the number."""
        with self._database.writing() as conn:
            return directing.add_version(conn, claim, number, conte, findings, provenance, by)

    def start_clip(
        self, claim: Claim, version: int, cut: int, tier: Tier, by: str, attempt: int
    ) -> None:
        with self._database.writing() as conn:
            directing.start_clip(conn, claim, version, cut, tier, by, attempt)

    def record_clip(self, claim: Claim, version: int, clip: Clip, by: str, gpu_s: float) -> bool:
        """A clip that is in the vault, charged to the tenant once. False: it stood already."""
        with self._database.writing() as conn:
            return directing.record_clip(conn, claim, version, clip, by, gpu_s)

    def record_clip_failure(
        self, claim: Claim, version: int, failure: Failure, tier: Tier, by: str = ""
    ) -> None:
        with self._database.writing() as conn:
            directing.record_clip_failure(conn, claim, version, failure, tier, by or tier)

    def record_film(self, claim: Claim, version: int, film: Film, by: str) -> bool:
        """A film that more will follow, as a draft is followed by the final. False: it stood."""
        with self._database.writing() as conn:
            return directing.record_film(conn, claim, version, film, by)

    def finish(self, claim: Claim, version: int, film: Film, by: str) -> None:
        """The last film: the production is done and free."""
        with self._database.writing() as conn:
            directing.finish(conn, claim, version, film, by)

    def fail(self, claim: Claim, failure: Failure, by: str) -> None:
        with self._database.writing() as conn:
            endings.fail(conn, leases.see(conn, claim), failure, by)

    def cancelled(self, claim: Claim, by: str) -> None:
        with self._database.writing() as conn:
            endings.cancel(conn, leases.see(conn, claim), by)

    def claim_video(
        self, owner: str, lease_s: float, *, max_takeovers: int = 5
    ) -> VideoClaim | None:
        """The video whose turn it is, or None. Whose lease ended is taken over."""
        with self._database.asking() as conn:
            if not videos.any_free(conn):
                return None
        with self._database.writing() as conn:
            return videos.claim(conn, owner, lease_s, max_takeovers)

    def deleted_videos(self, owner: str) -> tuple[str, ...]:
        """Those of the owner's videos that have been deleted."""
        with self._database.asking() as conn:
            return videos.deleted(conn, owner)

    def renew_video(self, claim: VideoClaim, lease_s: float) -> bool:
        """Keep it for another `lease_s`. True: it has been deleted."""
        with self._database.writing() as conn:
            return videos.renew(conn, claim, lease_s)

    def release_video(self, claim: VideoClaim) -> None:
        """Hand it back unfinished; another may claim it at once."""
        with self._database.writing() as conn:
            videos.release(conn, claim)

    def video_progress(self, claim: VideoClaim, fraction: float) -> bool:
        """It is being rendered, and this far. True: it has been deleted."""
        with self._database.writing() as conn:
            return videos.progress(conn, claim, fraction)

    def complete_video(self, claim: VideoClaim, clip: Clip) -> None:
        with self._database.writing() as conn:
            videos.complete(conn, claim, clip)

    def fail_video(self, claim: VideoClaim, failure: Failure) -> None:
        with self._database.writing() as conn:
            videos.fail(conn, claim, failure)
