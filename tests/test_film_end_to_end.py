"""The examples over HTTP on a real cluster: each films to exactly the length that was asked."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import av
import httpx
import pytest

from conte.clip import frame_size
from conte.production import EventKind, State
from serve.cli.brief_file import read_brief
from serve.client import Client
from serve.ingress.event_views import EventView
from tests.cluster import TestCluster

pytestmark = pytest.mark.cluster

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*.yaml"))
OF_EACH_KIND = {"coffee", "cola", "cream", "earbuds", "ramen"}
"""Both languages, every aspect ratio, the least and the most cuts, the shortest and the longest, an
emoji in the name. The others are filmed where a release is proven.
"""
SHORT_SIDE = 144


@pytest.fixture
def client(cluster: TestCluster) -> Iterator[Client]:
    with Client(cluster.url) as client:
        yield client


def frames_and_size(path: Path) -> tuple[int, int, int]:
    """Frames that can be decoded, not frames that a header promises."""
    with av.open(str(path)) as film:
        stream = film.streams.video[0]
        return sum(1 for _ in film.decode(stream)), stream.width, stream.height


@pytest.mark.parametrize("least", [10, len(OF_EACH_KIND)], ids=["all", "of each kind"])
def test_the_examples_cover_what_people_ask_for(least: int) -> None:
    filmed = [path for path in EXAMPLES if least == 10 or path.stem in OF_EACH_KIND]
    briefs = [read_brief(path) for path in filmed]
    assert len(briefs) >= least
    assert {brief.language for brief in briefs} == {"ko", "en"}
    assert {brief.aspect_ratio for brief in briefs} == {"16:9", "9:16", "1:1", "4:5"}
    assert min(brief.duration_s for brief in briefs) <= 6
    assert max(brief.duration_s for brief in briefs) >= 60
    assert {4, 8} <= {brief.cuts for brief in briefs}
    names = [brief.product.name for brief in briefs]
    assert min(len(name) for name in names) == 2
    assert any(not name.isascii() and any(c.isdigit() for c in name) for name in names)
    assert any(ord(c) > 0x1F000 for name in names for c in name)


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(
            path, id=path.stem, marks=[] if path.stem in OF_EACH_KIND else pytest.mark.prove
        )
        for path in EXAMPLES
    ],
)
def test_a_brief_films_to_exactly_the_frames_it_asks_for(
    path: Path, client: Client, tmp_path: Path
) -> None:
    brief = read_brief(path)
    production = client.wait(client.create(brief, seed=7).id)
    assert production.state is State.DONE, production.failure
    film = client.download(production.id, 1, "film", tmp_path / "film.mp4")
    wanted = (round(brief.duration_s * brief.fps), *frame_size(brief.aspect_ratio, SHORT_SIDE))
    assert frames_and_size(film) == wanted
    conte = client.conte(production.id, 1).conte
    assert sum(cut.num_frames for cut in conte.cuts) == wanted[0]
    for what in ("sheet.png", "poster.png"):
        picture = client.download(production.id, 1, what, tmp_path / what)
        assert picture.read_bytes().startswith(b"\x89PNG")


def test_the_first_clip_is_being_rendered_before_the_last_cut_is_told(client: Client) -> None:
    production = client.create({"product": {"name": "먼저"}, "cuts": 8}, seed=11)
    kinds = [event.event for event in client.events(production.id)]
    last_cut = max(i for i, kind in enumerate(kinds) if kind is EventKind.CUT_WRITTEN)
    assert kinds.index(EventKind.CLIP_STARTED) < last_cut


def test_two_replicas_tell_the_same_story_however_often_a_client_leaves(
    cluster: TestCluster, client: Client
) -> None:
    production = client.create({"product": {"name": "이야기"}, "duration_s": 6}, seed=5)
    whole = list(client.events(production.id))

    def in_pieces(size: int) -> list[EventView]:
        """Leave after every few events and come back, to whichever replica answers."""
        told: list[EventView] = []
        while not told or told[-1].id < whole[-1].id:
            last = told[-1].id if told else 0
            headers = {"Last-Event-ID": str(last)}
            url = f"{cluster.url}/v1/productions/{production.id}/events"
            with httpx.stream("GET", url, headers=headers, timeout=300) as stream:
                taken = 0
                for line in stream.iter_lines():
                    if line.startswith("data:"):
                        told.append(EventView.read(line[5:]))
                        taken += 1
                    if taken == size:
                        break
        return told

    with ThreadPoolExecutor(8) as pool:
        for told in pool.map(in_pieces, (1, 2, 3, 5, 8, 13, 1, 2)):
            assert told == whole
