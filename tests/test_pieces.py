"""A film is joined from pieces that stand; a change cuts again what it shows in, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import av
import numpy as np
import pytest

from conte.brief import Brief
from conte.checks.timefit import Rates
from conte.clip import Clip, Film, Shot
from conte.conte import Conte
from deployments.clip_renderer import ClipRenderer
from deployments.cutting_room import FilmOrder
from deployments.encoding import Mp4Writer, frame_at, frames_of
from deployments.engines.protocols import RenderError
from deployments.film_editor import FilmEditor, keys
from deployments.footage import Footage
from serve.settings import FilmSettings
from serve.vault import Vault
from tests.fake_video import SHORT_SIDE, FakeVideoEngine, conte_and_brief, draw_index, read_index

CAPTIONED = FilmSettings(label_ai=False, crf=3, subtitles="none", audio="silent")
SIZE = 228, 128


class Version(NamedTuple):
    """What a film is made of."""

    conte: Conte
    brief: Brief
    clips: tuple[Clip, ...]

    def cuts(self, changes: Mapping[int, Mapping[str, Any]]) -> "Version":
        """The version after a change of some cuts, by number; their clips stay."""
        cuts = tuple(
            cut.model_copy(update=dict(changes.get(cut.number, {}))) for cut in self.conte.cuts
        )
        return Version(Conte.of(self.conte.treatment, cuts), self.brief, self.clips)

    def moved(self, number: int, to: int) -> "Version":
        order = [cut.number for cut in self.conte.cuts]
        order.insert(to - 1, order.pop(number - 1))
        cuts = tuple(
            self.conte.cuts[old - 1].model_copy(update={"number": new})
            for new, old in enumerate(order, 1)
        )
        clips = tuple(
            self.clips[old - 1].model_copy(update={"cut": new}) for new, old in enumerate(order, 1)
        )
        return Version(Conte.of(self.conte.treatment, cuts), self.brief, clips)


@dataclass(frozen=True)
class Room:
    """A vault and the folder behind it."""

    folder: Path
    vault: Vault

    @property
    def pieces(self) -> list[Path]:
        return sorted((self.folder / "pieces").iterdir())

    async def version(self, handles: int = 0, **fields: Any) -> Version:
        conte, brief = conte_and_brief(**fields)
        shots = [Shot.of(cut, conte.treatment, brief, 7, SHORT_SIDE) for cut in conte.cuts]
        clips = [
            await self.clip(shot.with_handles(handles, handles), number)
            for number, shot in enumerate(shots, 1)
        ]
        return Version(conte, brief, tuple(clips))

    async def clip(self, shot: Shot, number: int) -> Clip:
        clip = None
        async for step in ClipRenderer(FakeVideoEngine(), self.vault, "draft").render(shot, number):
            clip = step
        assert isinstance(clip, Clip)
        return clip.model_copy(update={"head": shot.head, "tail": shot.tail})

    async def recut(self, version: Version, settings: FilmSettings = CAPTIONED) -> list[int]:
        """Cut what does not stand, in an editor that knows nothing, and return its numbers."""
        editor = FilmEditor(self.vault, settings, Rates())
        order = version.conte, version.brief, version.clips
        return [number async for number in editor.cut_ahead(*order)]

    async def film(self, version: Version, settings: FilmSettings = CAPTIONED) -> Film:
        editor = FilmEditor(self.vault, settings, Rates())
        film = None
        async for step in editor.join(version.conte, version.brief, version.clips, 1):
            film = step
        assert isinstance(film, Film)
        return film

    def frames(self, film: Film) -> list[tuple[int, int]]:
        """The cut and the index that every frame of a film says it is."""
        return [read_index(frame) for frame in frames_of(self.folder / film.key)]


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path, Vault.open(str(tmp_path)))


EIGHT: dict[str, Any] = {
    "duration_s": 8,
    "weights": (1, 1.2, 1, 1.3, 1, 1, 1.1, 1),
    "transitions": ("cut",) * 8,
    "captions": ("하나", "", "셋", "", "", "여섯", "", ""),
}


async def test_a_change_cuts_what_it_shows_in_and_nothing_else(room: Room) -> None:
    first = await room.version(**EIGHT)
    assert await room.recut(first) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert await room.recut(first) == []
    assert await room.recut(first.cuts({3: {"caption": "다른 말"}})) == [3]
    assert await room.recut(first.cuts({3: {"caption": ""}})) == [3]
    assert await room.recut(first.cuts({5: {"legal": "광고"}})) == [5]
    assert await room.recut(first.cuts({5: {"narration": "다른 말", "shows": ()}})) == []
    assert await room.recut(first.moved(7, 2)) == []
    retitled = first.conte.model_copy(update={"title": "다른 제목"})
    assert await room.recut(Version(retitled, first.brief, first.clips)) == []
    said = first.cuts({5: {"narration": "다른 말"}})
    assert await room.recut(said, CAPTIONED.model_copy(update={"subtitles": "draft"})) == [5]
    patient = CAPTIONED.model_copy(update={"timeout_s": 9, "replicas": 3, "audio": "none"})
    assert await room.recut(first, patient) == []


async def test_a_trim_within_the_handles_cuts_two_pieces(room: Room) -> None:
    first = await room.version(handles=6, weights=(1, 1, 1, 1))
    await room.recut(first)
    two, three = (cut.num_frames for cut in first.conte.cuts[1:3])
    later = first.cuts({2: {"num_frames": two + 5}, 3: {"num_frames": three - 5, "start": 5}})
    assert await room.recut(later) == [2, 3]
    earlier = first.cuts({2: {"num_frames": two - 5}, 3: {"num_frames": three + 5, "start": -5}})
    assert await room.recut(earlier) == [2, 3]
    assert await room.recut(first.cuts({2: {"start": 5}})) == [2]
    dissolved = first.cuts({2: {"transition": "dissolve"}})
    assert await room.recut(dissolved) == [2, 3]
    assert await room.recut(dissolved.cuts({2: {"start": 5}})) == [2, 3]
    assert await room.recut(dissolved.cuts({3: {"start": 5}})) == [2, 3]


async def test_what_a_setting_shows_of_the_place_is_cut_again_where_it_moves(room: Room) -> None:
    first = await room.version(**EIGHT)
    numbered = CAPTIONED.model_copy(update={"show_cut_number": True})
    timed = CAPTIONED.model_copy(update={"show_timecode": True})
    await room.recut(first, numbered)
    await room.recut(first, timed)
    swapped = first.moved(5, 6)  # of equal length
    assert await room.recut(swapped, numbered) == [5, 6]
    assert await room.recut(swapped, timed) == [5, 6]


async def test_a_transition_is_cut_again_on_its_two_sides(room: Room) -> None:
    first = await room.version(**EIGHT)
    await room.recut(first)
    assert await room.recut(first.cuts({4: {"transition": "dissolve"}})) == [4, 5]
    assert await room.recut(first.cuts({4: {"transition": "fade"}})) == [4, 5]


async def test_a_caption_that_makes_all_smaller_cuts_all_that_have_one(room: Room) -> None:
    first = await room.version(**EIGHT)
    await room.recut(first)
    long = first.cuts({4: {"caption": "\n".join("가나다라마바사아")}})
    assert await room.recut(long) == [1, 3, 4, 6]
    assert await room.recut(long.cuts({6: {"caption": "짧게"}})) == [6]


async def test_a_film_of_pieces_that_stand_is_the_same_to_the_byte(tmp_path: Path) -> None:
    files: list[bytes] = []
    for name in ("at once", "from pieces"):
        room = Room(tmp_path / name, Vault.open(str(tmp_path / name)))
        version = await room.version(handles=4)
        moved = version.moved(4, 2).cuts({3: {"caption": "셋", "transition": "dissolve"}})
        if name == "from pieces":
            await room.film(version)
            await room.recut(moved)
        film = await room.film(moved)
        files += [(room.folder / key).read_bytes() for key in (film.key, film.poster_key)]
    assert files[:2] == files[2:]


async def test_a_piece_that_is_lost_or_damaged_is_cut_again(room: Room) -> None:
    first = await room.version()
    film = await room.film(first)
    made, whole = room.pieces, (room.folder / film.key).read_bytes()
    kept = [piece.read_bytes() for piece in made]
    await room.vault.remove(film.key)
    made[0].unlink()
    made[1].write_bytes(kept[1][: len(kept[1]) // 3])
    made[2].write_bytes(b"not a film" * 99)
    again = await room.film(first)
    assert (room.folder / again.key).read_bytes() == whole
    assert [piece.read_bytes() for piece in room.pieces] == kept


async def test_pieces_of_different_encoders_are_all_cut_again(room: Room) -> None:
    first = await room.version()
    film = await room.film(first)
    whole = (room.folder / film.key).read_bytes()
    for key in (film.key, film.sheet_key):
        await room.vault.remove(key)
    piece = room.pieces[0]
    frames = list(frames_of(piece))
    piece.unlink()
    with Mp4Writer(piece, *SIZE, 24, crf=3, preset="veryfast") as writer:
        for frame in frames:
            writer.write(frame)
    again = await room.film(first)
    assert (room.folder / again.key).read_bytes() == whole


async def test_a_cut_shows_its_part_of_a_clip_with_handles(room: Room) -> None:
    first = await room.version(handles=6, weights=(1, 1, 1, 1))
    plain = [(c.number, 6 + i) for c in first.conte.cuts for i in range(c.num_frames)]
    assert room.frames(await room.film(first)) == plain
    one, two, *others = (cut.num_frames for cut in first.conte.cuts)
    trimmed = first.cuts({1: {"num_frames": one + 6}, 2: {"num_frames": two - 6, "start": 6}})
    film = await room.film(trimmed)
    shown = [(1, 6 + i) for i in range(one + 6)] + [(2, 12 + i) for i in range(two - 6)]
    assert room.frames(film)[: len(shown)] == shown
    assert film.num_frames == one + two + sum(others)


async def test_a_clip_that_does_not_cover_its_cut_is_named(room: Room) -> None:
    first = await room.version(handles=4)
    three, four = (cut.num_frames for cut in first.conte.cuts[2:4])
    far = first.cuts({3: {"num_frames": three + 5}, 4: {"num_frames": four - 5, "start": 5}})
    told = f"cut 3 has {three + 8} frames, the cut shows its frames 4 to {three + 8}$"
    with pytest.raises(RenderError, match=told):
        await room.film(far)
    early = first.cuts({3: {"num_frames": three - 5}, 4: {"num_frames": four + 5, "start": -5}})
    told = f"cut 4 has {four + 8} frames, the cut shows its frames -1 to {four + 3}$"
    with pytest.raises(RenderError, match=told):
        await room.recut(early)


async def test_a_file_shorter_than_its_clip_says_is_named(room: Room) -> None:
    first = await room.version(handles=4)
    plain = await room.version()
    got = plain.conte.cuts[1].num_frames
    wrong = first.clips[1].model_copy(update={"key": plain.clips[1].key})
    version = Version(first.conte, first.brief, (first.clips[0], wrong, *first.clips[2:]))
    with pytest.raises(RenderError, match=f"clip of cut 2 has {got} frames, wanted {got + 4}"):
        await room.film(version)


async def test_a_dissolve_between_two_parts_of_one_clip_is_not_seen(room: Room) -> None:
    # Both of its sides are the same frames, if they are the real ones.
    first = await room.version(transitions=("dissolve", "cut", "cut", "cut"))
    one, two = (cut.num_frames for cut in first.conte.cuts[:2])
    shot = Shot.of(first.conte.cuts[0], first.conte.treatment, first.brief, 7, SHORT_SIDE)
    whole = await room.clip(shot.model_copy(update={"num_frames": one + two}), 1)
    clips = (whole, whole.model_copy(update={"cut": 2}), *first.clips[2:])
    split = Version(first.conte, first.brief, clips).cuts({2: {"start": one}})
    film = list(frames_of(room.folder / (await room.film(split)).key))
    for shown, wanted in zip(film, frames_of(room.folder / whole.key), strict=False):
        difference = shown.to_ndarray().astype(np.int16) - wanted.to_ndarray()
        assert np.abs(difference).max() < 24
    assert [read_index(film[at]) for at in (one - 1, one)] == [(1, one - 1), (1, one)]


def footage(path: Path, frames: int, **cut: int) -> Footage:
    with Mp4Writer(path, *SIZE, 24, crf=3, preset="ultrafast") as writer:
        pixels = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
        for index in range(frames):
            draw_index(pixels, 1, index)
            writer.write_rgb(pixels)
    conte, _ = conte_and_brief()
    shown = conte.cuts[0].model_copy(update=cut)
    return Footage(shown, ticket(1, frames), path)


def ticket(cut: int, num_frames: int) -> Clip:
    return Clip(
        cut=cut,
        tier="draft",
        key=f"clips/{cut:064}.mp4",
        num_frames=num_frames,
        engine=FakeVideoEngine.id,
        seed=1,
        render_s=0,
        reused=True,
    )


def indices(frames: list[av.VideoFrame]) -> list[int]:
    return [read_index(frame)[1] for frame in frames]


@pytest.mark.parametrize(
    ("start", "head", "tail"),
    [
        (0, [0, 0, 0, 0], [26, 27, 28, 29]),
        (2, [0, 0, 0, 1], [28, 29, 29, 29]),
        (4, [0, 1, 2, 3], [29, 29, 29, 29]),
    ],
)
def test_a_dissolve_takes_the_handles_frames_and_holds_where_they_end(
    tmp_path: Path, start: int, head: list[int], tail: list[int]
) -> None:
    taken = footage(tmp_path / "clip.mp4", 30, num_frames=26, start=start)
    assert indices(taken.head(4, SIZE)) == head
    assert indices(taken.tail(4, SIZE)) == tail
    assert indices(list(taken.shown(SIZE))) == list(range(start, start + 26))


@pytest.mark.parametrize("preset", ["ultrafast", "panels", "draft", "veryfast"])
def test_a_frame_is_found_from_the_key_frame_before_it(tmp_path: Path, preset: Any) -> None:
    path = tmp_path / "clip.mp4"
    with Mp4Writer(path, *SIZE, 24, crf=18, preset=preset) as writer:
        pixels = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
        for index in range(60):
            draw_index(pixels, 1, index)
            writer.write_rgb(pixels)
    for index, wanted in enumerate(frames_of(path)):
        found = frame_at(path, index)
        assert found is not None
        assert (found.to_ndarray() == wanted.to_ndarray()).all()
    assert frame_at(path, 60) is None


async def test_the_poster_follows_what_is_shown_and_cuts_nothing(room: Room) -> None:
    first = await room.version()
    film = await room.film(first)
    earlier = first.cuts({3: {"shows": ()}, 4: {"shows": ()}})
    assert await room.recut(earlier) == []
    other = await room.film(earlier)
    posters = [(room.folder / each.poster_key).read_bytes() for each in (film, other)]
    assert posters[0] != posters[1]


def test_films_without_handles_keep_their_keys() -> None:
    conte, brief = conte_and_brief(
        transitions=("dissolve", "fade", "cut", "fade"), captions=("하나", "", "둘", "")
    )
    clips = tuple(ticket(cut.number, cut.num_frames) for cut in conte.cuts)
    kept = film_key(Version(conte, brief, clips))
    assert kept == "films/84254775701c3c84833473b83a95aa89212548e06b21e0a311ddffb494df069c.mp4"
    handled = tuple(
        clip.model_copy(update={"head": 5, "num_frames": clip.num_frames + 5}) for clip in clips
    )
    assert film_key(Version(conte, brief, handled)) != kept


def film_key(version: Version) -> str:
    captions = (("하나",), (), ("둘",), ())
    order = FilmOrder(*version, captions, FilmSettings(label_ai=False), ("",) * 4)
    return keys(order, 1).film
