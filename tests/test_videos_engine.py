"""A clip by a videos server is the shot's, whatever the server's dialect, and outlives its trouble."""

import io
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import av
import cv2
import httpx
import numpy as np
import pytest
from fastapi import Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import SecretStr

from conte.clip import Clip, Shot
from deployments.clip_renderer import ClipRenderer
from deployments.encoding import frames_of
from deployments.engines.protocols import Cancelled, RenderError, Video
from deployments.engines.videos_api import VideosEngine
from serve.bounded import CallLimits
from serve.settings import VideosSettings
from serve.vault import Vault
from tests.fake_video import conte_and_brief, read_index
from tests.hostile_videos import ENCRYPTED
from tests.videos_of_every_make import good
from tests.videos_server import KEY, Job, VideosServer, served


@pytest.fixture
def serving() -> Iterator[Callable[..., VideosServer]]:
    with ExitStack() as stack:
        yield lambda **how: stack.enter_context(served(VideosServer(**how)))


def engine_of(server: VideosServer, **more: Any) -> VideosEngine:
    settings = {"url": server.url, "model": "wan", "api_key": SecretStr(KEY), "poll_s": 0.01}
    return VideosEngine(VideosSettings.model_validate(settings | more))


def shot_of(**update: Any) -> Shot:
    conte, brief = conte_and_brief()
    shot = Shot.of(conte.cuts[0], conte.treatment, brief, 7, 128)
    return shot.model_copy(update=update)


def no_step(_: float) -> None: ...


def never() -> bool:
    return False


def rendered(engine: VideosEngine, shot: Shot | None = None) -> Video:
    return engine.render(shot or shot_of(), no_step, never)


def indices(video: Video) -> list[int]:
    frames = [av.VideoFrame.from_ndarray(pixels, format="rgb24") for pixels in video.frames]
    return [read_index(frame.reformat(format="yuv420p"))[1] for frame in frames]


@pytest.mark.parametrize("dialect", ["omni", "sglang", "openai"])
async def test_a_clip_is_the_shots_in_any_dialect(
    serving: Callable[..., VideosServer], tmp_path: Path, dialect: str
) -> None:
    server, vault = serving(dialect=dialect), Vault.open(str(tmp_path / "vault"))
    engine, shot = engine_of(server), shot_of()
    steps = [step async for step in ClipRenderer(engine, vault, "final").render(shot, 1)]
    clip = steps[-1]
    assert isinstance(clip, Clip)
    assert clip.engine.label == f"wan at 127.0.0.1:{server.port} (video model)"
    async with vault.local(clip.key) as path:
        frames = list(frames_of(path))
    assert (frames[0].width, frames[0].height) == (shot.width, shot.height)
    assert [read_index(frame)[1] for frame in frames] == list(range(shot.num_frames))
    # What it refused it is not asked again.
    asked = len(server.asked)
    rendered(engine, shot_of(seed=8))
    assert server.asked[asked:].count("POST /v1/videos") == 1
    assert server.keys == {f"Bearer {KEY}"}


def test_a_server_is_asked_for_what_lasts_as_long_as_the_shot(
    serving: Callable[..., VideosServer],
) -> None:
    server = serving()
    rendered(engine_of(server, fps=16), shot_of(num_frames=50, fps=30, width=228, height=128))
    [job] = server.created
    prompt = job.fields.pop("prompt")
    assert "a car on a wet road" in prompt.lower()
    assert "ink drawing" in prompt.lower()
    assert job.fields == {
        "model": "wan",
        "size": "240x128",
        "seconds": "2",
        "num_frames": "33",  # 50/30 s are 27 frames of 16 a second; the next 8 k + 1
        "fps": "16",
        "seed": str(shot_of().seed),
    }


def test_a_start_picture_arrives(serving: Callable[..., VideosServer]) -> None:
    server = serving(dialect="sglang")
    start = np.zeros((40, 60, 3), np.uint8)
    start[:, :30] = (250, 10, 20)
    engine_of(server).render(shot_of(), no_step, never, start)
    [job] = server.created
    assert job.picture is not None
    seen: Any = cv2.imdecode(np.frombuffer(job.picture, np.uint8), cv2.IMREAD_COLOR)
    assert np.array_equal(seen[..., ::-1], start)


def test_progress_is_the_servers(serving: Callable[..., VideosServer]) -> None:
    steps: list[float] = []
    engine_of(serving(steps=4)).render(shot_of(), steps.append, never)
    assert steps == [0.0, 0.25, 0.5, 0.75]


def test_a_finished_video_is_not_left_on_the_server(serving: Callable[..., VideosServer]) -> None:
    server = serving()
    video = rendered(engine_of(server))
    assert server.deleted == ["video_0"]
    assert indices(video)[:30] == list(range(30))


def test_a_cancel_stops_the_server_too(serving: Callable[..., VideosServer]) -> None:
    server, stop = serving(steps=10**9), threading.Event()

    def on_step(fraction: float) -> None:
        if server.asked.count("GET /v1/videos/video_0") >= 2:
            stop.set()

    with pytest.raises(Cancelled):
        engine_of(server).render(shot_of(), on_step, stop.is_set)
    assert server.deleted == ["video_0"]


def test_a_cancel_ends_a_wait_for_a_server_that_is_away() -> None:
    asked = chain([False] * 3, iter(lambda: True, None))
    with pytest.raises(Cancelled):
        engine_of(VideosServer(), timeout_s=3600).render(shot_of(), no_step, lambda: next(asked))


def restart_at(path: str, poll: int, *, forget: bool) -> Callable[[VideosServer, Request], None]:
    """Stops the server the n-th time it is asked for a path, and starts it again."""
    seen = [0]

    def before(server: VideosServer, request: Request) -> None:
        if request.url.path.endswith(path):
            seen[0] += 1
            if seen[0] == poll:
                if forget:
                    # At once: it may take its time to stop, and finish the job meanwhile.
                    server.jobs.clear()

                def restart() -> None:
                    server.stop()
                    time.sleep(0.1)  # nobody listens
                    server.start()

                threading.Thread(target=restart).start()

    return before


def test_a_restart_is_waited_for(serving: Callable[..., VideosServer]) -> None:
    server = serving(steps=6, before=restart_at("/video_0", 2, forget=False))
    assert indices(rendered(engine_of(server)))[:30] == list(range(30))
    assert len(server.created) == 1


def test_a_server_that_forgot_is_asked_again(serving: Callable[..., VideosServer]) -> None:
    server = serving(steps=6, before=restart_at("/video_0", 2, forget=True))
    assert indices(rendered(engine_of(server)))[:30] == list(range(30))
    assert len(server.created) == 2


def test_a_server_that_forgets_every_time_is_not_asked_for_ever(
    serving: Callable[..., VideosServer],
) -> None:
    def forget(server: VideosServer, request: Request) -> None:
        if request.method == "GET":
            server.jobs.clear()

    server = serving(before=forget)
    with pytest.raises(RenderError, match="forgot the video 4 times"):
        rendered(engine_of(server))


def test_whoever_tries_again_after_our_death_meets_the_same_job(
    serving: Callable[..., VideosServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serving(steps=6)
    with monkeypatch.context() as dying:
        dying.setattr(httpx.Client, "delete", lambda *_, **__: None)  # the dead tell nobody
        with pytest.raises(Cancelled):
            engine_of(server).render(shot_of(), no_step, lambda: len(server.asked) > 2)
    assert indices(rendered(engine_of(server)))[:30] == list(range(30))
    assert (len(server.created), server.deleted) == (1, ["video_0"])
    # The next one of the same shot is a job of its own: the first was deleted.
    rendered(engine_of(server))
    assert len(server.created) == 2


def test_a_server_may_work_for_long_without_a_word_of_progress_but_not_for_ever(
    serving: Callable[..., VideosServer],
) -> None:
    steps: list[float] = []
    server = serving(steps=10**9)
    with pytest.raises(RenderError, match=r"the video is (queued|in_progress) after 5 s"):
        engine_of(server, video_timeout_s=5).render(shot_of(), steps.append, never)
    assert len(steps) > 1  # each poll is a sign of life
    assert set(steps) == {0.0}
    assert server.deleted == ["video_0"]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_passes_is_waited_for(serving: Callable[..., VideosServer], status: int) -> None:
    def busy(server: VideosServer, request: Request) -> Response | None:
        if len(server.asked) % 2:
            return JSONResponse({"error": {"message": "busy"}}, status, {"Retry-After": "0"})
        return None

    assert rendered(engine_of(serving(before=busy))).num_frames == 33


def test_a_server_that_is_silent_is_given_up_on() -> None:
    engine = engine_of(VideosServer(), timeout_s=1)
    with pytest.raises(RenderError, match=r"was silent for 1 s: .*[Cc]onnection refused"):
        rendered(engine)


def test_a_server_that_stalls_is_given_up_on_and_told_to_stop(
    serving: Callable[..., VideosServer],
) -> None:
    def stall(server: VideosServer, request: Request) -> None:
        if request.method == "GET":
            time.sleep(6)

    server = serving(before=stall)
    with pytest.raises(RenderError, match=r"was silent for 5 s: it did not answer in time"):
        rendered(engine_of(server, timeout_s=5))
    assert server.deleted == ["video_0"]


def test_a_failure_is_told_in_the_servers_words_without_the_key(
    serving: Callable[..., VideosServer],
) -> None:
    def fail(server: VideosServer, request: Request) -> Response | None:
        if request.method != "GET":
            return None
        error = {"code": "oom", "message": f"CUDA out of memory\nfor {KEY}"}
        return JSONResponse({"id": "video_0", "status": "failed", "error": error})

    with pytest.raises(RenderError, match=r"127.0.0.1:\d+: CUDA out of memory for \*\*\*$"):
        rendered(engine_of(serving(before=fail)))


@pytest.mark.parametrize(
    ("status", "said", "told"),
    [
        (401, {"error": {"message": f"Incorrect API key {KEY}"}}, r"refused the key \(401\): .*\*"),
        (400, {"error": {"message": "no violence"}}, r"refused the shot \(400\): no violence"),
        (422, {"detail": [{"loc": ["body", "size"], "msg": "bad"}]}, r"\(422\): size: bad"),
        (413, {"title": "Too large", "detail": "at most 1 MB"}, r"\(413\): at most 1 MB"),
        (400, "no", r"\(400\): no"),
    ],
)
def test_a_refusal_is_told_in_the_servers_words(
    serving: Callable[..., VideosServer], status: int, said: Any, told: str
) -> None:
    def refuse(server: VideosServer, request: Request) -> Response:
        return JSONResponse(said, status)

    with pytest.raises(RenderError, match=told) as error:
        rendered(engine_of(serving(before=refuse)))
    assert KEY not in str(error.value)


def test_the_nearest_size_and_length_are_taken(serving: Callable[..., VideosServer]) -> None:
    server = serving(dialect="openai")
    engine = engine_of(server)
    rendered(engine, shot_of(width=128, height=228))
    rendered(engine, shot_of(num_frames=24 * 5))
    taken = [(job.fields["size"], job.fields["seconds"]) for job in server.created]
    assert taken == [("720x1280", "4"), ("1280x720", "8")]


def test_a_cut_that_is_longer_than_the_server_makes_is_told_with_both(
    serving: Callable[..., VideosServer],
) -> None:
    with pytest.raises(RenderError, match=r"makes clips of 4, 8, 12 s, the cut lasts 15.00 s"):
        rendered(engine_of(serving(dialect="openai")), shot_of(num_frames=360))


def webm(codec: str) -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format="webm" if codec.startswith("libvpx") else "matroska") as out:
        stream: Any = out.add_stream(codec, rate=24)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for _ in range(33):
            frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
            out.mux(stream.encode(frame.reformat(format="yuv420p")))
        out.mux(stream.encode(None))
    return file.getvalue()


def test_webm_is_a_video_too(serving: Callable[..., VideosServer]) -> None:
    video = rendered(engine_of(serving(content=lambda _: webm("libvpx"))))
    assert (video.num_frames, video.width, video.height, video.fps) == (33, 64, 64, 24)
    assert len(list(video.frames)) == 33


def encrypted() -> bytes:
    with TemporaryDirectory() as folder:
        path = good(Path(folder), num_frames=33, container_options=ENCRYPTED)
        return path.read_bytes()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (encrypted(), "sent an encrypted video, wanted one that plays without a key"),
        (b"#EXTM3U\nfile:///etc/passwd\n", r"begins with b'#EXTM3U.*wanted MP4 or WebM"),
        (b"<html>", "wanted MP4 or WebM"),
        (b"", "wanted MP4 or WebM"),
        (bytes(4) + b"ftypisom" + bytes(200), "cannot be opened"),
        (webm("ffv1"), "sent ffv1, wanted one of h264"),
    ],
)
def test_what_is_no_clip_is_not_opened(
    serving: Callable[..., VideosServer], content: bytes, told: str
) -> None:
    with pytest.raises(RenderError, match=told):
        rendered(engine_of(serving(content=lambda _: content)))


def test_a_clip_that_takes_its_decoder_down_is_told_and_its_process_has_ended(
    serving: Callable[..., VideosServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "deployments.engines.videos_api.download.LIMITS", CallLimits(answer_bytes=10_000)
    )
    with pytest.raises(RenderError, match="cannot be decoded: its answer has"):
        list(rendered(engine_of(serving())).frames)
    assert not children()


def test_frames_that_nobody_takes_leave_no_process(serving: Callable[..., VideosServer]) -> None:
    server = serving()
    for take in (0, 1, None):
        video = rendered(engine_of(server))
        assert len(children()) == 1
        assert len(list(islice(video.frames, take))) in (0, 1, video.num_frames)
        del video
        assert not children()


EARLIER = set[str]()
"""Those that tests of other files have kept warm."""


@pytest.fixture(autouse=True)
def _earlier() -> None:
    EARLIER.clear()
    EARLIER.update(children())


def children() -> list[str]:
    """Processes that this test started for decoding and that have not ended."""
    found = list[str]()
    for task in Path("/proc/self/task").iterdir():
        with suppress(OSError):  # a thread that ends while it is looked at
            found += (task / "children").read_text().split()
    return [child for child in found if child not in EARLIER and _decodes(child)]


def _decodes(process: str) -> bool:
    with suppress(OSError):
        return b"serve.bounded.child" in Path(f"/proc/{process}/cmdline").read_bytes()
    return False


def test_a_download_is_bounded(
    serving: Callable[..., VideosServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deployments.engines.videos_api.server.MAX_VIDEO", 1 << 20)
    with pytest.raises(RenderError, match="more than 1 MiB for one clip"):
        rendered(engine_of(serving(content=lambda _: bytes(1 << 21))))


def test_a_download_that_breaks_off_is_begun_again(serving: Callable[..., VideosServer]) -> None:
    begun: list[str] = []

    def break_off(server: VideosServer, request: Request) -> Response | None:
        if request.url.path.endswith("/content") and not begun:
            begun.append("once")
            return StreamingResponse(iter([b"too", b" little"]), headers={"Content-Length": "99"})
        return None

    server = serving(before=break_off)
    assert indices(rendered(engine_of(server)))[:30] == list(range(30))
    assert (begun, len(server.created)) == (["once"], 1)


def test_a_broken_video_says_so_when_it_is_decoded(serving: Callable[..., VideosServer]) -> None:
    server = serving()

    def torn(job: Job) -> bytes:
        whole = bytearray(server.film(job))
        at = whole.index(b"mdat") + 40
        whole[at:] = bytes(len(whole) - at)
        return bytes(whole)

    server.content = torn
    with pytest.raises(RenderError, match="cannot be decoded"):
        list(rendered(engine_of(server)).frames)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"model": "wan"}, "videos.url: wanted a server"),
        ({"url": "ftp://h/v1", "model": "wan"}, "videos.url"),
        ({"url": "http://user:pw@h/v1", "model": "wan"}, "belongs into videos.api_key"),
        ({"url": "http://h/v1"}, "videos.model: wanted the name"),
        ({"url": "http://h/v1", "model": "wan", "api_key": "a\nb"}, "videos.api_key"),
    ],
)
def test_a_setting_that_is_wrong_is_told_at_the_start(settings: dict[str, str], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        VideosEngine(VideosSettings.model_validate(settings))
