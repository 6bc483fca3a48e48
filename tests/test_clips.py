"""Clips hold the frames that were asked for, at their times; copied ones are the source's own."""

import random
import resource
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av import VideoFrame

from crawl.analysis.analysis import FrameSpan
from crawl.clips import ClipFile, NoRoom, Uncut, cut_clips
from crawl.clips.proof import same_picture
from tests.made_videos import FPS, frames_of, number_of, write_video
from tests.mp4_surgery import again

REAL = Path(__file__).parent.parent.parent / "shared" / "videos"


def span(start: int, end: int) -> FrameSpan:
    return FrameSpan(start=start, end=end, start_s=start / FPS, end_s=end / FPS)


def cut(
    source: Path, folder: Path, *spans: tuple[int, int], **options: Any
) -> list[ClipFile | Uncut]:
    options.setdefault("num_frames", len(frames_of(source)))
    return cut_clips(source, [span(*ends) for ends in spans], folder, **options)


def times_of(frames: list[VideoFrame]) -> list[Fraction]:
    return [(f.pts or 0) * Fraction(f.time_base or 0) for f in frames]


def assert_exact(clip: ClipFile | Uncut, source: list[VideoFrame], folder: Path) -> ClipFile:
    """Frames by what is drawn on them, times as fractions, copied frames by every sample."""
    assert isinstance(clip, ClipFile), clip
    start, end = clip.span.start, clip.span.end
    path = folder / clip.name
    found = frames_of(path)
    wanted = source[start:end]
    assert len(found) == clip.num_frames == end - start
    source_times = times_of(wanted)
    assert times_of(found) == [time - source_times[0] for time in source_times]
    assert clip.size_bytes == path.stat().st_size
    same = sum(same_picture(a, b) for a, b in zip(found, wanted, strict=True))
    assert same >= clip.copied_frames
    assert clip.copied_frames == {"copied": end - start, "encoded": 0}.get(
        clip.making, clip.copied_frames
    )
    with av.open(path) as file:
        assert [stream.type for stream in file.streams] == ["video"]
    return clip


def assert_numbers(clip: ClipFile, folder: Path) -> None:
    numbers = [number_of(frame) for frame in frames_of(folder / clip.name)]
    assert numbers == list(range(clip.span.start, clip.span.end))


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """H.264 with a key frame every 12 frames and B-frames between."""
    path = tmp_path_factory.mktemp("closed") / "closed.mp4"
    return write_video(path, options={"g": "12", "bf": "3", "sc_threshold": "0"}, sound=True)


MAKES: Mapping[str, dict[str, Any]] = {
    "h264_closed": {"options": {"g": "12", "bf": "3", "sc_threshold": "0"}},
    "h264_no_b": {"options": {"g": "12", "bf": "0", "sc_threshold": "0"}},
    "h264_all_key": {"options": {"g": "1"}},
    "h264_open": {
        "options": {"g": "12", "bf": "3", "x264-params": "open-gop=1:scenecut=0:b-pyramid=normal"}
    },
    "h264_10_bit": {"options": {"g": "12"}, "pixel_format": "yuv420p10le"},
    "h264_444": {"options": {"g": "12"}, "pixel_format": "yuv444p"},
    "h264_interlaced": {"options": {"g": "12", "flags": "+ildct+ilme", "x264-params": "tff=1"}},
    "hevc_closed": {
        "codec": "libx265",
        "options": {"x265-params": "keyint=12:min-keyint=12:open-gop=0:scenecut=0:log-level=none"},
    },
    "hevc_open": {
        "codec": "libx265",
        "options": {"x265-params": "keyint=12:min-keyint=12:open-gop=1:scenecut=0:log-level=none"},
    },
    "hevc_10_bit": {
        "codec": "libx265",
        "pixel_format": "yuv420p10le",
        "options": {"x265-params": "keyint=12:min-keyint=12:open-gop=1:scenecut=0:log-level=none"},
    },
    "vp9": {"codec": "libvpx-vp9", "options": {"g": "12", "deadline": "realtime", "cpu-used": "8"}},
    "av1": {
        "codec": "libsvtav1",
        "options": {"g": "12", "preset": "12", "svtav1-params": "lp=1:scd=0"},
    },
    "mpeg4": {"codec": "mpeg4", "options": {"g": "12", "bf": "2", "b": "2000000"}},
    "mpeg2": {"codec": "mpeg2video", "options": {"g": "12", "bf": "2", "b": "2000000"}},
}


@pytest.mark.parametrize("make", MAKES)
def test_every_span_of_every_codec_is_exact(make: str, tmp_path: Path) -> None:
    source = write_video(tmp_path / "source.mp4", num_frames=48, **MAKES[make])
    frames = frames_of(source)
    assert len(frames) == 48
    chance = random.Random(make)
    spans = [(0, 48), (12, 24), (24, 48), (0, 12), (12, 30), (5, 36), (47, 48), (13, 14)]
    for _ in range(4):
        start, end = sorted(chance.sample(range(49), 2))
        spans.append((start, end))
    clips = cut(source, tmp_path, *spans, proved=True)
    for clip in clips:
        assert_numbers(assert_exact(clip, frames, tmp_path), tmp_path)
    assert isinstance(clips[0], ClipFile)
    assert clips[0].making == ("encoded" if make in ("mpeg2", "h264_interlaced") else "copied")
    assert sorted(p.name for p in tmp_path.iterdir() if p != source) == sorted(
        {clip.name for clip in clips if isinstance(clip, ClipFile)}
    )


@pytest.mark.parametrize("suffix", ["mp4", "mov", "mkv", "ts", "flv", "avi"])
def test_every_container_is_cut_alike(suffix: str, tmp_path: Path) -> None:
    options = {"g": "12", "bf": "2" if suffix != "avi" else "0", "sc_threshold": "0"}
    source = write_video(tmp_path / f"source.{suffix}", num_frames=40, options=options, sound=True)
    frames = frames_of(source)
    for clip in cut(source, tmp_path, (12, 24), (7, 30), (30, 40), num_frames=40, proved=True):
        assert_numbers(assert_exact(clip, frames, tmp_path), tmp_path)


def test_a_clip_between_key_frames_is_copied_bit_for_bit(closed: Path, tmp_path: Path) -> None:
    frames = frames_of(closed)
    for clip in cut(closed, tmp_path, (12, 24), (24, 60), (0, 60)):
        exact = assert_exact(clip, frames, tmp_path)
        assert (exact.making, exact.copied_frames) == ("copied", exact.num_frames)


def test_before_the_first_key_frame_it_is_encoded_and_from_there_on_copied(
    closed: Path, tmp_path: Path
) -> None:
    frames = frames_of(closed)
    (clip,) = cut(closed, tmp_path, (9, 48))
    exact = assert_exact(clip, frames, tmp_path)
    assert (exact.making, exact.copied_frames) == ("joined", 36)
    assert_numbers(exact, tmp_path)
    for number, frame in enumerate(frames_of(tmp_path / exact.name), 9):
        if number < 12:  # encoded: the same picture, if not the same bits
            difference: Any = np.abs(
                frame.to_ndarray()[:112].astype(int) - frames[number].to_ndarray()[:112]
            )
            assert difference.mean() < 3


def test_pictures_that_lean_beyond_the_end_are_encoded(closed: Path, tmp_path: Path) -> None:
    frames = frames_of(closed)
    tails = cut(closed, tmp_path, *((12, end) for end in range(26, 36)), proved=True)
    exact = [assert_exact(clip, frames, tmp_path) for clip in tails]
    assert {clip.making for clip in exact} == {"copied", "joined"}
    # No more than the pictures between two that lean on nothing later.
    assert all(clip.num_frames - clip.copied_frames <= 4 for clip in exact)


def test_without_copies_every_clip_is_encoded(closed: Path, tmp_path: Path) -> None:
    (clip,) = cut(closed, tmp_path, (12, 24), copies=False)
    exact = assert_exact(clip, frames_of(closed), tmp_path)
    assert (exact.making, exact.copied_frames, exact.codec) == ("encoded", 0, "h264")
    assert_numbers(exact, tmp_path)


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
@pytest.mark.parametrize("copies", [True, False])
def test_a_variable_rate_stays_as_it_is(suffix: str, copies: bool, tmp_path: Path) -> None:
    chance = random.Random(7)
    times = [0]
    for _ in range(39):
        times.append(times[-1] + chance.choice([17, 33, 40, 250]))
    source = write_video(
        tmp_path / f"source.{suffix}",
        num_frames=40,
        options={"g": "10", "bf": "2", "sc_threshold": "0"},
        times=times,
        time_base=Fraction(1, 1000),
    )
    frames = frames_of(source)
    for clip in cut(source, tmp_path, (10, 30), (3, 27), copies=copies, proved=True):
        exact = assert_exact(clip, frames, tmp_path)
        assert exact.duration_s == pytest.approx(
            (times[exact.span.end] - times[exact.span.start]) / 1000, abs=1e-3
        )
        assert exact.fps == pytest.approx(exact.num_frames / exact.duration_s)
        assert shown_ms(tmp_path / exact.name) == round(exact.duration_s * 1000)


def shown_ms(path: Path) -> int:
    """For how long players show the file: the edit's length (`elst`), with times by the 1000th."""
    data = path.read_bytes()
    place = data.index(b"elst") + 4
    version, entries = data[place], int.from_bytes(data[place + 4 : place + 8], "big")
    assert (version, entries) == (0, 1)
    return int.from_bytes(data[place + 8 : place + 12], "big")


def test_an_edit_list_hides_frames_and_they_stay_hidden(closed: Path, tmp_path: Path) -> None:
    # As a phone or `ffmpeg -ss 0.28 -c copy` trims: all packets are there, seven are not shown.
    source = again(closed, tmp_path / "trimmed.mp4", seconds_later=-7 / FPS)
    frames = frames_of(source)
    assert [number_of(frame) for frame in frames] == list(range(7, 60))
    for clip in cut(source, tmp_path, (0, 20), (5, 29), (8, 20), proved=True):
        exact = assert_exact(clip, frames, tmp_path)
        numbers = [number_of(frame) for frame in frames_of(tmp_path / exact.name)]
        assert numbers == [n + 7 for n in range(exact.span.start, exact.span.end)]


def test_packets_that_are_no_frames_are_counted_by_decoding(tmp_path: Path) -> None:
    # Broken off in front, as a recorded broadcast is: decoders drop what they cannot begin with.
    source = write_video(
        tmp_path / "late.ts", options={"g": "12", "bf": "2", "sc_threshold": "0"}, drop=5
    )
    frames = frames_of(source)
    first = number_of(frames[0])
    assert first > 0 and len(frames) < 55
    for clip in cut(source, tmp_path, (0, 10), (5, 20), (2, 8)):
        exact = assert_exact(clip, frames, tmp_path)
        numbers = [number_of(frame) for frame in frames_of(tmp_path / exact.name)]
        assert numbers == [n + first for n in range(exact.span.start, exact.span.end)]


def test_an_odd_side_loses_its_last_line_where_it_is_encoded(tmp_path: Path) -> None:
    source = write_video(
        tmp_path / "odd.webm",
        "libvpx-vp9",
        num_frames=12,
        size=(193, 113),
        options={"g": "99", "deadline": "realtime", "cpu-used": "8"},
    )
    (clip,) = cut(source, tmp_path, (3, 9))
    exact = assert_exact(clip, frames_of(source), tmp_path)
    assert (exact.making, exact.width, exact.height) == ("encoded", 192, 112)
    assert_numbers(exact, tmp_path)


def test_a_span_outside_the_video_is_refused_by_its_frames(closed: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="span 50 to 61: wanted frames within 0 to 60"):
        cut(closed, tmp_path, (50, 61))


def test_a_source_that_ends_early_leaves_a_reason_and_no_file(closed: Path, tmp_path: Path) -> None:
    source = tmp_path / "short.mkv"
    with av.open(closed) as whole, av.open(source, "w") as out:
        stream = out.add_stream_from_template(whole.streams.video[0], opaque=True)
        for packet in list(whole.demux(whole.streams.video[0]))[:30]:
            packet.stream = stream
            out.mux(packet)
    # Somebody counted another file.
    first, second = cut_clips(source, [span(0, 12), span(40, 60)], tmp_path, num_frames=60)
    assert isinstance(first, ClipFile)
    assert isinstance(second, Uncut) and "ended at frame" in second.reason
    assert {path.name for path in tmp_path.iterdir()} == {"short.mkv", first.name}


def test_a_full_disk_is_a_sentence_and_nothing_is_left(closed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        with pytest.raises(NoRoom, match="may not be as large as it would be"):
            cut(closed, out, (0, 60))
        with pytest.raises(NoRoom):
            cut(closed, out, (0, 60), copies=False)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(out.iterdir()) == []


def test_a_file_that_is_cut_again_is_replaced_whole(closed: Path, tmp_path: Path) -> None:
    (first,) = cut(closed, tmp_path, (12, 24))
    assert isinstance(first, ClipFile)
    before = (tmp_path / first.name).read_bytes()
    (second,) = cut(closed, tmp_path, (12, 24))
    assert second == first
    assert (tmp_path / first.name).read_bytes() == before


def test_players_of_another_build_see_the_same_frames(closed: Path, tmp_path: Path) -> None:
    cv2 = pytest.importorskip("cv2")
    (clip,) = cut(closed, tmp_path, (9, 52))
    assert isinstance(clip, ClipFile) and clip.making == "joined"
    capture = cv2.VideoCapture(str(tmp_path / clip.name))
    numbers: list[int] = []
    while (read := capture.read())[0]:
        frame = VideoFrame.from_ndarray(np.ascontiguousarray(read[1]), format="bgr24")
        numbers.append(number_of(frame))
    assert numbers == list(range(9, 52))


@pytest.mark.skipif(not REAL.is_dir(), reason="the real videos lie beside the repository only here")
@pytest.mark.parametrize("name", ["testvideo", "issue-134-rotate", "fades"])
def test_real_videos_are_cut_exactly(name: str, tmp_path: Path) -> None:
    source = REAL / f"{name}.mp4"
    frames = frames_of(source)
    digests = len(frames)
    clips = cut(source, tmp_path, (20, 110), (0, 40), num_frames=digests, proved=True)
    for clip in clips:
        assert_exact(clip, frames, tmp_path)
