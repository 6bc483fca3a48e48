"""Rounds on a real cluster: a version renders what was changed, and every film of it still plays."""

import hashlib
import os
import signal
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pypdfium2
import pytest
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

from conte.conte import Conte
from conte.production import State
from serve.client import Client
from serve.ingress.event_views import EventView
from serve.ingress.revision_views import QuoteView
from tests.cluster import TestCluster
from tests.front_door import eventually
from tests.made_videos import write_video

pytestmark = pytest.mark.cluster

BRIEF: dict[str, Any] = {"product": {"name": "시안"}, "duration_s": 6, "cuts": 4, "fps": 24}
NUM_FRAMES = 144


@dataclass(frozen=True)
class Production:
    """One production and its versions, through the front door alone."""

    client: Client
    id: str

    @classmethod
    def filmed(cls, client: Client, seed: int) -> "Production":
        production = client.create(BRIEF, seed=seed)
        assert client.wait(production.id).state is State.DONE
        return cls(client, production.id)

    def conte(self, version: int) -> Conte:
        return self.client.conte(self.id, version).conte

    def revise(self, *operations: dict[str, Any]) -> tuple[QuoteView, Counter[str]]:
        """Change, quote, seal; return the quote and how often each event came after the seal."""
        self.client.operate(self.id, operations)
        quote = self.client.quote(self.id)
        sealed = self.client.seal(self.id, quote=quote.hash)
        assert sealed.sealed == quote.base + 1
        story = list(self.client.events(self.id, after=sealed.last_event))
        return quote, Counter(str(event.event) for event in story)

    def takes(self) -> list[str | None]:
        """Takes of the newest version's cuts, in their order."""
        return [cut.clip.take for cut in self.client.get(self.id).cuts if cut.clip is not None]


@pytest.fixture
def client(cluster: TestCluster) -> Iterator[Client]:
    """Patient: what was killed is there again after a while."""
    with Client(cluster.url, timeout_s=120, attempts=60) as client:
        yield client


def edit(conte: Conte, place: int, name: str, after: str) -> dict[str, Any]:
    cut = conte.cuts[place - 1]
    return {
        "op": "edit", "cut": cut.id, "field": name, "before": getattr(cut, name), "after": after,
    }  # fmt: skip


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file, by name."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def frames(path: Path) -> Sequence[np.ndarray]:
    with av.open(str(path)) as film:
        return [frame.to_ndarray(format="gray") for frame in film.decode(video=0)]


def unlike(one: np.ndarray, other: np.ndarray) -> float:
    """Mean difference of two pictures in grey levels."""
    return float(np.abs(one.astype(np.int16) - other.astype(np.int16)).mean())


def test_a_round_renders_what_its_quote_says_and_every_film_plays(
    client: Client, cluster: TestCluster, tmp_path: Path
) -> None:
    production = Production.filmed(client, seed=7)
    conte = production.conte(1)
    one, two, three, four = conte.cuts
    stored = cluster.home / "vault" / "clips"
    before = hashes(stored)

    quote, story = production.revise(
        edit(conte, 2, "action", "수아가 시안을 두 손으로 들어 올린다."),
        {"op": "retime", "cut": one.id, "frames": one.num_frames + 3, "from": four.id},
        {"op": "split", "cut": four.id, "at": (four.num_frames - 3) // 2},
        {"op": "move", "cut": three.id, "after": None},
    )
    said = {fate.number: (fate.what, fate.why) for fate in quote.cuts}
    assert said == {
        1: ("moved", "place"),
        2: ("rendered", "too_short"),
        3: ("rendered", "content"),
        4: ("trimmed", "within_handles"),
        5: ("trimmed", "within_handles"),
    }
    # What the quote says is what the engine made, and what stood is as it was, to the byte.
    assert quote.renders == 2
    assert story["clip.started"] == story["clip.ready"] == 2
    after = hashes(stored)
    assert len(after) - len(before) == 2
    assert {name: after[name] for name in before} == before

    quote, story = production.revise(edit(production.conte(2), 4, "caption", "다른 자막"))
    assert quote.renders == 0
    assert story["film.ready"] == story["production.done"] == 1
    assert story["clip.started"] == story["clip.ready"] == 0
    assert hashes(stored) == after

    downloaded = [
        client.download(production.id, version, f"cuts/{cut}/clip", tmp_path / f"{version}.mp4")
        for version, cut in ((1, 3), (2, 1), (3, 1))
    ]
    assert len({path.read_bytes() for path in downloaded}) == 1
    films = [
        frames(client.download(production.id, version, "film", tmp_path / f"film-{version}.mp4"))
        for version in (1, 2, 3)
    ]
    assert [len(film) for film in films] == [NUM_FRAMES] * 3
    # The cut that moved is seen at its new place as it was; the new caption is seen on one cut.
    begins = one.num_frames + two.num_frames
    moved = range(5, three.num_frames - 5)
    assert max(unlike(films[0][begins + k], films[1][k]) for k in moved) < 1
    cuts = production.conte(3).cuts
    first = sum(cut.num_frames for cut in cuts[:3])
    changed = [k for k in range(NUM_FRAMES) if unlike(films[1][k], films[2][k]) > 1]
    assert changed
    assert first <= changed[0] <= changed[-1] < first + cuts[3].num_frames

    table = client.changes(production.id, 2).changes
    rows = {(row.cut, row.happened, row.field) for row in table.rows}
    assert rows == {
        ("", "edited", "cuts"),  # of the brief: there are five now
        (three.id, "moved", "order"),
        (one.id, "edited", "num_frames"),
        (two.id, "edited", "action"),
        (two.id, "edited", "staging"),  # what was drawn of the words before
        (four.id, "edited", "num_frames"),
        (four.id, "edited", "transition"),
        (cuts[4].id, "split", "whole"),
    }
    table = client.changes(production.id, 3).changes
    assert [(row.cut, row.field) for row in table.rows] == [(four.id, "caption")]
    assert (table.rows[0].before, table.rows[0].after) == (four.caption, "다른 자막")
    assert table.num_untouched == 4
    assert [line.renders for line in client.versions(production.id).versions] == [0, 2, 0]


def kill(cluster: TestCluster, deployment: str, some: int) -> None:
    for pid in cluster.replicas(deployment)[:some]:
        os.kill(pid, signal.SIGKILL)


def test_a_sealed_version_survives_the_death_of_its_director_and_a_renderer(
    client: Client, cluster: TestCluster
) -> None:
    production = Production.filmed(client, seed=11)
    conte, was = production.conte(1), production.takes()
    operations = [edit(conte, place, "action", f"다른 동작 {place}") for place in (1, 2, 4)]
    sealed = client.seal(production.id, operations=operations)
    story: list[EventView] = []
    for event in client.events(production.id, after=sealed.last_event - 1):
        story.append(event)
        if event.event == "clip.started" and not any(e.event == "clip.started" for e in story[:-1]):
            kill(cluster, "DraftRenderer", 1)
            kill(cluster, "Director", 2)
    kinds = Counter(str(event.event) for event in story)
    assert story[0].event == "version.sealed"
    assert story[-1].event == "production.done"
    assert kinds["version.sealed"] == kinds["production.done"] == kinds["film.ready"] == 1
    assert kinds["clip.ready"] == 3
    assert [event.id for event in story] == [
        *range(sealed.last_event, sealed.last_event + len(story))
    ]
    assert client.get(production.id).version == 2
    now = production.takes()
    assert len(set(now)) == len(now) == 4
    assert [a == b for a, b in zip(was, now, strict=True)] == [False, False, True, False]


PRODUCTIONS, ROUNDS = 5, 4
STORM = ("Director", "DraftRenderer", "FilmEditor", "Ingress", "Director") * 2
UNDER_WAY = {"FilmEditor": State.EDITING}
"""What a production is when its victim has work to lose; else it is being rendered."""


MORE_TAKES = 2
"""Other takes of a cut that are ordered at once, in every round, beside one that is uploaded."""


def rounds(url: str, seed: int, file: Path) -> tuple[str, list[EventView]]:
    """Film a brief, revise it again and again, and have takes made of every version; return its id
    and its whole story.
    """
    with Client(url, timeout_s=120, attempts=60) as client:
        production = Production.filmed(client, seed=seed)
        for number in range(2, ROUNDS + 2):
            conte = production.conte(number - 1)
            operations = [edit(conte, place, "action", f"{number}번째 동작") for place in (1, 3)]
            operations.append(edit(conte, 2, "caption", f"{number}번째 자막"))
            # The key makes it one version, however often a killed door is asked for it.
            key = f"storm-{seed}-{number}"
            sealed = client.seal(production.id, operations=operations, idempotency_key=key)
            assert sealed.sealed == number
            assert client.wait(production.id).state is State.DONE, client.get(production.id)
            cut = production.conte(number).cuts[3].id
            client.order_takes(production.id, cut, MORE_TAKES, idempotency_key=f"{key}-takes")
            client.upload_take(production.id, cut, file, idempotency_key=f"{key}-file")
            assert client.wait(production.id).state is State.DONE, client.get(production.id)
        return production.id, list(client.events(production.id))


@pytest.mark.prove
def test_twenty_revisions_survive_a_storm_of_kills(
    client: Client, cluster: TestCluster, tmp_path: Path
) -> None:
    killed: list[str] = []
    file = write_video(tmp_path / "mine.mp4", num_frames=60, size=(128, 72))
    with ThreadPoolExecutor(PRODUCTIONS) as pool:
        told = [pool.submit(rounds, cluster.url, 1000 + n, file) for n in range(PRODUCTIONS)]
        for victim in STORM:
            eventually(
                lambda victim=victim: (
                    client.list(state=UNDER_WAY.get(victim, State.RENDERING), limit=1).productions
                    or all(one.done() for one in told)
                )
            )
            if all(one.done() for one in told):
                break
            eventually(lambda victim=victim: cluster.replicas(victim))
            killed.append(f"{victim} {cluster.kill(victim)}")
        stories = dict(one.result() for one in told)
    assert len(killed) == len(STORM), killed
    for production, story in stories.items():
        assert [event.id for event in story] == list(range(1, len(story) + 1))
        kinds = [str(event.event) for event in story]
        begins = [at for at, kind in enumerate(kinds) if kind == "version.sealed"]
        assert len(begins) == ROUNDS
        for begin, end in pairwise([*begins, len(kinds)]):
            of_version = Counter(kinds[begin:end])
            ordered = kinds.index("take.ordered", begin)
            assert kinds[begin:ordered].count("production.done") == 1, kinds[begin:end]
            assert of_version["film.ready"] == 1, kinds[begin:end]
            assert of_version["clip.ready"] == 2, kinds[begin:end]
            assert of_version["take.ordered"] == 2, kinds[begin:end]
            assert of_version["take.ready"] == MORE_TAKES + 1, kinds[begin:end]
        takes = client.takes(production)
        assert {order.state for order in takes.orders} == {"ready"}
        ready = {order.take for order in takes.orders}
        assert len(ready) == len(takes.orders) == ROUNDS * (MORE_TAKES + 1)
        assert ready <= {take.take for take in takes.takes}
        versions = client.versions(production).versions
        assert [line.number for line in versions] == list(range(1, ROUNDS + 2))
        for line in versions:
            film = client.download(production, line.number, "film", tmp_path / "film.mp4")
            assert len(frames(film)) == NUM_FRAMES


def test_a_version_is_exported_as_pdf_with_its_pictures_and_recorded(
    client: Client, tmp_path: Path
) -> None:
    production = Production.filmed(client, seed=31)
    place = client.export(production.id, 1, "pdf", tmp_path / "sheet.pdf")
    again = client.export(production.id, 1, "pdf", tmp_path / "again.pdf")
    assert place.read_bytes() == again.read_bytes()
    with pypdfium2.PdfDocument(place) as document:
        images = [one for page in document for one in page.get_objects([FPDF_PAGEOBJ_IMAGE])]
        text = "".join(page.get_textpage().get_text_bounded() for page in document)
    assert len(images) == 4
    assert all(cut.action.split()[0] in text for cut in production.conte(1).cuts)
    (line,) = client.exports(production.id, 1).exports
    assert line.sha256 == hashlib.sha256(place.read_bytes()).hexdigest()
