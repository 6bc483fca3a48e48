"""The official OpenAI client's videos against our front door, on a real cluster."""

# OpenAI's own sizes are four, and it marks the API, which servers of one's own go on with, as old.
# pyright: reportArgumentType=false, reportDeprecated=false

import os
import time
from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import numpy as np
import openai
import pytest

from tests.cluster import TestCluster

pytestmark = [
    pytest.mark.cluster,
    # OpenAI's own service of this API has ended; servers of one's own go on with it.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


@pytest.fixture
def client(cluster: TestCluster) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{cluster.url}/v1", api_key="none", max_retries=0) as client:
        yield client


def frames_and_size(path: Path) -> tuple[int, int, int]:
    with av.open(str(path)) as video:
        stream = video.streams.video[0]
        return sum(1 for _ in video.decode(stream)), stream.width, stream.height


def test_a_video_is_created_polled_and_downloaded(client: openai.OpenAI, tmp_path: Path) -> None:
    video = client.videos.create_and_poll(
        prompt="비 오는 밤, 젖은 길",
        seconds="4",
        size="256x144",
        poll_interval_ms=200,
    )
    assert (video.status, video.progress, video.error) == ("completed", 100, None)
    file = tmp_path / "video.mp4"
    client.videos.download_content(video.id).write_to_file(file)
    assert frames_and_size(file) == (4 * 24, 256, 144)
    thumbnail = client.videos.download_content(video.id, variant="thumbnail").read()
    assert thumbnail[8:12] == b"WEBP"


def test_videos_are_listed_page_after_page(client: openai.OpenAI) -> None:
    made = [
        client.videos.create(prompt=f"a road {i}", seconds="4", size="256x144").id for i in range(3)
    ]
    assert [video.id for video in client.videos.list(limit=2)][:3] == made[::-1]


def test_a_video_starts_from_a_picture(client: openai.OpenAI) -> None:
    png = cv2.imencode(".png", np.full((144, 256, 3), 90, np.uint8))[1].tobytes()
    video = client.videos.create(
        prompt="a box",
        seconds="4",
        size="256x144",
        input_reference=("box.png", png, "image/png"),
    )
    assert client.videos.poll(video.id, poll_interval_ms=200).status == "completed"


def test_a_video_is_remixed(client: openai.OpenAI) -> None:
    video = client.videos.create_and_poll(
        prompt="a road", seconds="1", size="256x144", poll_interval_ms=200
    )
    remix = client.videos.remix(video.id, prompt="a road at night")
    assert remix.remixed_from_video_id == video.id
    assert client.videos.poll(remix.id, poll_interval_ms=200).status == "completed"


def cpu_s(pids: list[int]) -> float:
    """Seconds of CPU that the processes have taken so far (proc(5): utime and stime)."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def test_deleting_a_video_that_is_being_made_stops_it(
    cluster: TestCluster, client: openai.OpenAI
) -> None:
    def started(seconds: str) -> str:
        video = client.videos.create(prompt="a long road", seconds=seconds, size="1280x1280")
        while client.videos.retrieve(video.id).status == "queued":
            time.sleep(0.05)
        return video.id

    renderers = cluster.replicas("DraftRenderer")
    before_s = cpu_s(renderers)
    client.videos.poll(started("4"), poll_interval_ms=100)
    a_fifteenth_s = cpu_s(renderers) - before_s

    video = started("60")
    assert client.videos.delete(video).deleted
    with pytest.raises(openai.NotFoundError):
        client.videos.retrieve(video)
    # Not its state is asked: made whole it would take fifteen times what the short one took.
    before_s = cpu_s(renderers)
    spent_s, still = before_s, 0
    while still < 4:
        time.sleep(0.25)
        now_s = cpu_s(renderers)
        still = still + 1 if now_s - spent_s < 0.05 else 0
        spent_s = now_s
        assert spent_s - before_s < 5 * a_fifteenth_s, "it is rendered on"


def test_videos_outlive_those_who_make_them(cluster: TestCluster) -> None:
    with openai.OpenAI(base_url=f"{cluster.url}/v1", api_key="none", max_retries=8) as client:
        ids = [
            client.videos.create(prompt=f"a way {i}", seconds="12", size="640x360").id
            for i in range(3)
        ]
        while client.videos.retrieve(ids[0]).status == "queued":
            time.sleep(0.05)
        for deployment in ("Director", "Director", "DraftRenderer", "Ingress"):
            cluster.kill(deployment)
        videos = [client.videos.poll(video, poll_interval_ms=200) for video in ids]
    assert [video.status for video in videos] == ["completed"] * 3, videos


def test_what_cannot_be_made_is_refused_with_what_can(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="there is animatic"):
        client.videos.create(prompt="a cat", model="sora-2")
    with pytest.raises(openai.BadRequestError, match="both even and 64 to 2160"):
        client.videos.create(prompt="a cat", size="62x64")
    with pytest.raises(openai.NotFoundError):
        client.videos.download_content("video_nothing")
