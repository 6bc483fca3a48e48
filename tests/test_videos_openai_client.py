"""The official OpenAI client's videos against our front door, on a real cluster."""

# OpenAI's own sizes are four, and it marks the API, which servers of one's own go on with, as old.
# pyright: reportArgumentType=false, reportDeprecated=false

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


def test_deleting_a_video_that_is_being_made_stops_it(client: openai.OpenAI) -> None:
    video = client.videos.create(prompt="a long road", seconds="60", size="1920x1080")
    while client.videos.retrieve(video.id).status == "queued":
        time.sleep(0.05)
    assert client.videos.delete(video.id).deleted
    with pytest.raises(openai.NotFoundError):
        client.videos.retrieve(video.id)
    # Its renderers are free again at once: the next one does not wait for 1,440 frames.
    short = client.videos.create(prompt="a short road", seconds="4", size="256x144")
    assert client.videos.poll(short.id, poll_interval_ms=100).status == "completed"


def test_what_cannot_be_made_is_refused_with_what_can(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="there is animatic"):
        client.videos.create(prompt="a cat", model="sora-2")
    with pytest.raises(openai.BadRequestError, match="both even and 64 to 2160"):
        client.videos.create(prompt="a cat", size="62x64")
    with pytest.raises(openai.NotFoundError):
        client.videos.download_content("video_nothing")
