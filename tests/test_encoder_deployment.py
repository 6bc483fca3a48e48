"""Frames of a real size are sent to encoders of a real cluster, which may die or be stopped."""

import secrets
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from conte.events import ClipProgress
from conte.production import EventKind, State
from deployments.clip_renderer import DENOISED
from deployments.encoding import frames_of
from serve.client import Client
from serve.ingress.views import ProductionView
from tests.cluster import TestCluster, booted
from tests.fake_video import read_index
from tests.native_engine import HEIGHT, WIDTH

pytestmark = pytest.mark.cluster


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestCluster]:
    graph = Path(__file__).parent / "encoders.yaml"
    with booted(graph, tmp_path_factory.mktemp("home")) as running:
        yield running


@pytest.fixture
def client(cluster: TestCluster) -> Iterator[Client]:
    with Client(cluster.url) as client:
        yield client


def start(client: Client, tone: str, duration_s: int = 10) -> ProductionView:
    brief: dict[str, Any] = {
        "product": {"name": "시안"}, "duration_s": duration_s, "cuts": 4, "fps": 24,
    }  # fmt: skip
    return client.create(brief | {"tone": tone}, seed=secrets.randbelow(2**31))


def rendered(cluster: TestCluster, prompt: str) -> int:
    return (cluster.home / "rendered.txt").read_text().splitlines().count(prompt)


def wait_until_encoding(client: Client, production: ProductionView) -> None:
    """Until cut 2 is in its encoder."""
    for event in client.events(production.id):
        data = event.data
        if isinstance(data, ClipProgress) and data.cut == 2 and data.progress > DENOISED:
            return
    raise AssertionError("it ended before anyone saw it being encoded")


def renderers_become(cluster: TestCluster, wanted: Callable[[int], bool]) -> None:
    deadline = time.monotonic() + 300
    while not wanted(count := len(cluster.replicas("FinalRenderer"))):
        assert time.monotonic() < deadline, f"there are {count} renderers"
        time.sleep(0.2)


def test_renderers_come_with_the_work_and_go_when_it_is_done(
    client: Client, cluster: TestCluster
) -> None:
    assert cluster.replicas("FinalRenderer") == []
    production = start(client, "with nobody to render it")
    renderers_become(cluster, lambda count: count == 2)
    assert client.wait(production.id).state is State.DONE
    renderers_become(cluster, lambda count: count == 0)


def test_the_frames_of_a_clip_reach_the_encoder_whole(client: Client, cluster: TestCluster) -> None:
    folder = cluster.home / "vault" / "clips"
    before = set(folder.glob("*.mp4"))
    production = client.wait(start(client, "plain", duration_s=7).id)
    assert production.state is State.DONE
    assert len(cluster.replicas("FinalEncoder")) == 1
    clips = set(folder.glob("*.mp4")) - before
    indices = [[read_index(frame)[1] for frame in frames_of(clip)] for clip in clips]
    wanted = [cut.clip.num_frames for cut in production.cuts if cut.clip is not None]
    assert sorted(map(len, indices)) == sorted(wanted)
    assert all(found == list(range(len(found))) for found in indices)
    assert max(wanted) * WIDTH * HEIGHT * 3 > 100 << 20  # far over what a message carries


def test_an_encoder_that_dies_costs_no_second_render(client: Client, cluster: TestCluster) -> None:
    production = start(client, "slow to encode, and killed")
    wait_until_encoding(client, production)
    before = cluster.kill("FinalEncoder")
    ended = client.wait(production.id)
    assert ended.state is State.DONE
    assert cluster.replicas("FinalEncoder") != [before]
    assert rendered(cluster, "slow to encode, and killed") == 1
    told = [event.event for event in client.events(production.id)]
    assert told.count(EventKind.CLIP_RETRIED) == 0
    assert told.count(EventKind.CLIP_READY) == 4


def test_a_cancelled_clip_is_no_longer_encoded(client: Client, cluster: TestCluster) -> None:
    production = start(client, "slow to encode, and cancelled")
    wait_until_encoding(client, production)
    client.cancel(production.id)
    assert client.wait(production.id).state is State.CANCELLED
    [encoder] = cluster.replicas("FinalEncoder")
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        spent = cpu_s(encoder)
        time.sleep(1)
        if cpu_s(encoder) - spent < 0.3:
            break
    else:
        raise AssertionError("the encoder computes on")
    cut = client.get(production.id).cuts[1]
    assert cut.clip is None
    assert client.wait(start(client, "again", duration_s=5).id).state is State.DONE


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100
