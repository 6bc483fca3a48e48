"""Shot -> Video by another server: creates, waits, downloads; survives the server's restarts."""

import secrets
import tempfile
import time
from collections.abc import Callable
from typing import Any

from conte.clip import EngineId, Shot
from conte.frozen import digest
from deployments.engines.diffusion.prompting import PROMPT_VERSION
from deployments.engines.protocols import Frame, OnStep, RenderError, Video
from deployments.engines.videos_api.download import opened
from deployments.engines.videos_api.requests import VideoRequests
from deployments.engines.videos_api.server import Forgotten, VideoRefused, VideosServer
from serve.settings import VideosSettings

MAX_CREATED = 4
"""Times that one video is created anew because the server has lost it."""
FAILED = ("failed", "cancelled", "deleted", "expired")


class VideosEngine:
    """A `VideoEngine` over HTTP. Its video has the server's own size, rate and length."""

    def __init__(self, settings: VideosSettings) -> None:
        """Prepare the client.

        Raises:
            ValueError: naming the setting that is missing or wrong.
        """
        self._server = VideosServer(settings)
        if not settings.model:
            raise ValueError(
                "videos.model: wanted the name of the server's model; clips are kept under it"
            )
        self._video_timeout_s = settings.video_timeout_s
        host = self._server.host
        self._asking = VideoRequests(settings.model, settings.fps, host)
        rate = f"@{settings.fps}" if settings.fps else ""
        self.id = EngineId(
            name="videos",
            revision=f"{settings.model}{rate}/{PROMPT_VERSION}",
            label=f"{settings.model} at {host} (video model)",
        )

    def render(
        self,
        shot: Shot,
        on_step: OnStep,
        should_stop: Callable[[], bool],
        start: Frame | None = None,
    ) -> Video:
        """Render a shot as `VideoEngine.render` describes. Cancelling also stops the server's work.

        Raises:
            Cancelled: if `should_stop` returns true.
            RenderError: in the server's own words, or if it is silent for too long.
        """
        # The first key is the shot's own: if this process dies, the next attempt finds the same
        # job.
        once = digest([shot.key(self.id)])
        for _ in range(MAX_CREATED):
            job = self._created(shot, start, once, should_stop)
            once = secrets.token_hex(16)
            if job is None:
                continue  # a job of an earlier attempt, which failed or was deleted
            try:
                self._wait(job, on_step, should_stop)
                made = self._fetched(job["id"], should_stop)
            except Forgotten:
                continue  # the server was restarted and has lost the job
            except VideoRefused as refused:
                raise RenderError(f"{self._server.host}: {refused}") from None
            except BaseException:
                self._server.forget(job["id"])
                raise
            self._server.forget(job["id"])
            return made
        raise RenderError(f"{self._server.host} forgot the video {MAX_CREATED} times")

    def _created(
        self, shot: Shot, start: Frame | None, once: str, should_stop: Callable[[], bool]
    ) -> dict[str, Any] | None:
        """Return the job; None if the key `once` belongs to a failed or deleted one."""
        while True:
            request = self._asking.request(shot, start)
            try:
                job = self._server.create(request, once, should_stop)
            except VideoRefused as refused:
                if "idempotency" in str(refused).lower():
                    return None
                self._asking.learn(refused, shot, start)
                continue
            if not isinstance(job.get("id"), str) or not job["id"]:
                raise RenderError(f"{self._server.host} made a video without an id")
            return None if job.get("status") in FAILED else job

    def _wait(self, job: dict[str, Any], on_step: OnStep, should_stop: Callable[[], bool]) -> None:
        video, until = job["id"], time.monotonic() + self._video_timeout_s
        while job.get("status") != "completed":
            if job.get("status") in FAILED:
                raise RenderError(f"{self._server.host}: {self._why(job)}")
            if time.monotonic() > until:
                told = f"is {job.get('status')} after {self._video_timeout_s:g} s"
                raise RenderError(f"{self._server.host}: the video {told}")
            progress = job.get("progress")
            if isinstance(progress, int | float):
                on_step(min(max(float(progress), 0.0), 100.0) / 100)
            self._server.pause(should_stop)
            job = self._server.status(video, should_stop)

    def _fetched(self, video: str, should_stop: Callable[[], bool]) -> Video:
        file = tempfile.TemporaryFile(prefix="sian-video-")  # noqa: SIM115  # its frames close it
        try:
            self._server.fetch(video, file, should_stop)
            return opened(file, self._server.host, should_stop)
        except BaseException:
            file.close()
            raise

    def _why(self, job: dict[str, Any]) -> str:
        error = job.get("error")
        message = error.get("message") if isinstance(error, dict) else error
        return self._server.without_key(str(message or f"the video {job.get('status')}"))
