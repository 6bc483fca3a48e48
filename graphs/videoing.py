"""Claims videos from the ledger by lease and renders each one's only shot. Knows no Ray.

The same crew, gate and leases as for productions; a video has no conte and no film, so its plan is
one render.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

from conte.clip import Clip
from conte.production import Failure
from deployments.engines.protocols import CannotRender
from graphs.crew import Crew, Plan, in_time, reason_of
from graphs.gate import Gates
from graphs.job import PROGRESS_EVERY_S
from serve.ledger.errors import LeaseLost, LedgerUnavailable
from serve.ledger.ledger import Ledger
from serve.ledger.videos import VideoClaim
from serve.settings import DirectorSettings
from serve.telemetry import about, log

_P = ParamSpec("_P")
_T = TypeVar("_T")

AT_ONCE = 16
"""Videos a director holds: those that wait at the gate take their turns there, tenant by tenant."""


@dataclass
class _InWork:
    claim: VideoClaim
    task: asyncio.Task[None] = field(init=False)
    deleted: bool = False


class VideoDirector:
    def __init__(
        self, ledger: Ledger, crew: Crew, plan: Plan, settings: DirectorSettings, gates: Gates
    ) -> None:
        self._ledger, self._crew, self._plan, self._gates = ledger, crew, plan, gates
        self._settings = settings
        self._in_work: dict[str, _InWork] = {}
        self._loop: asyncio.Task[None] | None = None
        self._stopping = False
        self.name = f"videos-{secrets.token_hex(4)}"

    def start(self) -> None:
        self._loop = asyncio.create_task(self._run())

    def check(self) -> None:
        """Raise what ended the loop, if anything did."""
        if self._loop is not None and self._loop.done():
            self._loop.result()
            raise RuntimeError("the loop of videos has ended")

    async def stop(self) -> None:
        """Stop claiming, stop the renders, and hand them back."""
        self._stopping = True
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
        works = list(self._in_work.values())
        for work in works:
            work.task.cancel()
        await asyncio.gather(*(work.task for work in works), return_exceptions=True)

    async def _run(self) -> None:
        renewed = -self._settings.lease_s
        clock = asyncio.get_running_loop().time
        while True:
            try:
                if clock() - renewed >= self._settings.lease_s / 3:
                    await self._renew_all()
                    renewed = clock()
                await self._look_for_deleted()
                claimed = await self._claim_next()
            except LedgerUnavailable as error:
                log("videos.ledger_unavailable", level=logging.WARNING, reason=str(error))
                claimed = False
            if not claimed:
                await asyncio.sleep(self._settings.poll_s)

    async def _claim_next(self) -> bool:
        if len(self._in_work) >= AT_ONCE:
            return False
        settings = self._settings
        claim = await asyncio.to_thread(
            self._ledger.claim_video,
            self.name,
            settings.lease_s,
            max_takeovers=settings.max_takeovers,
        )
        if claim is None:
            return False
        work = _InWork(claim)
        self._in_work[claim.video.id] = work
        work.task = asyncio.create_task(self._direct(work))
        return True

    async def _renew_all(self) -> None:
        for work in list(self._in_work.values()):
            try:
                await self._call(self._ledger.renew_video, work.claim, self._settings.lease_s)
            except LeaseLost:
                work.task.cancel()

    async def _look_for_deleted(self) -> None:
        if not self._in_work:
            return
        for video in await self._call(self._ledger.deleted_videos, self.name):
            work = self._in_work.get(video)
            if work is not None and not work.deleted:
                work.deleted = True
                work.task.cancel()

    async def _direct(self, work: _InWork) -> None:
        claim = work.claim
        with about(claim.video.id, claim.video.tenant):
            try:
                await self._render_and_end(work)
            except LeaseLost:
                log("video.lease_lost", level=logging.WARNING)
            except LedgerUnavailable as error:
                # The lease runs out by itself, and whoever takes over renders it.
                log("video.gave_up", level=logging.ERROR, reason=str(error))
            finally:
                self._in_work.pop(claim.video.id, None)

    async def _render_and_end(self, work: _InWork) -> None:
        claim = work.claim
        try:
            await self._end(work, await self._render(claim))
        except asyncio.CancelledError:
            # Its stream is closed by now: the renderer has stopped, or never started.
            if work.deleted:
                await self._end(work, Failure(stage="clip", reason="deleted"))
            elif self._stopping:
                await self._call(self._ledger.release_video, claim)
        except (LeaseLost, LedgerUnavailable):
            raise
        except Exception as error:
            log("video.failed", level=logging.ERROR, error=error)
            await self._end(work, Failure(stage="clip", reason=reason_of(error)))

    async def _end(self, work: _InWork, end: Clip | Failure) -> None:
        if isinstance(end, Clip):
            await self._call(self._ledger.complete_video, work.claim, end)
            log("video.completed")
        else:
            await self._call(self._ledger.fail_video, work.claim, end)
            log("video.ended", level=logging.WARNING, **end.model_dump())

    async def _render(self, claim: VideoClaim) -> Clip | Failure:
        video = claim.video
        shot, reason = video.shot(), ""
        if video.tier not in self._crew.tiers:
            reason = f"the {video.tier} tier, which it was asked of, is switched off"
            return Failure(stage="clip", reason=reason)
        attempt = 0
        for attempt in range(1, self._plan.max_attempts + 1):
            try:
                async with self._gates[video.tier].turn(video.tenant, shot.num_frames):
                    return await self._render_once(claim)
            except self._plan.transient as error:
                reason = reason_of(error)
                if isinstance(error, CannotRender):
                    break
                log("video.retried", level=logging.WARNING, attempt=attempt, reason=reason)
        return Failure(stage="clip", reason=reason, attempts=attempt)

    async def _render_once(self, claim: VideoClaim) -> Clip:
        video = claim.video
        clock = asyncio.get_running_loop().time
        told = clock() - PROGRESS_EVERY_S
        rendering = self._crew.render(video.shot(), 1, video.tier)
        async with aclosing(in_time(rendering, self._plan.clip_timeout_s[video.tier])) as steps:
            while not isinstance(step := await anext(steps), Clip):
                if clock() - told >= PROGRESS_EVERY_S:
                    told = clock()
                    await self._call(self._ledger.video_progress, claim, step)
            return step

    async def _call(self, method: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        return await asyncio.to_thread(method, *args, **kwargs)
