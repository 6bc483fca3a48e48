"""Ledger: the database that remembers every production; nothing accepted is ever forgotten.

Synchronous and thread-safe: one transaction a call. Asyncio callers use `asyncio.to_thread`.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Self, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from conte.brief import Brief
from conte.checks.finding import Finding
from conte.clip import Clip, Film, Tier
from conte.conte import Conte, Treatment
from conte.production import (
    Actual,
    CutState,
    Event,
    EventData,
    Failure,
    Production,
    Provenance,
    State,
    TenantEvent,
    Version,
    WaitsFor,
)
from conte.revision.draft import Changed, Draft, WholeDraft
from conte.revision.edited import EditedVersion
from conte.revision.merging import Choice
from conte.revision.operations import AnyOperation
from conte.revision.quote import Measured
from conte.revision.take_order import TakeOrder
from conte.sound import Recording
from conte.spending import Prices
from conte.video import OrderedVideo, VideoOrder
from conte.vocabulary import Language
from serve.database.engine import Database
from serve.database.schema import open_database
from serve.database.wakes import Ring
from serve.ledger import (
    actual,
    adopting,
    bringing_in,
    directing,
    directions,
    drafts,
    draining,
    endings,
    events,
    formats,
    images,
    leases,
    measured,
    probe,
    productions,
    reading,
    sealing,
    secrets,
    sounds,
    take_orders,
    takes,
    taking,
    tenant_events,
    videos,
    work_left,
)
from serve.ledger.adopting import OwnStoryboard
from serve.ledger.bringing_in import BroughtIn
from serve.ledger.events import NewEvent
from serve.ledger.export_records import ExportRecords
from serve.ledger.figures import Figures, figures
from serve.ledger.leases import Claim
from serve.ledger.operating import OperatingRecords
from serve.ledger.reading import UnreadableVersion
from serve.ledger.review_records import ReviewRecords
from serve.ledger.sealing import Sealing
from serve.ledger.spending import SpendingRecords
from serve.ledger.tables import LEDGER
from serve.ledger.taking import Wanted
from serve.ledger.unplaced import UnplacedSounds
from serve.ledger.uploads import UploadRecords
from serve.ledger.videos import VideoClaim

_T = TypeVar("_T")


class Ledger:
    """Facade of the records. Clients' calls pass a tenant; directors' writes pass a claim."""

    def __init__(
        self,
        database: Database,
        weights: Mapping[str, float] | None = None,
        prices: Prices | None = None,
    ) -> None:
        """Wrap an open database. `prices`: prices by which renders are charged."""
        self._database, self._prices = database, prices or Prices()
        self._weights = dict(weights or {})
        if wrong := {t: w for t, w in self._weights.items() if not w > 0}:
            raise ValueError(f"tenant weights must be above 0, got {wrong}")
        self.reviewing = ReviewRecords(database)
        self.exporting = ExportRecords(database)
        self.uploading = UploadRecords(database)
        self.unplaced = UnplacedSounds(database)
        self.operating = OperatingRecords(database)
        self.spending = SpendingRecords(database, self._prices)

    @classmethod
    def open(
        cls,
        url: str,
        weights: Mapping[str, float] | None = None,
        prices: Prices | None = None,
        *,
        migrate: bool = True,
    ) -> Self:
        """Connect and migrate the tables; several processes may do so at once.

        `migrate`: otherwise older tables are refused.

        Raises:
            DatabaseUnavailable: if the database cannot be reached, or is newer than this code.
        """
        return cls(open_database(url, LEDGER, migrate=migrate), weights, prices)

    def close(self) -> None:
        self._database.close()

    def together(self) -> AbstractContextManager[None]:
        """One transaction around this thread's calls within the block: all are written, or none."""
        return self._database.together()

    # Wake-ups: `call` is called in any thread, and may be called for nothing; look first, and also
    # now and then without one.

    def waiting_for_work(self, call: Ring) -> AbstractContextManager[None]:
        """Call `call`, while the block runs, when there may be a production to claim or cancel."""
        return self._database.wakes.waiting(events.WORK, call)

    def waiting_for_videos(self, call: Ring) -> AbstractContextManager[None]:
        """Call `call` when there may be a video to claim or to stop, while the block runs."""
        return self._database.wakes.waiting(videos.WORK, call)

    def waiting_for_events(self, production_id: str, call: Ring) -> AbstractContextManager[None]:
        """Call `call` when a production has new events, while the block runs."""
        return self._database.wakes.waiting(events.topic(production_id), call)

    def waiting_for_tenant_events(self, tenant: str, call: Ring) -> AbstractContextManager[None]:
        """Call `call` when one of a tenant's productions has new events, while the block runs."""
        return self._database.wakes.waiting(tenant_events.topic(tenant), call)

    # Calls of clients.

    def accept(
        self,
        *,
        tenant: str,
        brief: Brief,
        seed: int,
        idempotency_key: str | None,
        body_hash: str,
        max_queued: int,
        directions: int = 1,
    ) -> tuple[Production, bool]:
        """Accept a production, or several directions of one brief, and return the first.

        The second value is False if its key had made it before.

        Raises:
            IdempotencyConflict: if the key was used with another body.
            QueueFull: if `max_queued` productions of the tenant wait already.
        """
        return self._joining(
            lambda conn: productions.accept(
                conn,
                tenant,
                brief,
                seed,
                idempotency_key,
                body_hash,
                max_queued,
                self._weights,
                directions,
            )
        )

    def get(
        self, production_id: str, tenant: str | None = None, version: int | None = None
    ) -> Production:
        """Return the production, with the clips and the film of its newest version or of this one.

        Raises:
            NotFound: also for another tenant's production.
        """
        with self._database.reading() as conn:
            return reading.production(conn, production_id, tenant, version)

    def language(self, production_id: str) -> Language | None:
        """Return the language of a production's brief; None: there is none that can be read."""
        with self._database.reading() as conn:
            return reading.language(conn, production_id)

    def list(
        self, tenant: str, *, limit: int, after: str | None, state: State | None
    ) -> tuple[tuple[Production, ...], str | None]:
        """Return a page, newest first, and the cursor of the following page."""
        with self._database.reading() as conn:
            return productions.page(conn, tenant, limit, after, state)

    def project(self, project_id: str, tenant: str | None = None) -> tuple[Production, ...]:
        """Return the productions of an order's directions, A first. Raises NotFound."""
        with self._database.reading() as conn:
            return productions.project(conn, project_id, tenant)

    def ideas_of(self, project_id: str, other_than: str = "") -> dict[str, Conte]:
        """Return the first conte of each direction, by letter. See `directions.ideas_of`."""
        with self._database.reading() as conn:
            return directions.ideas_of(conn, project_id, other_than)

    def add_direction(
        self, production_id: str, tenant: str, asked: directions.Another
    ) -> tuple[Production, bool]:
        """Accept another direction like this one. See `directions.add`."""
        return self._joining(
            lambda conn: directions.add(conn, production_id, tenant, asked, self._weights)
        )

    def pick_direction(
        self, production_id: str, tenant: str | None = None
    ) -> tuple[Production, ...]:
        """Mark the direction as the one that goes on. See `directions.pick`."""
        with self._database.writing() as conn:
            return directions.pick(conn, production_id, tenant)

    def treatments_before(self, project_id: str, direction: int) -> tuple[Treatment, ...]:
        """Return the treatments of the earlier directions, as far as they are written."""
        with self._database.reading() as conn:
            return events.treatments_before(conn, project_id, direction)

    def version(self, production_id: str, number: int, tenant: str | None = None) -> Version:
        with self._database.reading() as conn:
            return reading.version(conn, production_id, number, tenant)

    def versions(
        self, production_id: str, tenant: str | None = None
    ) -> tuple[Version | UnreadableVersion, ...]:
        """Return every version, 1 first."""
        with self._database.reading() as conn:
            return reading.versions_of(conn, production_id, tenant)

    def events(self, production_id: str, after: int, limit: int = 500) -> tuple[Event, ...]:
        """Return the production's events with ids above `after`, in order."""
        with self._database.asking() as conn:
            return events.after(conn, production_id, after, limit)

    def last_events(self, ids: Iterable[str]) -> dict[str, int]:
        """Return the id of the last event of each existing production."""
        with self._database.asking() as conn:
            return events.last_numbers(conn, builtins.list(ids))

    def tenant_events(self, tenant: str, after: int, limit: int = 500) -> tuple[TenantEvent, ...]:
        """Return events of all of the tenant's productions with numbers above `after`, in order."""
        with self._database.asking() as conn:
            return events.of_tenant(conn, tenant, after, limit)

    def last_tenant_events(self, tenants: Iterable[str]) -> dict[str, int]:
        """Return the number of the last event of each tenant."""
        with self._database.asking() as conn:
            return tenant_events.last_numbers(conn, tenants)

    def tenant_of(self, production_id: str) -> str | None:
        """Return the tenant of a production, or None if there is none."""
        with self._database.asking() as conn:
            return reading.tenant_of(conn, production_id)

    def secret(self, name: str) -> bytes:
        """Return a secret that all replicas share, made at the first call."""
        with self._database.asking() as conn:
            if (stood := secrets.standing(conn, name)) is not None:
                return stood
        with self._database.writing() as conn:
            return secrets.make(conn, name)

    def ask_cancel(self, production_id: str, tenant: str | None = None) -> Production:
        """Cancel at once if no director holds it; otherwise its director stops it.

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

    def draft(self, production_id: str, tenant: str | None = None) -> Draft:
        """Return the production's draft; an unchanged one of its newest version if there is none.

        Raises:
            NoDraft: while version 1 is being written.
        """
        with self._database.reading() as conn:
            return drafts.get(conn, production_id, tenant)

    def whole_draft(self, production_id: str, tenant: str | None = None) -> WholeDraft:
        """Return the draft with its steps. See `draft`."""
        with self._database.reading() as conn:
            return drafts.whole(conn, production_id, tenant)

    def operate(
        self,
        production_id: str,
        operations: Sequence[AnyOperation],
        tenant: str | None = None,
        causes: Sequence[str] = (),
    ) -> Changed:
        """Apply operations to the draft: all of them, or none. See `drafts.operate`."""
        with self._database.writing() as conn:
            return drafts.operate(conn, production_id, tenant, operations, causes)

    def adopt(self, tenant: str, own: OwnStoryboard) -> tuple[Production, bool]:
        """Make a production with an imported storyboard as its version 1.

        The second value is False if its key had made it before. See `adopting.adopt`.
        """
        return self._joining(lambda conn: adopting.adopt(conn, tenant, own, self._weights))

    def bring_in(
        self,
        production_id: str,
        edited: EditedVersion,
        base: int,
        tenant: str | None = None,
        choices: Mapping[str, Choice] | None = None,
        revision: int | None = None,
        *,
        preview: bool = False,
    ) -> BroughtIn:
        """Merge an edited file of version `base` into the draft. See `bringing_in.bring_in`."""
        with self._database.writing() as conn:
            return bringing_in.bring_in(
                conn, production_id, tenant, edited, base, choices or {}, revision, preview=preview
            )

    def undo(self, production_id: str, tenant: str | None = None) -> Changed:
        with self._database.writing() as conn:
            return drafts.undo(conn, production_id, tenant)

    def redo(self, production_id: str, tenant: str | None = None) -> Changed:
        with self._database.writing() as conn:
            return drafts.redo(conn, production_id, tenant)

    def drop_draft(self, production_id: str, tenant: str | None = None) -> None:
        with self._database.writing() as conn:
            drafts.drop(conn, production_id, tenant)

    def standing(
        self, draft: WholeDraft, tiers: Sequence[Tier], continues: Mapping[Tier, bool]
    ) -> sealing.Standing:
        """Return the draft's base, and what becomes of each clip if the draft is sealed."""
        with self._database.reading() as conn:
            return sealing.standing(conn, draft, tiers, continues)

    def measured(self, places: int) -> Measured:
        """Return recent render and film times. `places`: productions worked on at once."""
        with self._database.reading() as conn:
            return measured.measured(conn, places)

    def unclaimed_frames(self, tier: Tier) -> dict[str, float]:
        """Return the frames of a tier that wait for a director, by tenant."""
        with self._database.reading() as conn:
            return work_left.unclaimed_frames(conn, tier)

    def finals_short_of_gpus(self) -> int:
        """Return the finals that wait for a renderer; at most `work_left.READ`."""
        with self._database.asking() as conn:
            return work_left.finals_short_of_gpus(conn)

    def contes_left(self) -> int:
        """Return the productions whose conte is being written or waits to be."""
        with self._database.asking() as conn:
            return work_left.contes_left(conn)

    def actual(self, production_id: str, version: int) -> Actual:
        """Return the renders and the time that a version took."""
        with self._database.reading() as conn:
            return actual.actual(conn, production_id, version)

    def seal(
        self, production_id: str, sealing_: Sealing, tenant: str | None = None
    ) -> tuple[Production, int, bool]:
        """Make the draft the next version and queue it. See `sealing.seal`."""
        with self._database.writing() as conn:
            return sealing.seal(conn, production_id, tenant, sealing_, self._weights)

    def format_source(
        self, production_id: str, number: int, tenant: str | None = None
    ) -> formats.Source:
        """Return what formats of a version are made of. See `formats.source_of`."""
        with self._database.reading() as conn:
            return formats.source_of(conn, production_id, number, tenant)

    def formats(
        self, production_id: str, number: int, tenant: str | None = None
    ) -> tuple[Production, ...]:
        """Return the productions that were made of a version in other formats."""
        with self._database.reading() as conn:
            return formats.made_of(conn, production_id, number, tenant)

    def accept_formats(
        self, production_id: str, number: int, tenant: str, asked: formats.Formats
    ) -> tuple[tuple[Production, ...], bool]:
        """Make a production of each format of a version. See `formats.accept`."""
        with self._database.writing() as conn:
            return formats.accept(conn, production_id, number, tenant, asked, self._weights)

    def takes(self, production_id: str, tenant: str | None = None) -> dict[str, Clip]:
        """Return every clip that the production's cuts ever had, by take id."""
        with self._database.reading() as conn:
            reading.row(conn, production_id, tenant)
            return takes.of(conn, production_id)

    def order_takes(
        self, production_id: str, wanted: Wanted, tenant: str | None = None
    ) -> tuple[tuple[TakeOrder, ...], bool]:
        """Queue takes of a cut beside the version that stands. See `taking.order`."""
        with self._database.writing() as conn:
            return taking.order(conn, production_id, tenant, wanted, self._weights)

    def take_orders(self, production_id: str, tenant: str | None = None) -> tuple[TakeOrder, ...]:
        """Return every take that was ordered, in order."""
        with self._database.reading() as conn:
            reading.row(conn, production_id, tenant)
            return take_orders.of(conn, production_id)

    def clips(self, production_id: str, version: int) -> tuple[CutState, ...]:
        """Return the state of each cut of the version in each tier."""
        with self._database.reading() as conn:
            return reading.clips_of(conn, production_id, version)

    def figures(self) -> Figures:
        with self._database.reading() as conn:
            return figures(conn)

    def directors_alive(self, within_s: float) -> int:
        """Return the number of directors with a sign of life in the last `within_s`."""
        with self._database.asking() as conn:
            return leases.directors_alive(conn, within_s)

    def draining_since(self) -> float | None:
        """Return since when no director claims anything; None: they do."""
        with self._database.asking() as conn:
            return draining.since(conn)

    def probe(self) -> None:
        """Write as much as an order does, and leave nothing.

        Raises:
            DatabaseUnavailable: where an order would fail.
        """
        with self._database.writing() as conn:
            probe.write(conn)

    def accept_video(
        self,
        *,
        tenant: str,
        order: VideoOrder,
        tier: Tier,
        idempotency_key: str | None,
        body_hash: str,
        max_queued: int,
    ) -> tuple[OrderedVideo, bool]:
        """Accept a video. The second value is False if its key had made it before.

        Raises:
            IdempotencyConflict: if the key was used with another body, or its video is deleted.
            QueueFull: if `max_queued` videos of the tenant wait already.
        """
        return self._joining(
            lambda conn: videos.accept(
                conn, tenant, order, tier, idempotency_key, body_hash, max_queued
            )
        )

    def video(self, video_id: str, tenant: str | None = None) -> OrderedVideo:
        """Return the video. Raises NotFound, also for another tenant's or a deleted one."""
        with self._database.asking() as conn:
            return videos.get(conn, video_id, tenant)

    def videos(
        self, tenant: str, *, limit: int, after: str | None, newest_first: bool
    ) -> tuple[tuple[OrderedVideo, ...], bool]:
        """Return a page, and whether more follow."""
        with self._database.reading() as conn:
            return videos.page(conn, tenant, limit, after, newest_first=newest_first)

    def delete_video(self, video_id: str, tenant: str | None = None) -> OrderedVideo:
        """Hide the video at once and stop its rendering. Later calls raise NotFound."""
        with self._database.writing() as conn:
            return videos.delete(conn, video_id, tenant)

    def own_image(self, tenant: str, key: str) -> None:
        """Record that a tenant uploaded a picture; only its uploaders can use it."""
        self._joining(lambda conn: images.own(conn, tenant, key))

    def owns_image(self, tenant: str, key: str) -> bool:
        with self._database.asking() as conn:
            return images.owned(conn, tenant, key)

    def own_sound(self, tenant: str, made: Recording) -> Recording:
        """Record that a tenant uploaded a recording. Raises NotTakable: see `sounds.add`."""
        return self._joining(lambda conn: sounds.add(conn, tenant, made))

    def sounds(self, tenant: str, limit: int = 100) -> tuple[Recording, ...]:
        """Return a tenant's recordings, the newest first."""
        with self._database.reading() as conn:
            return sounds.newest(conn, tenant, limit)

    def _joining(self, work: Callable[[Connection], _T]) -> _T:
        known = False
        while True:
            try:
                with self._database.writing() as conn:
                    return work(conn)
            except IntegrityError:
                # Another replica inserted this tenant at the same moment. It exists now: retry
                # once.
                if known:
                    raise
                known = True

    # Calls of directors.

    def beat(self, owner: str) -> None:
        """Record a director's sign of life."""
        with self._database.writing() as conn:
            leases.beat(conn, owner)

    def claim(
        self,
        owner: str,
        lease_s: float,
        *,
        max_takeovers: int = 5,
        except_tenants: Collection[str] = (),
        take_over: bool = True,
        except_owner: str = "",
    ) -> Claim | None:
        """Claim the production whose turn it is, or None. Expired leases are taken over. Nothing is
        claimed while the house is drained.

        `take_over` False: claim only free rows. Used after a time when no lease could be renewed:
        an expired lease then does not mean a dead director. `except_owner`: take nothing over from
        this owner, as a living director takes nothing over from itself.
        """
        while True:
            with self._database.asking() as conn:
                if draining.since(conn) is not None:
                    return None
                if not leases.any_free(conn, except_tenants, take_over, except_owner):
                    return None
            with self._database.writing() as conn:
                found = leases.claim(
                    conn,
                    owner,
                    lease_s,
                    self._weights,
                    max_takeovers,
                    except_tenants,
                    take_over,
                    except_owner,
                )
            if found != leases.ENDED:
                return found

    def cancels_asked(self, owner: str) -> tuple[str, ...]:
        """Return the owner's productions whose cancellation was requested."""
        with self._database.asking() as conn:
            return leases.cancels_asked(conn, owner)

    # Every call below raises LeaseLost, and writes nothing, if the claim is no longer held.

    def renew(self, claim: Claim, lease_s: float) -> bool:
        """Extend the lease by `lease_s` from now. True: its cancellation was requested."""
        with self._database.writing() as conn:
            return leases.renew(conn, claim, lease_s)

    def release(self, claim: Claim) -> None:
        """Release the production unfinished; another director can claim it at once."""
        with self._database.writing() as conn:
            leases.release(conn, claim)

    def park(self, claim: Claim, in_s: float) -> None:
        """Release it unfinished; another director can claim it in `in_s` seconds."""
        with self._database.writing() as conn:
            leases.park(conn, claim, in_s)

    def enter(self, claim: Claim, state: State) -> None:
        with self._database.writing() as conn:
            directing.enter(conn, claim, state)

    def append(
        self, claim: Claim, by: str, data: EventData, once: str | None = None
    ) -> Event | None:
        """Append one event; None if one with the mark `once` exists."""
        try:
            with self._database.writing() as conn:
                return directing.append(conn, claim, NewEvent(by, data, once))
        except IntegrityError:
            return None  # two threads of this director wrote the same event at the same moment

    def append_many(
        self, claim: Claim, drafts: Sequence[tuple[str, EventData, str | None]]
    ) -> tuple[Event, ...]:
        """Append several events (by, data, once) in one transaction, without those that exist."""
        with self._database.writing() as conn:
            return directing.append_many(conn, claim, [NewEvent(*draft) for draft in drafts])

    def add_version(
        self,
        claim: Claim,
        number: int,
        conte: Conte,
        findings: tuple[Finding, ...],
        provenance: Provenance,
        by: str,
        compared: Collection[str] | None = None,
    ) -> Version | None:
        """Store a complete conte. Raises VersionConflict if the number has another one.

        None: it was not compared with all other directions. See `directing.add_version`.
        """
        with self._database.writing() as conn:
            return directing.add_version(
                conn, claim, number, conte, findings, provenance, by, compared
            )

    def start_clip(
        self, claim: Claim, version: int, cut: int, tier: Tier, by: str, attempt: int
    ) -> None:
        with self._database.writing() as conn:
            directing.start_clip(conn, claim, version, cut, tier, by, attempt)

    def clip_waits(
        self,
        claim: Claim,
        version: int,
        cut: int,
        tier: Tier,
        reason: WaitsFor,
        eta_s: float | None,
    ) -> None:
        """Record why a clip has not begun, until it does. See `directing.clip_waits`."""
        with self._database.writing() as conn:
            directing.clip_waits(conn, claim, version, cut, tier, reason, eta_s, self._prices)

    def record_clip(self, claim: Claim, version: int, clip: Clip, by: str, gpu_s: float) -> bool:
        """Record a stored clip and charge it to the tenant once. False: it was recorded before."""
        with self._database.writing() as conn:
            return directing.record_clip(conn, claim, version, clip, by, gpu_s, self._prices)

    def record_clip_failure(
        self, claim: Claim, version: int, failure: Failure, tier: Tier, by: str = ""
    ) -> None:
        with self._database.writing() as conn:
            directing.record_clip_failure(conn, claim, version, failure, tier, by or tier)

    def record_film(self, claim: Claim, version: int, film: Film, by: str) -> bool:
        """Record a film that is not the last, such as the draft. False: it was recorded before."""
        with self._database.writing() as conn:
            return directing.record_film(conn, claim, version, film, by)

    def finish(self, claim: Claim, version: int, film: Film, by: str) -> None:
        """Record the last film: the production is done and its lease free."""
        with self._database.writing() as conn:
            directing.finish(conn, claim, version, film, by)

    def record_take(
        self, claim: Claim, order: TakeOrder, clip: Clip, by: str, gpu_s: float
    ) -> bool:
        """Record a take that was ordered and charge it once. False: it was recorded before."""
        with self._database.writing() as conn:
            return directing.record_take(conn, claim, order, clip, by, gpu_s, self._prices)

    def record_take_failure(
        self, claim: Claim, order: TakeOrder, failure: Failure, by: str
    ) -> None:
        with self._database.writing() as conn:
            directing.record_take_failure(conn, claim, order, failure, by)

    def finish_takes(self, claim: Claim, by: str) -> bool:
        """Return the production to its state before the takes. False: some takes still wait."""
        with self._database.writing() as conn:
            return directing.finish_takes(conn, claim, by)

    def fail(self, claim: Claim, failure: Failure, by: str) -> None:
        with self._database.writing() as conn:
            endings.fail(conn, leases.see(conn, claim), failure, by)

    def cancelled(self, claim: Claim, by: str) -> None:
        with self._database.writing() as conn:
            endings.cancel(conn, leases.see(conn, claim), by)

    def claim_video(
        self,
        owner: str,
        lease_s: float,
        *,
        max_takeovers: int = 5,
        take_over: bool = True,
        except_owner: str = "",
    ) -> VideoClaim | None:
        """Claim the video whose turn it is, or None. Takes over expired leases as `claim` does."""
        with self._database.asking() as conn:
            if draining.since(conn) is not None:
                return None
            if not videos.any_free(conn, take_over, except_owner):
                return None
        with self._database.writing() as conn:
            return videos.claim(conn, owner, lease_s, max_takeovers, take_over, except_owner)

    def deleted_videos(self, owner: str) -> tuple[str, ...]:
        """Return the owner's videos that were deleted."""
        with self._database.asking() as conn:
            return videos.deleted(conn, owner)

    def renew_video(self, claim: VideoClaim, lease_s: float) -> bool:
        """Extend the lease by `lease_s` from now. True: the video was deleted."""
        with self._database.writing() as conn:
            return videos.renew(conn, claim, lease_s)

    def release_video(self, claim: VideoClaim, in_s: float = 0.0) -> None:
        """Release the video unfinished; another director can claim it in `in_s` seconds."""
        with self._database.writing() as conn:
            videos.release(conn, claim, in_s)

    def video_progress(self, claim: VideoClaim, fraction: float) -> bool:
        """Record its progress while it is rendered. True: the video was deleted."""
        with self._database.writing() as conn:
            return videos.progress(conn, claim, fraction)

    def complete_video(self, claim: VideoClaim, clip: Clip) -> None:
        with self._database.writing() as conn:
            videos.complete(conn, claim, clip, self._prices)

    def fail_video(self, claim: VideoClaim, failure: Failure) -> None:
        with self._database.writing() as conn:
            videos.fail(conn, claim, failure)
