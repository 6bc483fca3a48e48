"""Your own video or picture for a cut: looked at before it is kept, re-encoded like our own."""

from collections.abc import AsyncGenerator, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from conte.brief import Brief
from conte.clip import Clip, Shot, Tier
from conte.production import State
from conte.revision.operations import Remove
from conte.upload import SPARE_S, Moving, kept_frames
from deployments.clip_importer import ClipImporter
from deployments.encoding import frames_of
from deployments.engines.protocols import CannotRender
from serve.ledger.sealing import Sealing
from serve.uploads.bounds import UploadBounds
from serve.uploads.probing import suffix_of
from serve.vault import Vault
from tests.fake_crew import FakeCrew, plain_cut, plain_treatment
from tests.forged_pictures import apng, encoded, with_exif
from tests.front_door import House, accept
from tests.hostile_videos import bomb, long, sound_only
from tests.made_videos import write_video
from tests.mp4_surgery import turn
from tests.test_display import hdr_video
from tests.test_produce import direct
from tests.test_revision_rounds import PLAN

BRIEF = Brief.model_validate({"product": {"name": "시안"}, "duration_s": 6, "cuts": 4})
BOUNDS = UploadBounds(max_s=30, max_frames=600, max_side=2048)
MP4 = {"Content-Type": "video/mp4"}


class Importing(FakeCrew):
    """Makes clips of uploads with the real importer."""

    importer: ClipImporter

    def bring_in(
        self, upload: str, shot: Shot, cut: int, tier: Tier
    ) -> AsyncGenerator[float | Clip]:
        return self.importer.bring_in(upload, shot, cut, tier)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path / "home")
    yield house
    house.ledger.close()


def shot_of(num_frames: int, handles: int = 0) -> Shot:
    cut = plain_cut(1, num_frames)
    shot = Shot.of(cut, plain_treatment(BRIEF), BRIEF, 7, 72)
    return shot.with_handles(handles, handles)


async def imported(tmp_path: Path, file: Path, shot: Shot) -> tuple[Clip, list[Any]]:
    """The clip of a file, and its frames."""
    vault = Vault.open((tmp_path / "vault").as_uri())
    key = await vault.publish_content("uploads", file.read_bytes(), file.suffix)
    clip: Clip | None = None
    async for step in ClipImporter(vault, BOUNDS).bring_in(key, shot, 1, "draft"):
        clip = step if isinstance(step, Clip) else clip
    assert clip is not None
    async with vault.local(clip.key) as path:
        return clip, list(frames_of(path))


async def filmed(house: House) -> str:
    production = accept(house)
    await direct(house.ledger, FakeCrew(), production, PLAN)
    return production


async def bring_in(house: House, production: str) -> None:
    crew = Importing()
    crew.importer = ClipImporter(house.vault, BOUNDS)
    await direct(house.ledger, crew, production, PLAN)


def cuts_of(house: House, production: str) -> Any:
    return house.ledger.version(production, 1).conte.cuts


def url_of(house: House, production: str) -> str:
    """Where a file for the second cut goes."""
    id_ = cuts_of(house, production)[1].id
    return f"/v1/productions/{production}/cuts/{id_}/takes/upload"


async def test_a_video_becomes_a_take_of_the_cut_and_can_be_picked(
    house: House, tmp_path: Path
) -> None:
    production = await filmed(house)
    cut = cuts_of(house, production)[1]
    frames = cut.num_frames * 25 // 30 + 25
    file = write_video(tmp_path / "mine.mp4", num_frames=frames, sound=True)
    async with house.client() as client:
        sent = await client.post(url_of(house, production), content=file.read_bytes(), headers=MP4)
        assert sent.status_code == 202, sent.text
        view = sent.json()
        assert (view["covers"], view["cut_frames"]) == (True, cut.num_frames)
        assert view["remarks"] == ["its sound is left out"]
        await bring_in(house, production)
        takes = (await client.get(f"/v1/productions/{production}/takes")).json()
        (take,) = [take for take in takes["takes"] if take["source"] == "uploaded"]
        assert takes["orders"][0]["take"] == take["take"]
        assert (take["num_frames"], take["head"]) == (view["num_frames"], 0)
        assert take["tail"] == take["num_frames"] - cut.num_frames
        assert take["engine"] == "uploaded (a person's own video)"
        assert "its sound was left out" in take["remarks"]
        played = await client.get(take["url"])
        assert (played.status_code, b"ftyp" in played.content[:16]) == (200, True)
        pick = {"op": "take", "cut": cut.id, "take": take["take"]}
        url = f"/v1/productions/{production}/versions"
        sealed = await client.post(url, json={"operations": [pick]})
        assert sealed.status_code == 202, sealed.text
    crew = FakeCrew()
    await direct(house.ledger, crew, production, PLAN)
    assert crew.shots == {}
    standing = house.ledger.get(production).cuts[1].clip
    assert standing is not None
    assert standing.source == "uploaded"


async def test_a_shorter_video_says_so_and_is_not_picked_for_what_it_does_not_cover(
    house: House, tmp_path: Path
) -> None:
    production = await filmed(house)
    cut, giver = cuts_of(house, production)[1:3]
    file = write_video(tmp_path / "short.mp4", num_frames=25)
    async with house.client() as client:
        content = file.read_bytes()
        sent = (await client.post(url_of(house, production), content=content, headers=MP4)).json()
        assert (sent["covers"], sent["num_frames"]) == (False, 30)
        assert sent["remarks"] == [f"it is shorter than the cut, by {cut.num_frames - 30} frames"]
        await bring_in(house, production)
        (order,) = house.ledger.take_orders(production)
        pick = {"op": "take", "cut": cut.id, "take": order.take}
        url = f"/v1/productions/{production}/draft/operations"
        refused = await client.post(url, json={"operations": [pick]})
        assert refused.status_code == 422
        assert f"쓸 수 있는 것은 30프레임인데 컷 2의 길이는 {cut.num_frames}프레임" in refused.text
        fits = {"op": "retime", "cut": cut.id, "frames": 30, "from": giver.id}
        changed = await client.post(url, json={"operations": [pick, fits]})
        assert changed.status_code == 200, changed.text
        draft = (await client.get(f"/v1/productions/{production}/draft")).json()
        fate = next(one for one in draft["clips"] if one["cut"] == cut.id)
        assert (fate["what"], fate["why"]) == ("kept", "picked")


async def test_a_picture_becomes_a_clip_of_the_cut_s_length_with_handles(tmp_path: Path) -> None:
    pixels = np.zeros((80, 200, 3), np.uint8)
    pixels[:, 100:] = 255
    file = tmp_path / "mine.png"
    file.write_bytes(encoded(".png", pixels))
    shot = shot_of(30, handles=6)
    clip, frames = await imported(tmp_path, file, shot)
    assert (clip.num_frames, clip.head, clip.tail, len(frames)) == (42, 6, 6, 42)
    assert clip.remarks == ("a still picture", "cropped about the centre from 200x80")
    assert {(frame.width, frame.height) for frame in frames} == {(shot.width, shot.height)}
    grey = frames[-1].to_ndarray(format="gray")
    assert grey[:, : shot.width // 2 - 8].max() < 40
    assert grey[:, shot.width // 2 + 8 :].min() > 215


async def test_a_turned_video_of_another_rate_is_shown_upright_and_keeps_its_time(
    tmp_path: Path,
) -> None:
    def draw(number: int, width: int, height: int) -> Any:
        pixels = np.zeros((height, width, 3), np.uint8)
        pixels[:, : width // 2] = 40 + 4 * number  # left as stored: above, a quarter turn on
        return pixels

    stored = write_video(tmp_path / "stored.mp4", num_frames=40, size=(96, 160), draw=draw)
    clip, frames = await imported(tmp_path, turn(stored, 90), shot_of(30))
    assert clip.num_frames == len(frames) == 48
    assert "25 to 30 frames a second" in clip.remarks
    first, last = (frames[at].to_ndarray(format="gray") for at in (0, 47))
    half = first.shape[0] // 2
    assert first[: half - 4].mean() > first[half + 4 :].mean() + 10
    # Frame 39 of 25 a second is shown at 1.56 s of 1.6.
    assert last[: half - 4].mean() > first[: half - 4].mean() + 110


async def test_a_video_in_hdr_is_as_bright_as_an_sdr_screen_shows_it(tmp_path: Path) -> None:
    grey = np.full((64, 96, 3), 120, np.uint8)
    _, frames = await imported(tmp_path, hdr_video(tmp_path / "hdr.mp4", grey, 16), shot_of(30))
    assert np.asarray(frames[0].to_ndarray(format="rgb24")).mean() == pytest.approx(120, abs=5)


async def test_frames_of_uneven_times_come_out_steady(tmp_path: Path) -> None:
    def draw(number: int, width: int, height: int) -> Any:
        return np.full((height, width, 3), 40 + 40 * number, np.uint8)

    # A second of the first frame, then one every tenth of a second.
    file = write_video(
        tmp_path / "phone.mp4", num_frames=5, draw=draw, times=[0, 10, 11, 12, 13],
        time_base=Fraction(1, 10),
    )  # fmt: skip
    _, frames = await imported(tmp_path, file, shot_of(30))
    light = [frame.to_ndarray(format="gray").mean() for frame in frames]
    assert max(light[:20]) < 70
    assert light[-1] > 150


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda f: bomb(f, 16_384, declared=True), ""),
        (lambda f: bomb(f, 16_384, declared=False), ""),
        (lambda f: sound_only(f), "it has no picture"),
        (lambda f: long(f, 0.02), "it lasts"),
        (
            lambda f: write_video(
                f / "many.mp4", num_frames=601, size=(16, 16), draw=lambda *_: _flat(16)
            ),
            "more than 600 frames",
        ),
        (lambda f: _file(f, b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"), "something else"),
        (lambda f: _file(f, b"\0\0\0\x18ftypheic" + bytes(200)), "HEIC"),
        (lambda f: _file(f, b"\0\0\0\x18ftypisom" + bytes(200)), "cannot be opened"),
        (lambda f: _file(f, apng(3)), "animated PNG"),
        (lambda f: _file(f, b""), "0 bytes"),
    ],
    ids=[
        "bomb", "bomb that hides", "sound", "hours", "frames", "playlist", "heic", "broken",
        "animated", "empty",
    ],
)  # fmt: skip
async def test_a_hostile_file_is_refused_with_what_is_wanted_and_nothing_is_kept(
    house: House, tmp_path: Path, make: Any, says: str
) -> None:
    less = house.settings.upload.model_copy(update={"max_s": 30, "max_frames": 600})
    house.settings = house.settings.model_copy(update={"upload": less})
    production = accept(house)
    house.film(production)
    data = make(tmp_path).read_bytes()
    async with house.client() as client:
        refused = await client.post(url_of(house, production), content=data, headers=MP4)
    assert refused.status_code == 422, refused.text
    problem = refused.json()
    assert problem["errors"][0]["field"] == "file"
    assert says in problem["detail"]
    assert "wanted an MP4, MOV or WebM video of at most 30 s" in problem["detail"]
    assert house.ledger.take_orders(production) == ()
    assert house.ledger.get(production).state is State.DONE
    assert not list((tmp_path / "home").rglob("uploads/*"))


async def test_a_refused_or_repeated_upload_leaves_no_file(house: House, tmp_path: Path) -> None:
    production, running = accept(house), accept(house, seed=8)
    house.film(production)
    house.write(running)
    one, other = (encoded(".png", np.full((60, 100, 3), grey, np.uint8)) for grey in (0, 9))
    file = {"Content-Type": "image/png", "Idempotency-Key": "k"}

    def kept() -> int:
        return len(list((tmp_path / "home").rglob("uploads/*")))

    async with house.client() as client:
        busy = await client.post(url_of(house, running), content=one, headers=file)
        assert (busy.status_code, kept()) == (409, 0)
        url = url_of(house, production)
        first = await client.post(url, content=one, headers=file)
        assert (first.status_code, kept()) == (202, 1)
        again = await client.post(url, content=one, headers=file)
        assert again.json()["order"] == first.json()["order"]
        another = await client.post(url, content=other, headers=file)
        assert (another.status_code, kept()) == (422, 1)
    (order,) = house.ledger.take_orders(production)
    assert order.upload is not None
    async with house.vault.local(order.upload) as path:
        assert path.read_bytes()


async def test_an_upload_is_answered_whatever_becomes_of_its_cut_once_it_is_ordered(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    production = accept(house, cuts=5)
    house.film(production)
    second = cuts_of(house, production)[1].id
    order = house.ledger.order_takes

    def and_remove_the_cut(*asked: Any) -> Any:
        made = order(*asked)
        house.ledger.ask_cancel(production)
        house.ledger.seal(
            production, Sealing("", lambda _: (), ("draft",), {}, (Remove(cut=second),))
        )
        return made

    monkeypatch.setattr(house.ledger, "order_takes", and_remove_the_cut)
    async with house.client() as client:
        picture = encoded(".png", np.zeros((60, 100, 3), np.uint8))
        file = {"Content-Type": "image/png"}
        sent = await client.post(url_of(house, production), content=picture, headers=file)
    assert sent.status_code == 202, sent.text
    assert sent.json()["order"]["cut"] == second
    assert second not in {cut.id for cut in house.ledger.version(production, 2).conte.cuts}


async def test_more_bytes_than_allowed_and_other_types_are_refused(house: House) -> None:
    less = house.settings.upload.model_copy(update={"max_bytes": 1000})
    house.settings = house.settings.model_copy(update={"upload": less})
    production = accept(house)
    house.film(production)
    url = url_of(house, production)
    async with house.client() as client:
        large = await client.post(url, content=bytes(1001), headers=MP4)
        text = await client.post(url, content=b"x", headers={"Content-Type": "text/plain"})
        form = await client.post(url, files={"film": ("a.mp4", b"x", "video/mp4")})
        nowhere = await client.post(url.replace("/cuts/c_", "/cuts/c_0"), content=b"x", headers=MP4)
    assert [large.status_code, text.status_code] == [413, 415]
    assert (form.status_code, form.json()["errors"][0]["field"]) == (422, "file")
    assert nowhere.status_code == 404


async def test_a_picture_of_a_form_loses_its_metadata_and_is_turned_upright(house: House) -> None:
    production = accept(house)
    house.film(production)
    whole = with_exif(".jpg", encoded(".jpg", np.zeros((60, 100, 3), np.uint8)), 6)
    async with house.client() as client:
        file = {"file": ("나.jpg", whole, "image/jpeg")}
        sent = await client.post(url_of(house, production), files=file)
        assert sent.status_code == 202, sent.text
        assert (sent.json()["covers"], sent.json()["order"]["source"]) == (True, "uploaded")
    (order,) = house.ledger.take_orders(production)
    assert order.upload is not None
    async with house.vault.local(order.upload) as path:
        kept = path.read_bytes()
    assert b"Exif" not in kept
    found = cv2.imdecode(np.frombuffer(kept, np.uint8), cv2.IMREAD_COLOR)
    assert found is not None
    assert found.shape == (100, 60, 3)


async def test_a_video_that_breaks_off_makes_no_clip(tmp_path: Path) -> None:
    whole = write_video(
        tmp_path / "whole.mp4", num_frames=100, container_options={"movflags": "faststart"}
    )
    data = whole.read_bytes()
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(data[: len(data) // 3])
    with pytest.raises(CannotRender, match="the upload cannot be used"):
        await imported(tmp_path, broken, shot_of(60))


@pytest.mark.parametrize(
    ("moving", "cut_frames", "kept"),
    [
        (Moving(num_frames=300, fps=30, width=2, height=2, duration_s=10), 60, 120),
        (Moving(num_frames=25, fps=25, width=2, height=2, duration_s=1), 60, 30),
        (Moving(num_frames=1, fps=60, width=2, height=2, duration_s=0.01), 60, 1),
    ],
)
def test_what_is_kept_is_the_cut_and_two_seconds_more(
    moving: Moving, cut_frames: int, kept: int
) -> None:
    assert SPARE_S == 2
    assert kept_frames(moving, cut_frames, 30) == kept


def test_files_are_told_apart_by_their_first_bytes() -> None:
    assert suffix_of(b"\0\0\0\x14ftypqt  ") == ".mp4"
    assert suffix_of(b"\x1a\x45\xdf\xa3" + bytes(8)) == ".webm"
    assert suffix_of(b"\0\0\0\x14ftypavif") is None
    assert suffix_of(b"GIF89a" + bytes(6)) is None


def _flat(side: int) -> Any:
    return np.zeros((side, side, 3), np.uint8)


def _file(folder: Path, data: bytes) -> Path:
    path = folder / "file"
    path.write_bytes(data)
    return path
