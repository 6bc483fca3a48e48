"""A small real server of the OpenAI videos API on loopback, which may restart, forget and misbehave.

It speaks one of three dialects, after what the servers' own sources accept: `omni` (vLLM-Omni: forms
alone, every field), `sglang` (older SGLang diffusion: JSON, and forms only with a picture), `openai`
(a few sizes and lengths, no field beyond the API's).
"""

import tempfile
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import UploadFile

from deployments.encoding import Mp4Writer
from tests.fake_video import draw_index
from tests.ports import free_port

KEY = "sk-a-secret"
SECONDS = ("4", "8", "12")
SIZES = ("720x1280", "1280x720")

Dialect = Literal["omni", "sglang", "openai"]


@dataclass
class Job:
    fields: dict[str, Any]
    picture: bytes | None
    polls: int = 0


@dataclass
class VideosServer:
    """What it has seen, and what it shall do. A step of progress is one poll."""

    dialect: Dialect = "omni"
    steps: int = 3
    native: tuple[int, int, int] | None = None
    """Width, height and frames a second it makes whatever it is asked for."""
    before: Callable[["VideosServer", Request], Response | None] = lambda *_: None
    """Answers in the server's place, or lets it answer."""
    content: Callable[[Job], bytes] | None = None
    port: int = field(default_factory=free_port)
    jobs: dict[str, Job] = field(default_factory=dict)
    created: list[Job] = field(default_factory=list)
    once: dict[str, str] = field(default_factory=dict)
    """The video of each Idempotency-Key."""
    deleted: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    _server: uvicorn.Server | None = None
    _thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def start(self) -> None:
        config = uvicorn.Config(self._app(), "127.0.0.1", self.port, log_level="critical")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.005)

    def stop(self) -> None:
        if self._server is not None and self._thread is not None:
            self._server.should_exit = self._server.force_exit = True
            self._thread.join()

    def _app(self) -> FastAPI:
        app = FastAPI()

        @app.middleware("http")
        async def watch(request: Request, go_on: Any) -> Response:
            self.asked.append(f"{request.method} {request.url.path}")
            self.keys.add(request.headers.get("authorization", ""))
            # Blocking on purpose: a server that stalls stalls for everybody.
            return self.before(self, request) or await go_on(request)

        @app.post("/v1/videos")
        async def create(request: Request) -> Response:
            form = request.headers["content-type"].startswith("multipart/form-data")
            body: dict[str, Any] = dict(await request.form() if form else await request.json())
            upload = body.pop("input_reference", None)
            picture = await upload.read() if isinstance(upload, UploadFile) else None
            if refusal := self._refusal(body, form, picture):
                return refusal
            key = request.headers["idempotency-key"]
            if self.once.get(key) in self.jobs:
                return JSONResponse(self._view(self.once[key]))
            if self.once.get(key) in self.deleted:
                detail = f"this Idempotency-Key made {self.once[key]}, which was deleted"
                return JSONResponse({"error": {"message": detail}}, 422)
            job = Job(body, picture)
            video = f"video_{len(self.created)}"
            self.jobs[video] = job
            self.created.append(job)
            self.once[key] = video
            return JSONResponse(self._view(video))

        @app.get("/v1/videos/{video}")
        def retrieve(video: str) -> Response:
            if video not in self.jobs:
                return JSONResponse({"detail": "Video not found"}, 404)
            self.jobs[video].polls += 1
            return JSONResponse(self._view(video))

        @app.get("/v1/videos/{video}/content")
        def content(video: str) -> Response:
            if video not in self.jobs:
                return JSONResponse({"detail": "Video not found"}, 404)
            job = self.jobs[video]
            made = self.content(job) if self.content else self.film(job)
            return Response(made, media_type="video/mp4")

        @app.delete("/v1/videos/{video}")
        def delete(video: str) -> Response:
            self.deleted.append(video)
            self.jobs.pop(video, None)
            return JSONResponse({"id": video, "deleted": True, "object": "video.deleted"})

        return app

    def _refusal(self, body: dict[str, Any], form: bool, picture: bytes | None) -> Response | None:
        if self.dialect == "omni" and not form:
            return JSONResponse({"detail": [{"loc": ["body", "prompt"], "msg": "required"}]}, 422)
        if self.dialect == "sglang" and form and picture is None:
            return JSONResponse({"detail": "input_reference file is required"}, 400)
        if self.dialect == "openai":
            for name in body.keys() - {"prompt", "model", "seconds", "size"}:
                return _error(f"Unknown parameter: '{name}'.", name)
            for name, known in (("seconds", SECONDS), ("size", SIZES)):
                if body[name] not in known:
                    values = ", ".join(f"'{value}'" for value in known)
                    said = f"Invalid value: '{body[name]}'. Supported values are: {values}."
                    return _error(said, name)
        return None

    def _view(self, video: str) -> dict[str, Any]:
        polls = self.jobs[video].polls
        status = "queued" if polls == 0 else "in_progress" if polls < self.steps else "completed"
        progress = min(100, 100 * polls // self.steps)
        return {"id": video, "object": "video", "status": status, "progress": progress}

    def film(self, job: Job) -> bytes:
        """Numbered frames of what was asked for."""
        fields = job.fields
        width, height = map(int, fields["size"].split("x"))
        fps = int(fields.get("fps", 24))
        num_frames = int(fields.get("num_frames", fps * int(fields["seconds"])))
        if self.native is not None:
            width, height, native_fps = self.native
            num_frames, fps = num_frames * native_fps // fps + 1, native_fps
        pixels = np.zeros((height, width, 3), np.uint8)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "video.mp4"
            with Mp4Writer(path, width, height, fps, crf=18, preset="ultrafast") as writer:
                for index in range(num_frames):
                    draw_index(pixels, 1, index)
                    writer.write_rgb(pixels)
            return path.read_bytes()


def _error(message: str, param: str) -> Response:
    return JSONResponse({"error": {"message": message, "param": param}}, 400)


@contextmanager
def served(server: VideosServer) -> Generator[VideosServer]:
    server.start()
    try:
        yield server
    finally:
        server.stop()
