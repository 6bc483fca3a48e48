"""A poster for every cut: the middle frame of its clip, made once."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import httpx
import numpy as np
import pytest

from conte.clip import Clip
from conte.revision.review import ReviewState
from conte.revision.share import Right
from conte.still import still_frame, still_key
from conte.window import Window
from serve.bounded import CallResult, Unusable
from serve.ingress.cut_poster import AT_ONCE, CutPosters
from serve.ingress.problems import Problem
from serve.pictures.still import frame_png
from tests import front_door
from tests.fake_crew import ENGINE, plain_cut
from tests.front_door import House, accept
from tests.made_videos import BITS, BLOCK, write_video


@pytest.fixture(scope="module")
def clip_bytes(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """36 frames that say their numbers; a key frame at every twelfth, and B-frames between."""
    options = {"g": "12", "bf": "2"}
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    return write_video(path, num_frames=36, options=options).read_bytes()


@pytest.fixture
def house(tmp_path: Path, clip_bytes: bytes, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setattr(front_door, "CLIP_BYTES", clip_bytes)
    return House(tmp_path)


def number_in(png: bytes) -> int:
    """Which frame the poster shows."""
    grey: Any = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)
    middles = grey[BLOCK // 2, BLOCK // 2 : BITS * BLOCK : BLOCK]
    return sum(1 << bit for bit, light in enumerate(middles) if light > 127)


def a_clip(**more: Any) -> Clip:
    fields: dict[str, Any] = {
        "cut": 1, "tier": "draft", "key": f"clips/{'0' * 64}.mp4", "num_frames": 36,
        "engine": ENGINE, "seed": 7, "render_s": 0.1, "reused": False,
    }  # fmt: skip
    return Clip.model_validate(fields | more)


def test_any_frame_is_found_exactly(clip_bytes: bytes, tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(clip_bytes)
    for number in (0, 11, 12, 18, 35):
        [png] = frame_png(str(path), number).blobs
        assert png.startswith(b"\x89PNG")
        assert number_in(png) == number
    [last] = frame_png(str(path), 99).blobs
    assert number_in(last) == 35
    path.write_bytes(b"no video")
    with pytest.raises(Unusable):
        frame_png(str(path), 0)


def test_a_poster_shows_the_part_that_its_film_shows(clip_bytes: bytes, tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(clip_bytes)
    sizes: list[tuple[int, int]] = []
    for window in (None, (0.25, 0.0, 0.5, 1.0)):
        [png] = frame_png(str(path), 18, window).blobs
        grey: Any = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)
        sizes.append(grey.shape)
    (high, wide), part = sizes
    assert part == (high, wide // 2)
    shown = Window(left=0.25, top=0, width=0.5, height=1)
    assert still_key(a_clip(window=shown), 18) != still_key(a_clip(), 18)


def test_its_frame_lies_in_the_middle_of_what_the_cut_shows() -> None:
    cut = plain_cut(1, 36)
    for known in (cut, None):
        assert still_frame(a_clip(), known) == 18
    assert still_frame(a_clip(num_frames=60, head=12, tail=12), cut) == 30
    assert still_frame(a_clip(num_frames=60, head=12, tail=12), None) == 30
    # Two cuts made of one by a split share its clip and show other parts of it.
    first, second = (cut.model_copy(update={"num_frames": 18, "start": start}) for start in (0, 18))
    assert [still_frame(a_clip(), part) for part in (first, second)] == [9, 27]
    # A stale clip may be shorter than its cut.
    assert still_frame(a_clip(num_frames=4), cut) == 3
    assert still_key(a_clip(), 9) != still_key(a_clip(), 27)
    assert still_key(a_clip(), 9) == still_key(a_clip(cut=3, seed=8, reused=True), 9)


async def test_every_cut_has_a_poster_as_soon_as_it_has_a_clip(house: House) -> None:
    production = accept(house)
    house.write(production)
    house.render(production, 2)
    version = f"/v1/productions/{production}/versions/1"
    async with house.client() as http:
        cuts = (await http.get(f"/v1/productions/{production}")).json()["cuts"]
        assert [cut["poster"] is None for cut in cuts] == [True, False, True, True]
        url = cuts[1]["poster"]
        assert url.startswith(f"{version}/cuts/2/poster.png?tag=")
        poster = await http.get(url)
        assert poster.status_code == 200
        assert poster.headers["content-type"] == "image/png"
        assert "immutable" in poster.headers["cache-control"]
        clip = house.ledger.get(production).cuts[1].clip
        assert clip is not None
        assert number_in(poster.content) == clip.num_frames // 2
        assert (await http.head(url)).headers["etag"] == poster.headers["etag"]
        assert kind_of(await http.get(f"{version}/cuts/1/poster.png")) == "not-yet"
        assert kind_of(await http.get(f"{version}/cuts/7/poster.png")) == "not-found"


async def test_a_client_sees_the_poster_of_every_cut_by_a_link(house: House) -> None:
    production = accept(house)
    house.film(production)
    records = house.ledger.reviewing
    records.step(production, 1, ReviewState.IN_REVIEW)
    _, token = records.share(production, 1, [Right.VIEW], "", 3600)
    async with house.client() as http:
        clips = (await http.get(f"/v1/shared/{token}/conte")).json()["clips"]
        for clip in clips:
            poster = await http.get(clip["poster_url"])
            assert number_in(poster.content) == clip["num_frames"] // 2
            assert "immutable" in poster.headers["cache-control"]
        assert kind_of(await http.get(f"/v1/shared/{token}/cuts/7/poster.png")) == "not-found"


async def test_every_take_has_a_poster_too(house: House, clip_bytes: bytes) -> None:
    production = accept(house)
    house.write(production)
    made = a_clip(cut=2, cut_id="c_0002")
    house.publish(made.key, clip_bytes)
    claim = house.claim(production)
    house.ledger.start_clip(claim, 1, 2, "draft", "fake", 1)
    house.ledger.record_clip(claim, 1, made, "fake@1", 0.1)
    async with house.client() as http:
        [take] = (await http.get(f"/v1/productions/{production}/takes")).json()["takes"]
        of_take = f"/v1/productions/{production}/takes/{take['take']}/poster.png"
        assert take["poster"].startswith(f"{of_take}?tag=")
        poster = await http.get(take["poster"])
        assert poster.headers["content-type"] == "image/png"
        assert "immutable" in poster.headers["cache-control"]
        assert number_in(poster.content) == take["num_frames"] // 2
        unknown = of_take.replace(take["take"], "t_" + 12 * "0")
        assert kind_of(await http.get(unknown)) == "not-found"


def kind_of(answer: httpx.Response) -> str:
    assert answer.status_code == 404
    return answer.json()["type"].removeprefix("urn:sian:")


class CountingDecoder:
    """Answers after a few turns of the loop; counts its calls and how many overlap."""

    def __init__(self, trouble: Exception | None = None) -> None:
        self.calls = self.now = self.most = 0
        self.trouble = trouble

    async def call(self, tenant: str, function: Callable[..., Any], *args: Any) -> CallResult:
        self.calls += 1
        self.now += 1
        self.most = max(self.most, self.now)
        for _ in range(20):
            await asyncio.sleep(0)
        self.now -= 1
        if self.trouble:
            raise self.trouble
        return CallResult("", (b"\x89PNG",), cpu_s=0, peak_bytes=0)


def posters(house: House, decoder: CountingDecoder) -> CutPosters:
    return CutPosters(decoder, house.vault)  # pyright: ignore[reportArgumentType]


async def test_a_page_that_asks_for_all_at_once_takes_few_turns_and_gets_them_all(
    tmp_path: Path,
) -> None:
    house, decoder = House(tmp_path), CountingDecoder()
    made = posters(house, decoder)
    clips = [a_clip(key=f"clips/{n:064}.mp4") for n in range(12)]
    for clip in clips:
        await house.vault.publish_bytes(clip.key, b"clip")
    keys = await asyncio.gather(*(made.key_of(clip, None, "a") for clip in clips * 2))
    assert set(keys) == {still_key(clip, 18) for clip in clips}
    assert decoder.most <= AT_ONCE
    before = decoder.calls
    assert await made.key_of(clips[0], None, "a") == keys[0]
    assert decoder.calls == before


async def test_a_clip_that_cannot_be_decoded_is_said_to_be_so_and_gives_its_place_back(
    tmp_path: Path,
) -> None:
    house = House(tmp_path)
    made = posters(house, CountingDecoder(Unusable("no frames")))
    clip = a_clip()
    await house.vault.publish_bytes(clip.key, b"clip")
    for _ in range(AT_ONCE + 1):
        with pytest.raises(Problem, match="cannot be read"):
            await made.key_of(clip, None, "a")
