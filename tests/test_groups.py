"""A change encodes the groups that it touches; the film is the same as if all had been encoded."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import pytest
from av import VideoFrame

from conte.brief import Brief
from conte.checks.timefit import Rates
from conte.clip import Clip, Film, Shot, Tier
from conte.conte import Conte
from deployments import splicing
from deployments.clip_renderer import ClipRenderer
from deployments.film_editor import FilmEditor
from deployments.footage import Footage
from deployments.groups import EditedCut, Group, runs
from deployments.recent import Recent
from deployments.sound.signals import Stereo
from serve.settings import FilmSettings
from serve.vault import Vault
from tests.fake_video import SHORT_SIDE, FakeVideoEngine, conte_and_brief, read_index

FPS, HANDLES, TRIM = 24, 6, 4
CUT = 3 * FPS
SETTINGS = FilmSettings(crf=3, subtitles="draft", audio="silent", label_ai=False)
ALL = [(cut, start) for cut in (1, 2, 3, 4) for start in (0, 18, 42)]
"""Cut and first frame of each group: a cut begins 6 frames after its clip's first key frame, and
6 frames at its end are too few for a group.
"""


@dataclass
class Work:
    """What was done: groups that were encoded, and cuts whose middle was decoded."""

    groups: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    middles: list[int] = field(default_factory=list[int])

    def taken(self) -> list[tuple[int, int]]:
        taken, self.groups = sorted(self.groups), []
        return taken


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    seen, encode, middle = Work(), EditedCut.encode, Footage.middle

    def counted(cut: EditedCut, group: Group, path: Path) -> Iterator[VideoFrame]:
        seen.groups.append((cut.cut.number, group.frames.start))
        return encode(cut, group, path)

    def decoded(footage: Footage, size: tuple[int, int]) -> VideoFrame:
        seen.middles.append(footage.cut.number)
        return middle(footage, size)

    monkeypatch.setattr(EditedCut, "encode", counted)
    monkeypatch.setattr(Footage, "middle", decoded)
    return seen


class House:
    """A vault, an editor that remembers, and clips with handles."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.vault = folder, Vault.open(str(folder))
        self.editor = FilmEditor(self.vault, SETTINGS, Rates())
        captions = ("", "둘", "셋", "")
        self.conte, self.brief = conte_and_brief(
            duration_s=12, fps=FPS, weights=(1, 1, 1, 1), captions=captions
        )
        self.clips: tuple[Clip, ...] = ()

    async def render(self, tier: Tier = "draft") -> None:
        renderer, clips = ClipRenderer(FakeVideoEngine(), self.vault, tier), list[Clip]()
        for cut in self.conte.cuts:
            shot = Shot.of(cut, self.conte.treatment, self.brief, 7, SHORT_SIDE)
            async for step in renderer.render(shot.with_handles(HANDLES, HANDLES), cut.number):
                if isinstance(step, Clip):
                    clips.append(step.model_copy(update={"head": HANDLES, "tail": HANDLES}))
        self.clips = tuple(clips)

    def with_cuts(self, changes: dict[int, dict[str, Any]]) -> tuple[Conte, Brief]:
        cuts = tuple(cut.model_copy(update=changes.get(cut.number, {})) for cut in self.conte.cuts)
        return Conte.of(self.conte.treatment, cuts), self.brief

    async def film(self, changes: dict[int, dict[str, Any]], *, forgetful: bool = False) -> bytes:
        """Join the film of a changed conte. `forgetful`: by an editor that knows nothing, from no
        pieces.
        """
        conte, brief = self.with_cuts(changes)
        editor = self.editor
        if forgetful:
            for path in (*self.pieces, *(self.folder / "films").iterdir()):
                path.unlink()
            editor = FilmEditor(self.vault, SETTINGS, Rates())
        film = None
        async for step in editor.join(conte, brief, self.clips, 1):
            film = step
        assert isinstance(film, Film)
        return (self.folder / film.key).read_bytes()

    @property
    def pieces(self) -> list[Path]:
        return sorted((self.folder / "pieces").iterdir())


@pytest.fixture
async def house(tmp_path: Path) -> House:
    made = House(tmp_path)
    await made.render()
    return made


TRIMMED: dict[int, dict[str, Any]] = {
    2: {"num_frames": CUT + TRIM},
    3: {"num_frames": CUT - TRIM, "start": TRIM},
}


def shown(film: Path) -> list[tuple[int, int]]:
    """Read the cut and the index of each frame, and check that times only grow."""
    with av.open(film) as opened:
        packets = [p for p in opened.demux(video=0) if p.dts is not None]
        dts = [packet.dts or 0 for packet in packets]
        assert all(one < other for one, other in pairwise(dts))
    with av.open(film) as opened:
        frames = list(opened.decode(video=0))
    assert [frame.time for frame in frames] == pytest.approx([i / FPS for i in range(len(frames))])
    return [read_index(frame) for frame in frames]


async def test_a_trim_encodes_the_groups_at_the_joint_and_the_film_is_the_same(
    house: House, work: Work, tmp_path: Path
) -> None:
    await house.film({})
    assert work.taken() == ALL
    # Ten frames beyond a key frame are a group.
    trimmed = await house.film(TRIMMED)
    assert work.taken() == [(2, 42), (2, 66), (3, 0)]
    assert await house.film(TRIMMED, forgetful=True) == trimmed
    assert len(work.taken()) == len(ALL) + 1
    (tmp_path / "film.mp4").write_bytes(trimmed)
    frames = shown(tmp_path / "film.mp4")
    second = [(2, HANDLES + i) for i in range(CUT + TRIM)]
    third = [(3, HANDLES + TRIM + i) for i in range(CUT - TRIM)]
    assert frames[CUT : 3 * CUT] == second + third


async def test_a_change_encodes_what_it_shows_in(house: House, work: Work) -> None:
    await house.film({})
    work.taken()
    await house.film({3: {"caption": "다른 말"}})
    assert work.taken() == [(3, 0), (3, 18), (3, 42)]
    await house.film({1: {"transition": "dissolve"}})
    assert work.taken() == [(1, 42), (2, 0)]
    await house.film({4: {"transition": "fade"}})
    assert work.taken() == [(4, 42)]


async def test_a_piece_that_was_remembered_and_is_damaged_is_encoded_anew(
    house: House, work: Work
) -> None:
    await house.film({})
    for piece in house.pieces:
        piece.write_bytes(piece.read_bytes()[:4000])
    work.taken()
    damaged = await house.film(TRIMMED)
    assert await house.film(TRIMMED, forgetful=True) == damaged


async def test_a_final_film_of_groups_has_every_frame_in_order(
    house: House, tmp_path: Path
) -> None:
    # Their encoder has frames that are decoded in another order than shown.
    await house.render("final")
    (tmp_path / "film.mp4").write_bytes(await house.film(TRIMMED))
    frames = shown(tmp_path / "film.mp4")
    assert frames[:CUT] == [(1, HANDLES + i) for i in range(CUT)]
    assert [cut for cut, _ in frames[CUT:]] == [2] * (CUT + TRIM) + [3] * (CUT - TRIM) + [4] * CUT


async def test_pictures_of_the_sheet_are_decoded_once(house: House, work: Work) -> None:
    await house.film({})
    work.middles.clear()
    await house.film({3: {"caption": "다른 말"}})
    assert work.middles == []
    await house.film({4: {"caption": "새 말"}})  # the poster's cut
    assert work.middles == [4]


async def test_the_track_is_made_once_and_while_pieces_are_cut(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    encoded = splicing._encoded  # pyright: ignore[reportPrivateUsage]

    def counted(samples: Stereo | None, num_samples: int, bit_rate: int) -> Any:
        made.append(num_samples)
        return encoded(samples, num_samples, bit_rate)

    monkeypatch.setattr(splicing, "_encoded", counted)
    monkeypatch.setattr(splicing, "_ENCODED", Recent[Any](8))
    ahead = house.editor.cut_ahead(house.conte, house.brief, house.clips[:2])
    assert [number async for number in ahead] == [1, 2]
    assert made == [12 * splicing.AUDIO_RATE]
    await house.film({})
    assert made == [12 * splicing.AUDIO_RATE]


@pytest.mark.parametrize(
    ("first", "num_frames", "starts"),
    [
        (0, 72, [0, 24, 48]),
        (6, 72, [0, 18, 42]),
        (20, 60, [0, 28, 52]),
        (12, 18, [0]),
        (0, 24, [0]),
        (0, 100, [0, 24, 48, 72]),
    ],
)
def test_a_cut_is_divided_where_its_clip_has_key_frames(
    first: int, num_frames: int, starts: list[int]
) -> None:
    found = runs(first, num_frames, FPS)
    assert [run.start for run in found] == starts
    assert [i for run in found for i in run] == list(range(num_frames))
