"""Claims videos from the ledger by lease and renders the one shot of each. Knows no Ray.

Same crew, gate and leases as for productions. A video has no conte and no film: its plan is one
render.
"""

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from contextlib import AbstractContextManager, aclosing, suppress
from functools import partial

from conte.clip import Clip
from conte.production import Failure
from graphs.attempts import in_attempts
from graphs.claiming import CUT_OFF, Claimed, Claiming, InWork
from graphs.crew import Crew, Plan, in_time, reason_of
from graphs.gate import Begin, Gates
from graphs.job import PROGRESS_EVERY_S
from graphs.outlook import WaitsForMoney
from graphs.patience import patiently
from graphs.waiting import Waiting
from serve.database.errors import DatabaseUnavailable
from serve.database.wakes import Ring
from serve.ledger.errors import LeaseLost
from serve.ledger.ledger import Ledger
from serve.ledger.videos import VideoClaim
from serve.settings import DirectorSettings
from serve.telemetry import log

AT_ONCE = 16
"""Most videos that one director holds. They take turns at the gate, tenant by tenant."""


class VideoDirector(Claiming[VideoClaim]):
    def __init__(
        self, ledger: Ledger, crew: Crew, plan: Plan, settings: DirectorSettings, gates: Gates
    ) -> None:
        super().__init__("videos", "video", settings)
        self._ledger, self._crew, self._plan, self._gates = ledger, crew, plan, gates

    async def _claim(self, take_over: bool) -> VideoClaim | None:
        if len(self._in_work) >= AT_ONCE:
            return None
        return await asyncio.to_thread(
            self._ledger.claim_video,
            self.name,
            self._settings.lease_s,
            max_takeovers=self._settings.max_takeovers,
            take_over=take_over,
            except_owner=self.name,
        )

    def _waiting(self, call: Ring) -> AbstractContextManager[None]:
        return self._ledger.waiting_for_videos(call)

    def _renew(self, claim: VideoClaim) -> None:
        self._ledger.renew_video(claim, self._settings.lease_s)

    def _release(self, claim: VideoClaim) -> None:
        self._ledger.release_video(claim)

    def _cancels(self) -> Sequence[str]:
        return self._ledger.deleted_videos(self.name)

    def _row(self, claim: VideoClaim) -> Claimed:
        return claim.video

    async def _work(self, work: InWork[VideoClaim]) -> None:
        claim = work.claim
        try:
            await self._end(work, await self._render(claim))
        except WaitsForMoney as wait:
            await asyncio.to_thread(self._ledger.release_video, claim, wait.in_s)
            log("video.waits_for_money", in_s=round(wait.in_s))
        except asyncio.CancelledError:
            # The stream is closed: the renderer has stopped, or never started.
            if work.cancel_asked:
                await self._end(work, Failure(stage="clip", reason="deleted"))
            elif self._stopping:
                await asyncio.to_thread(self._ledger.release_video, claim)
            elif not work.lease_lost:
                await self._end(work, Failure(stage="clip", reason=CUT_OFF))
        except (LeaseLost, DatabaseUnavailable):
            raise
        except Exception as error:
            log("video.failed", level=logging.ERROR, error=error)
            await self._end(work, Failure(stage="clip", reason=reason_of(error)))

    async def _end(self, work: InWork[VideoClaim], end: Clip | Failure) -> None:
        if isinstance(end, Clip):
            await patiently(partial(self._ledger.complete_video, work.claim, end))
            log("video.completed")
        else:
            await patiently(partial(self._ledger.fail_video, work.claim, end))
            log("video.ended", level=logging.WARNING, **end.model_dump())

    async def _render(self, claim: VideoClaim) -> Clip | Failure:
        video = claim.video
        if video.tier not in self._crew.tiers:
            reason = f"the {video.tier} tier, which it was asked of, is switched off"
            return Failure(stage="clip", reason=reason)

        def once(_: int, begin: Begin) -> Awaitable[Clip]:
            return self._render_once(claim, begin)

        def retried(attempt: int, reason: str) -> None:
            log("video.retried", level=logging.WARNING, attempt=attempt, reason=reason)

        outlook = self._plan.outlooks.get(video.tier)
        return await in_attempts(
            once,
            retried,
            self._gates,
            self._plan,
            video.tenant,
            video.shot(),
            video.tier,
            waiting=None if outlook is None else Waiting(outlook, video.tenant, None),
        )

    async def _render_once(self, claim: VideoClaim, begin: Begin) -> Clip:
        video = claim.video
        clock = asyncio.get_running_loop().time
        told = clock() - PROGRESS_EVERY_S
        rendering = self._crew.render(video.shot(), 1, video.tier)
        async with aclosing(in_time(rendering, self._plan.clip_timeout_s[video.tier])) as steps:
            while not isinstance(step := await anext(steps), Clip):
                begin()
                if clock() - told >= PROGRESS_EVERY_S:
                    told = clock()
                    # Only the end of a video is worth waiting for; stale progress is not.
                    with suppress(DatabaseUnavailable):
                        await asyncio.to_thread(self._ledger.video_progress, claim, step)
            return step
