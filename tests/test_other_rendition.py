"""Clips are found in another rendition by their times: exact to its own frames, whatever its rate."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from crawl.analysis import AnalysisSettings, FrameSpan, Stream, UnreadableVideo, analyse
from crawl.caption.looking import cut_out
from tests.made_videos import CUT, FPS, frames_of, number_of, scenes, write_video

SIZE = (320, 192)


@pytest.fixture(scope="module")
def analysed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Stream, list[FrameSpan]]:
    """Analysis of the small rendition: two shots, with a cut before frame 60 of 120."""
    path = tmp_path_factory.mktemp("small") / "small.mp4"
    write_video(path, num_frames=2 * CUT, size=SIZE, draw=scenes)
    found = analyse(path, AnalysisSettings()).analysis
    spans = [shot.span for shot in found.shots]
    assert [(span.start, span.end) for span in spans] == [(0, CUT), (CUT, 2 * CUT)]
    return found.stream, spans


def cut(path: Path, analysed: tuple[Stream, list[FrameSpan]]) -> list[list[int]]:
    """The numbers on the frames of the clips."""
    stream, spans = analysed
    told = json.loads(cut_out(str(path), spans, str(path.parent), stream, False).text)
    return [[number_of(frame) for frame in frames_of(path.parent / clip["name"])] for clip in told]


def test_the_same_rate_gives_the_same_frames(
    analysed: tuple[Stream, list[FrameSpan]], tmp_path: Path
) -> None:
    large = write_video(tmp_path / "large.mp4", num_frames=2 * CUT, size=(640, 384), draw=scenes)
    assert cut(large, analysed) == [list(range(CUT)), list(range(CUT, 2 * CUT))]


def test_times_in_whole_milliseconds_give_the_same_frames(
    analysed: tuple[Stream, list[FrameSpan]], tmp_path: Path
) -> None:
    large = write_video(tmp_path / "large.mkv", num_frames=2 * CUT, draw=scenes)
    assert cut(large, analysed) == [list(range(CUT)), list(range(CUT, 2 * CUT))]


def test_at_twice_the_rate_no_frame_is_of_another_shot(
    analysed: tuple[Stream, list[FrameSpan]], tmp_path: Path
) -> None:
    large = write_video(
        tmp_path / "large.mp4",
        num_frames=4 * CUT,
        time_base=Fraction(1, 2 * FPS),
        options={"g": "12"},
    )
    first, second = cut(large, analysed)
    assert first == list(range(2 * CUT - 1)), "frame 119 is shown after the last that was analysed"
    assert second == list(range(2 * CUT, 4 * CUT - 1))


def test_a_frame_that_one_rendition_lacks_moves_no_cut(
    analysed: tuple[Stream, list[FrameSpan]], tmp_path: Path
) -> None:
    # By their share of the frames both clips would be taken from one frame further on.
    numbers = [n for n in range(2 * CUT) if n not in (10, 11, 12, 13)]
    large = write_video(
        tmp_path / "large.mp4",
        num_frames=len(numbers),
        times=[40 * n for n in numbers],
        time_base=Fraction(1, 1000),
        draw=lambda number, width, height: scenes(numbers[number], width, height),
    )
    assert cut(large, analysed) == [numbers[: CUT - 4], numbers[CUT - 4 :]]


def test_a_rendition_that_times_do_not_tell_of_is_counted_by_decoding(
    analysed: tuple[Stream, list[FrameSpan]], tmp_path: Path
) -> None:
    # Broken off in front: its first packets are no frames.
    large = write_video(
        tmp_path / "large.ts",
        num_frames=2 * CUT + 12,
        drop=5,
        options={"g": "12", "bf": "2", "sc_threshold": "0"},
    )
    first, second = cut(large, analysed)
    assert first == list(range(first[0], first[0] + CUT))
    assert second[0] == first[-1] + 1


def test_another_film_under_the_same_name_is_no_rendition(
    analysed: tuple[Stream, list[FrameSpan]], tmp_path: Path
) -> None:
    longer = write_video(tmp_path / "longer.mp4", num_frames=2 * CUT + 40)
    with pytest.raises(
        UnreadableVideo, match=r"lasts 6\.4 s, and the rendition that was analysed 4\.8"
    ):
        cut(longer, analysed)
