"""A film has exactly the frames that were ordered, in order, and is what editors accept."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from conte.brief import Brief
from conte.checks.timefit import Rates
from conte.clip import Clip, Film, frame_size
from conte.conte import Conte
from conte.vocabulary import Transition
from deployments.clip_renderer import ClipRenderer
from deployments.engines.protocols import RenderError
from deployments.film_editor import FilmEditor
from deployments.transitions import boundaries
from serve.settings import FilmSettings
from serve.vault import Vault
from tests.fake_video import SHORT_SIDE, FakeVideoEngine, conte_and_brief, read_index, rendered

# Near lossless, so that what differs between two films is what was laid over.
BARE = FilmSettings(burn_captions=False, label_ai=False, crf=3, audio="silent")


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault.open(str(tmp_path / "vault"))


@dataclass
class Seen:
    """A film as a player sees it."""

    film: Film
    frames: list[av.VideoFrame]
    container: dict[str, Any]
    raw: bytes

    @property
    def luma(self) -> NDArray[np.int16]:
        """[frames, height, width]"""
        return np.stack([f.to_ndarray()[: f.height, : f.width] for f in self.frames]).astype(
            np.int16
        )


async def joined(vault: Vault, conte: Conte, brief: Brief, settings: FilmSettings = BARE) -> Film:
    clips = await rendered(ClipRenderer(FakeVideoEngine(), vault, "draft"), conte, brief)
    return await edited(FilmEditor(vault, settings, Rates()), conte, brief, clips)


async def edited(
    editor: FilmEditor, conte: Conte, brief: Brief, clips: Sequence[Clip], version: int = 1
) -> Film:
    steps = [step async for step in editor.join(conte, brief, clips, version)]
    film = steps.pop()
    assert isinstance(film, Film)
    assert steps == sorted(steps)  # pyright: ignore[reportArgumentType]
    return film


async def seen(vault: Vault, film: Film) -> Seen:
    async with vault.local(film.key) as path:
        with av.open(path) as source:
            video = source.streams.video[0]
            container = {
                "tags": dict(source.metadata),
                "fps": video.average_rate,
                "guessed_fps": video.guessed_rate,
                "codec": video.codec_context.name,
                "pix_fmt": video.codec_context.pix_fmt,
                "duration_s": float(video.duration * video.time_base),  # type: ignore[operator]
                "audio": [
                    (a.codec_context.name, a.codec_context.sample_rate, a.codec_context.channels)
                    for a in source.streams.audio
                ],
                "audio_s": [float(a.duration * a.time_base) for a in source.streams.audio],  # type: ignore[operator]
            }
            frames = list(source.decode(video))
        return Seen(film, frames, container, path.read_bytes())


def in_the_clear(conte: Conte, fps: int) -> list[tuple[int, tuple[int, int]]]:
    """Film indices that no transition touches, with the cut and index that stand there."""
    ends = boundaries(conte.cuts, fps)
    starts = accumulate((cut.num_frames for cut in conte.cuts), initial=0)
    clear: list[tuple[int, tuple[int, int]]] = []
    after = 0
    for cut, end, start in zip(conte.cuts, ends, starts, strict=False):
        clear += [(start + i, (cut.number, i)) for i in range(after, cut.num_frames - end.before)]
        after = end.after
    return clear


MIXED = ("dissolve", "fade", "dissolve", "fade")


@pytest.mark.parametrize(
    ("aspect_ratio", "fps", "duration_s", "weights", "transitions"),
    [
        ("16:9", 30, 6, (3, 2, 3, 4), MIXED),
        ("9:16", 24, 6.3, (1, 1, 1, 1), MIXED),
        ("1:1", 25, 5, (5, 1, 1, 5, 1), ("cut", "dissolve", "dissolve", "fade", "dissolve")),
        ("4:5", 25, 7.77, (1, 2, 1, 1, 1, 1, 1, 1), ("fade",) * 7 + ("cut",)),
        ("4:5", 24, 15, (1, 2, 1, 1, 1, 3, 1, 1), ("dissolve",) * 8),
    ],
)
async def test_a_film_has_every_frame_once_and_in_order(
    vault: Vault,
    aspect_ratio: str,
    fps: int,
    duration_s: float,
    weights: tuple[int, ...],
    transitions: tuple[str, ...],
) -> None:
    conte, brief = conte_and_brief(
        aspect_ratio=aspect_ratio,
        fps=fps,
        duration_s=duration_s,
        weights=weights,
        transitions=transitions,
        captions=[""] * len(weights),
    )
    film = await joined(vault, conte, brief)
    got = await seen(vault, film)
    wanted = round(duration_s * fps)
    assert film.num_frames == len(got.frames) == wanted
    assert [frame.time for frame in got.frames] == pytest.approx([i / fps for i in range(wanted)])
    width, height = frame_size(brief.aspect_ratio, SHORT_SIDE)
    assert (film.width, film.height) == (width, height)
    assert {(f.width, f.height) for f in got.frames} == {(width, height)}
    clear = in_the_clear(conte, fps)
    assert len(clear) > wanted / 3
    assert [read_index(got.frames[at]) for at, _ in clear] == [place for _, place in clear]


async def test_two_minutes_are_two_minutes(vault: Vault) -> None:
    conte, brief = conte_and_brief(duration_s=120, fps=24)
    got = await seen(vault, await joined(vault, conte, brief))
    assert len(got.frames) == 2880
    assert [read_index(got.frames[at]) for at in (0, 2879)] == [
        (1, 0),
        (4, conte.cuts[-1].num_frames - 1),
    ]


@pytest.mark.parametrize("fps", [24, 25, 30])
async def test_a_film_is_a_file_that_players_and_editors_accept(vault: Vault, fps: int) -> None:
    conte, brief = conte_and_brief(fps=fps)
    got = await seen(vault, await joined(vault, conte, brief))
    assert (got.container["codec"], got.container["pix_fmt"]) == ("h264", "yuv420p")
    assert got.container["fps"] == got.container["guessed_fps"] == fps
    assert got.container["audio"] == [("aac", 48_000, 2)]
    assert got.container["audio_s"] == pytest.approx([got.container["duration_s"]], abs=0.001)
    assert got.container["duration_s"] == pytest.approx(5)
    first = got.frames[0]
    assert (first.colorspace, first.color_primaries, first.color_trc) == (1, 1, 1)
    assert first.color_range == 1
    # The index before the pictures, so that a browser plays while it loads.
    assert 0 < got.raw.index(b"moov") < got.raw.index(b"mdat")


async def test_a_film_can_be_made_without_audio(vault: Vault) -> None:
    settings = BARE.model_copy(update={"audio": "none"})
    got = await seen(vault, await joined(vault, *conte_and_brief(), settings))
    assert got.container["audio"] == []


async def test_a_dissolve_holds_the_neighbours_and_adds_no_frame(vault: Vault) -> None:
    conte, brief = conte_and_brief(transitions=("dissolve", "cut", "cut", "cut"))
    luma = (await seen(vault, await joined(vault, conte, brief))).luma
    boundary = conte.cuts[0].num_frames
    half = boundaries(conte.cuts, brief.fps)[0].before
    # The lowest bit of the cut's number: black in none of cut 1, white in none of cut 2.
    height, width = luma.shape[1:]
    row, block = round(0.42 * height), 3
    column = round((block + 0.5) * width / 14)
    seam = luma[boundary - half - 1 : boundary + half + 1, row, column]
    assert seam[0] > 220
    assert seam[-1] < 30
    assert (np.diff(seam) <= 1).all()
    assert abs(int(seam[half]) + int(seam[half + 1]) - 251) < 12  # even, around the boundary


async def test_a_fade_passes_through_black_and_the_last_frame_is_black(vault: Vault) -> None:
    conte, brief = conte_and_brief(transitions=("fade", "cut", "cut", "fade"))
    luma = (await seen(vault, await joined(vault, conte, brief))).luma
    boundary = conte.cuts[0].num_frames
    mean = luma.mean(axis=(1, 2))
    assert mean[boundary - 1] < 20
    assert mean[boundary + 15] > 80
    assert mean[-1] < 18
    assert mean[-15] > 80


def test_no_transition_takes_more_than_a_third_of_a_cut() -> None:
    conte, brief = conte_and_brief(weights=(1, 9, 1, 9), transitions=MIXED)
    ends = boundaries(conte.cuts, brief.fps)
    assert conte.cuts[0].num_frames == 20
    assert [end.kind for end in ends] == [Transition(kind) for kind in MIXED]
    after = 0
    for cut, end in zip(conte.cuts, ends, strict=True):
        assert max(after, end.before) <= cut.num_frames / 3
        assert end.before > 0
        after = end.after


async def test_the_label_is_there_on_every_frame_and_in_the_file(vault: Vault) -> None:
    order = conte_and_brief(transitions=("dissolve", "fade", "cut", "fade"))
    plain = await seen(vault, await joined(vault, *order))
    settings = BARE.model_copy(update={"label_ai": True})
    film = await joined(vault, *order, settings)
    marked = await seen(vault, film)
    change = np.abs(marked.luma - plain.luma)
    height, width = change.shape[1:]
    corner = change[:, height // 20 : height // 4, width // 20 : width // 2]
    assert (corner.max(axis=(1, 2)) > 60).all()
    assert film.labelled_ai
    assert "AI-generated" in marked.container["tags"]["comment"]
    assert FakeVideoEngine.id.label in marked.container["tags"]["comment"]
    assert not plain.film.labelled_ai
    assert marked.container["tags"]["title"] == "빗길"


@pytest.mark.parametrize("aspect_ratio", ["16:9", "9:16"])
async def test_captions_stay_in_their_cut_and_inside_the_safe_area(
    vault: Vault, aspect_ratio: str
) -> None:
    words = "빗길에서도 흔들림 없이 한 번 더 믿고 달립니다 🚗💨"
    order = conte_and_brief(aspect_ratio=aspect_ratio, captions=("", words, "", ""))
    plain = await seen(vault, await joined(vault, *order))
    burned = await seen(
        vault, await joined(vault, *order, BARE.model_copy(update={"burn_captions": True}))
    )
    change = np.abs(burned.luma - plain.luma)
    first, last = (sum(c.num_frames for c in order[0].cuts[:n]) for n in (1, 2))
    assert change[:first].max() < 24
    assert change[last:].max() < 24
    words_at = change[(first + last) // 2] > 48
    rows, columns = np.flatnonzero(words_at.any(axis=1)), np.flatnonzero(words_at.any(axis=0))
    height, width = words_at.shape
    assert rows.size
    assert rows[0] >= 0.05 * height - 1
    assert rows[-1] <= 0.95 * height
    assert columns[0] >= 0.05 * width - 1
    assert columns[-1] <= 0.95 * width
    if aspect_ratio == "9:16":
        assert rows[0] >= 0.14 * height
        assert rows[-1] <= 0.65 * height


async def test_a_legal_line_stands_from_the_first_frame_of_its_cut_to_the_last(
    vault: Vault,
) -> None:
    plain, brief = conte_and_brief()
    cut = plain.cuts[1].model_copy(update={"legal": "19세 미만 청소년에게 판매 금지"})
    conte = Conte.of(plain.treatment, (plain.cuts[0], cut, *plain.cuts[2:]))
    burned = BARE.model_copy(update={"burn_captions": True})
    small = (await seen(vault, await joined(vault, conte, brief, burned))).luma
    change = np.abs(small - (await seen(vault, await joined(vault, plain, brief, burned))).luma)
    strength = change.max(axis=(1, 2))
    first, last = (sum(c.num_frames for c in plain.cuts[:n]) for n in (1, 2))
    assert max(*strength[:first], *strength[last:]) < 24
    assert (strength[first:last] > 48).all()
    assert (await joined(vault, conte, brief)).key == (await joined(vault, plain, brief)).key


async def test_a_caption_comes_and_goes_softly(vault: Vault) -> None:
    order = conte_and_brief(captions=("", "달리는 믿음", "", ""))
    plain = (await seen(vault, await joined(vault, *order))).luma
    settings = BARE.model_copy(update={"burn_captions": True})
    burned = (await seen(vault, await joined(vault, *order, settings))).luma
    strength = np.abs(burned - plain).max(axis=(1, 2))
    first = order[0].cuts[0].num_frames
    coming = strength[first : first + 6]
    assert 0 < coming[0] < coming[2] < coming[5]
    assert coming[0] < 0.3 * coming[5]


async def test_time_code_and_cut_number_are_shown_when_asked_for(vault: Vault) -> None:
    order = conte_and_brief()
    plain = (await seen(vault, await joined(vault, *order))).luma
    settings = BARE.model_copy(update={"show_timecode": True, "show_cut_number": True})
    counted = (await seen(vault, await joined(vault, *order, settings))).luma
    height, width = plain.shape[1:]
    corner = np.abs(counted - plain)[:, : height // 4, width // 2 :]
    assert (corner.max(axis=(1, 2)) > 60).all()


async def test_a_film_that_was_cut_ahead_is_the_same_to_the_byte(tmp_path: Path) -> None:
    conte, brief = conte_and_brief(transitions=MIXED)
    films: list[bytes] = []
    for ahead in (False, True):
        vault = Vault.open(str(tmp_path / f"vault {ahead}"))
        clips = await rendered(ClipRenderer(FakeVideoEngine(), vault, "draft"), conte, brief)
        editor = FilmEditor(vault, BARE, Rates())
        if ahead:
            # Cut 1 dissolves into cut 2, cut 2 fades, and cut 3 dissolves into what is not there.
            some = [cut async for cut in editor.cut_ahead(conte, brief, clips[:3])]
            assert some == [1, 2]
            assert [cut async for cut in editor.cut_ahead(conte, brief, clips[:3])] == []
        films.append((await seen(vault, await edited(editor, conte, brief, clips))).raw)
    assert films[0] == films[1]


async def test_the_same_order_again_finds_the_film(vault: Vault) -> None:
    conte, brief = conte_and_brief()
    clips = await rendered(ClipRenderer(FakeVideoEngine(), vault, "draft"), conte, brief)
    editor = FilmEditor(vault, BARE, Rates())
    first = await edited(editor, conte, brief, clips)
    again = await edited(editor, conte, brief, clips)
    assert first.edit_s > 0
    assert again == first.model_copy(update={"edit_s": 0.0})


async def test_a_change_of_words_on_the_sheet_alone_keeps_the_film(vault: Vault) -> None:
    conte, brief = conte_and_brief()
    clips = await rendered(ClipRenderer(FakeVideoEngine(), vault, "draft"), conte, brief)
    editor = FilmEditor(vault, BARE, Rates())
    first = await edited(editor, conte, brief, clips)
    other = await edited(editor, conte.model_copy(update={"concept": "다른 말"}), brief, clips)
    assert other.key == first.key
    assert other.sheet_key != first.sheet_key
    assert await vault.has(other.sheet_key)


async def test_every_setting_that_shows_makes_another_film(vault: Vault) -> None:
    order = conte_and_brief(captions=("하나", "", "", ""))
    shown = [
        BARE,
        BARE.model_copy(update={"burn_captions": True}),
        BARE.model_copy(update={"label_ai": True}),
        BARE.model_copy(update={"show_timecode": True}),
        BARE.model_copy(update={"show_cut_number": True}),
        BARE.model_copy(update={"audio": "none"}),
        BARE.model_copy(update={"crf": 30}),
    ]
    keys = {(await joined(vault, *order, settings)).key for settings in shown}
    assert len(keys) == len(shown)
    assert (await joined(vault, *order, BARE.model_copy(update={"timeout_s": 9}))).key in keys


async def test_the_poster_and_the_sheet_are_pictures(vault: Vault) -> None:
    film = await joined(vault, *conte_and_brief())
    async with vault.local(film.poster_key) as poster, vault.local(film.sheet_key) as sheet:
        for path in (poster, sheet):
            assert path.read_bytes().startswith(b"\x89PNG\r\n")
        with av.open(poster) as picture:
            frame = next(picture.decode(video=0))
    assert (frame.width, frame.height) == (film.width, film.height)


async def test_a_clip_that_is_not_in_the_vault_is_named(vault: Vault) -> None:
    conte, brief = conte_and_brief()
    clips = await rendered(ClipRenderer(FakeVideoEngine(), vault, "draft"), conte, brief)
    lost = clips[2].model_copy(update={"key": f"clips/{'0' * 64}.mp4"})
    with pytest.raises(RenderError, match="the clip of cut 3 is not in the vault: clips/000"):
        await edited(FilmEditor(vault, BARE, Rates()), conte, brief, (*clips[:2], lost, clips[3]))


async def test_clips_that_are_not_the_contes_are_refused(vault: Vault) -> None:
    conte, brief = conte_and_brief()
    renderer = ClipRenderer(FakeVideoEngine(), vault, "draft")
    clips = await rendered(renderer, conte, brief)
    upright = await rendered(renderer, *conte_and_brief(aspect_ratio="9:16"))
    swapped = [clip.model_copy(update={"key": clips[k].key}) for clip, k in
               zip(clips, (1, 0, 2, 3), strict=True)]  # fmt: skip
    editor = FilmEditor(vault, BARE, Rates())
    for wrong, told in [
        (clips[:3], r"clips of the cuts \[1, 2, 3\] came, wanted \[1, 2, 3, 4\]"),
        (upright, "the clip of cut 1 is 128x228, wanted 228x128 for 16:9"),
        (swapped, "the clip of cut 1 has 20 frames, the cut lasts 30"),
    ]:
        with pytest.raises(RenderError, match=told):
            await edited(editor, conte, brief, wrong)
    longer = (clips[0], clips[1].model_copy(update={"key": clips[3].key}), *clips[2:])
    with pytest.raises(RenderError, match="the clip of cut 2 has more frames, the cut lasts 20"):
        await edited(editor, conte, brief, longer)


async def test_what_is_not_a_film_is_told_as_such(vault: Vault, tmp_path: Path) -> None:
    conte, brief = conte_and_brief()
    clips = await rendered(ClipRenderer(FakeVideoEngine(), vault, "draft"), conte, brief)
    junk = tmp_path / "junk.mp4"
    junk.write_bytes(b"not a film" * 100)
    key = f"clips/{'1' * 64}.mp4"
    await vault.publish(key, junk)
    with pytest.raises(RenderError, match="the clip of cut 2 cannot be read"):
        await edited(
            FilmEditor(vault, BARE, Rates()),
            conte,
            brief,
            (clips[0], clips[1].model_copy(update={"key": key}), *clips[2:]),
        )


async def test_a_cancelled_edit_leaves_nothing_and_the_next_one_works(
    vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    conte, brief = conte_and_brief(duration_s=60)
    clips = await rendered(ClipRenderer(FakeVideoEngine(), vault, "draft"), conte, brief)
    editor = FilmEditor(vault, BARE, Rates())
    started = asyncio.Event()

    async def watched() -> None:
        async for _ in editor.join(conte, brief, clips, 1):
            started.set()

    task = asyncio.create_task(watched())
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert list(scratch.iterdir()) == []
    film = await edited(editor, conte, brief, clips)
    assert film.edit_s > 0  # nothing had been published
