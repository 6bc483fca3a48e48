"""Video is read as a player shows it, wherever it is read: upright, of square pixels, whole, SDR."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from av import VideoFrame
from numpy.typing import NDArray

from crawl.analysis import AnalysisSettings, FrameSpan, analyse
from crawl.clips import ClipFile, cut_clips
from crawl.dataset.buckets import bucket_of
from crawl.dataset.clip_files import StoredClip as StoredClip
from crawl.dataset.clip_files import looked_at
from crawl.videos.ytdlp.probe import probe
from deployments import uploaded_frames
from serve.uploads.bounds import UploadBounds
from serve.vault.vault import Vault
from tests.made_videos import FPS, frames_of, number_of, write_video
from tests.mp4_surgery import show_by, turn
from training.video_model import clip_frames as training

Rgb = NDArray[np.uint8]
Matrix = tuple[int, int, int, int]

WIDTH, HEIGHT, FRAMES = 96, 64, 4
# a, b, c, d of all ways to lay a rectangle on another: turned, and mirrored and turned.
MATRICES: Sequence[Matrix] = (
    (1, 0, 0, 1), (0, 1, -1, 0), (-1, 0, 0, -1), (0, -1, 1, 0),
    (-1, 0, 0, 1), (0, 1, 1, 0), (1, 0, 0, -1), (0, -1, -1, 0),
)  # fmt: skip
PIXELS = (Fraction(1), Fraction(4, 3), Fraction(3, 4))
FAST = {"preset": "ultrafast", "crf": "10", "g": "4"}


def shown_picture() -> Rgb:
    """[64, 96, 3], like none of its seven other layings."""
    pixels = np.full((HEIGHT, WIDTH, 3), 128, np.uint8)
    pixels[:32, :48], pixels[:32, 48:] = (220, 40, 40), (40, 200, 40)
    pixels[32:, :48], pixels[32:, 48:] = (40, 40, 220), (230, 230, 230)
    pixels[8:24, 8:40] = (250, 250, 60)
    return pixels


def stored_for(shown: Rgb, matrix: Matrix, pixel: Fraction) -> Rgb:
    """What must be stored for a player that follows the matrix to show this."""
    a, b, c, d = matrix
    height, width = shown.shape[:2] if a else (shown.shape[1], shown.shape[0])
    y, x = np.mgrid[:height, :width]
    across, down = a * x + c * y, b * x + d * y
    stored = shown[down - down.min(), across - across.min()]
    size = (round(width / max(pixel, 1)), round(height * min(pixel, 1)))
    return np.asarray(cv2.resize(stored, size, interpolation=cv2.INTER_AREA), np.uint8)


def difference(one: Any, other: Any) -> float:
    assert one.shape == other.shape
    return float(np.abs(np.asarray(one).astype(int) - np.asarray(other).astype(int)).mean())


def trained_on(mp4: Path, width: int = WIDTH, height: int = HEIGHT, number: int = 1) -> Rgb:
    """A frame as the video model's trainer sees it."""
    return training.frames_of(mp4.read_bytes(), FRAMES, FPS, width, height)[number]


def cut(source: Path, folder: Path, num_frames: int = FRAMES, **options: Any) -> ClipFile:
    folder.mkdir(exist_ok=True)
    span = FrameSpan(start=0, end=num_frames, start_s=0, end_s=num_frames / FPS)
    (clip,) = cut_clips(source, [span], folder, num_frames=num_frames, **options)
    assert isinstance(clip, ClipFile), clip
    return clip


@pytest.mark.parametrize("pixel", PIXELS, ids=str)
def test_whatever_a_file_asks_of_a_player_all_see_what_the_player_shows(
    pixel: Fraction, tmp_path: Path
) -> None:
    shown = shown_picture()
    for n, matrix in enumerate(MATRICES):
        stored = stored_for(shown, matrix, pixel)
        source = tmp_path / f"{n}.mp4"
        size = (stored.shape[1], stored.shape[0])
        draw = lambda *_, stored=stored: stored  # noqa: E731
        write_video(source, num_frames=FRAMES, size=size, draw=draw, pixel=pixel, options=FAST)
        show_by(source, matrix)
        plain = matrix == MATRICES[0] and pixel == 1
        # Another player, which knows of turning and of nothing else.
        if n < 4 and pixel == 1:
            played = cv2.VideoCapture(str(source)).read()[1][..., ::-1]
            assert difference(played, shown) < 6
        found = analyse(source, AnalysisSettings())
        assert (found.analysis.stream.width, found.analysis.stream.height) == (WIDTH, HEIGHT)
        key_frame = cv2.imdecode(np.frombuffer(found.pictures[0], np.uint8), cv2.IMREAD_COLOR)
        assert difference(np.asarray(key_frame)[..., ::-1], shown) < 10
        for copies in (True, False):
            clip = cut(source, tmp_path / f"{n}-{copies}", copies=copies)
            assert clip.making == ("copied" if plain and copies else "encoded")
            assert (clip.width, clip.height) == (WIDTH, HEIGHT)
            assert difference(trained_on(tmp_path / f"{n}-{copies}" / clip.name), shown) < 8
        # As it lies in datasets that were made before.
        assert difference(trained_on(source), shown) < 8


def brought_in(source: Path) -> list[Rgb]:
    """The frames of an upload, as they become a clip of a cut."""
    _, *frames = uploaded_frames.frames_of(str(source), UploadBounds(30, 600, 2048))
    shapes = [[int(side) for side in frame.text.split()] for frame in frames]
    return [
        np.frombuffer(frame.blobs[0], np.uint8).reshape(*shape, 3)
        for frame, shape in zip(frames, shapes, strict=True)
    ]


@pytest.mark.parametrize("pixel", PIXELS, ids=str)
def test_a_person_s_own_video_is_brought_in_as_a_player_shows_it(
    pixel: Fraction, tmp_path: Path
) -> None:
    shown = shown_picture()
    for n, matrix in enumerate(MATRICES):
        stored = stored_for(shown, matrix, pixel)
        source, size = tmp_path / f"{n}.mp4", (stored.shape[1], stored.shape[0])
        draw = lambda *_, stored=stored: stored  # noqa: E731
        write_video(source, num_frames=FRAMES, size=size, draw=draw, pixel=pixel, options=FAST)
        show_by(source, matrix)
        frames = brought_in(source)
        assert len(frames) == FRAMES
        assert difference(frames[1], shown) < 8


async def test_a_clip_that_asks_to_be_turned_is_in_the_bucket_that_it_is_shown_in(
    tmp_path: Path,
) -> None:
    pixel = Fraction(4, 3)
    path = turn(write_video(tmp_path / "a.mp4", num_frames=4, size=(240, 180), pixel=pixel), 90)
    vault = Vault.open(str(tmp_path / "vault"))
    key = f"clips/{'a' * 64}.mp4"
    await vault.publish(key, path)
    (found,) = await looked_at(vault, [key])
    assert isinstance(found, StoredClip)
    assert (found.width, found.height, found.num_frames) == (180, 320, 4)
    assert bucket_of(found.width, found.height, 4).name == "9x16-1f-144p"


def moving(number: int, width: int = WIDTH, height: int = HEIGHT) -> Rgb:
    """A bar that goes three pixels a field."""
    pixels = np.full((height, width, 3), 60, np.uint8)
    pixels[:, 8 + 3 * number : 24 + 3 * number] = (220, 200, 60)
    return pixels


def woven(number: int, width: int, height: int) -> Rgb:
    """Two moments in one frame, the lower field first: so says a stream that PyAV encodes."""
    pixels = moving(2 * number, width, height)
    pixels[::2] = moving(2 * number + 1, width, height)[::2]
    return pixels


def combs(pixels: Rgb) -> float:
    grey = pixels.astype(int).mean(axis=2)
    return float(np.abs(2 * grey[1:-1] - grey[:-2] - grey[2:]).mean())


FIELDS = FAST | {"flags": "+ildct+ilme"}


def test_fields_are_woven_into_frames_of_one_moment_and_never_copied(tmp_path: Path) -> None:
    source = write_video(
        tmp_path / "a.mp4", num_frames=8, draw=woven, size=(96, 64), options=FIELDS
    )
    clip = cut(source, tmp_path / "clips", 8)
    assert (clip.making, clip.num_frames) == ("encoded", 8)
    frames = [f.to_ndarray(format="rgb24") for f in frames_of(tmp_path / "clips" / clip.name)]
    for number, frame in enumerate(frames):
        assert difference(frame, moving(2 * number)) < 6
    for mp4 in (source, tmp_path / "clips" / clip.name):
        assert combs(trained_on(mp4)) < combs(woven(2, WIDTH, HEIGHT)) / 4
    assert combs(brought_in(source)[2]) < combs(woven(2, WIDTH, HEIGHT)) / 4
    found = analyse(source, AnalysisSettings())
    assert found.analysis.stream.interlaced
    key_frame = cv2.imdecode(np.frombuffer(found.pictures[0], np.uint8), cv2.IMREAD_COLOR)
    assert combs(np.asarray(key_frame)) < combs(woven(2, WIDTH, HEIGHT)) / 4


def test_one_frame_of_fields_is_one_frame(tmp_path: Path) -> None:
    source = write_video(
        tmp_path / "a.mp4", num_frames=1, draw=woven, size=(96, 64), options=FIELDS
    )
    assert cut(source, tmp_path / "clips", 1).num_frames == 1


def pq(nits: Any) -> Any:
    """SMPTE ST 2084, equation 5.2."""
    power = (nits / 10_000) ** 0.1593017578125
    return ((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375


def hlg(nits: Any) -> Any:
    """ITU-R BT.2100, table 5, backwards from a screen of 1000 cd/m²."""
    luma = nits @ np.array([0.2627, 0.6780, 0.0593])
    scene = nits / 1000 / ((luma / 1000) ** (0.2 / 1.2))[..., None]
    log = 0.17883277 * np.log(np.maximum(12 * scene - 0.28466892, 1e-9)) + 0.55991073
    return np.where(scene <= 1 / 12, np.sqrt(3 * scene), log)


def hdr_video(path: Path, sdr: Rgb, transfer: int) -> Path:
    """What an SDR screen shows as this picture, mastered in HDR with white at 203 cd/m²."""
    to_2020 = [[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]]
    nits = 203 * (sdr / 255) ** 2.4 @ np.array(to_2020).T
    signal = pq(nits) if transfer == 16 else hlg(nits)
    luma = signal @ np.array([0.2627, 0.6780, 0.0593])
    blue, red = (signal[..., 2] - luma) / 1.8814, (signal[..., 0] - luma) / 1.4746
    half = [
        cv2.resize(part, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA) for part in (blue, red)
    ]
    planes = [64 + 876 * luma, *(512 + 896 * part for part in half)]
    with av.open(path, "w") as out:
        stream: Any = out.add_stream("libx264", rate=FPS, options=FAST)
        stream.height, stream.width = sdr.shape[:2]
        stream.pix_fmt = "yuv420p10le"
        context = stream.codec_context
        context.color_primaries, context.color_trc, context.colorspace = 9, transfer, 9
        context.color_range = 1
        for number in range(FRAMES):
            frame = VideoFrame(stream.width, stream.height, "yuv420p10le")
            for plane, values in zip(frame.planes, planes, strict=True):
                lines = np.zeros((plane.height, plane.line_size // 2), np.uint16)
                lines[:, : plane.width] = values.round()
                plane.update(lines.tobytes())
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("transfer", [16, 18], ids=["pq", "hlg"])
def test_hdr_is_measured_and_cut_as_an_sdr_screen_shows_it(transfer: int, tmp_path: Path) -> None:
    sdr = np.asarray(40 + shown_picture() * 0.5, np.uint8)
    source = hdr_video(tmp_path / "a.mp4", sdr, transfer)
    clip = cut(source, tmp_path / "clips")
    assert (clip.making, clip.pixel_format) == ("encoded", "yuv420p")
    path = tmp_path / "clips" / clip.name
    assert frames_of(path)[0].color_trc == 1
    for mp4 in (source, path):
        assert difference(trained_on(mp4), sdr) < 5
    plain = write_video(
        tmp_path / "sdr.mp4", num_frames=FRAMES, size=(96, 64), options=FAST, draw=lambda *_: sdr
    )
    of_hdr, of_sdr = (analyse(p, AnalysisSettings()).analysis.shots[0] for p in (source, plain))
    assert of_hdr.measures.brightness == pytest.approx(of_sdr.measures.brightness, abs=0.03)
    assert of_hdr.measures.contrast == pytest.approx(of_sdr.measures.contrast, abs=0.03)
    assert of_hdr.measures.sharpness == pytest.approx(of_sdr.measures.sharpness, rel=0.35)


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv420p10le"])
def test_what_is_dark_is_no_blacker_for_having_ten_bits(pixel_format: str, tmp_path: Path) -> None:
    dark = np.full((HEIGHT, WIDTH, 3), 35, np.uint8)
    source = write_video(
        tmp_path / "a.mp4",
        num_frames=FRAMES,
        size=(WIDTH, HEIGHT),
        pixel_format=pixel_format,
        options=FAST,
        draw=lambda *_: dark,
    )
    assert analyse(source, AnalysisSettings()).analysis.shots[0].measures.black == 0


def test_of_two_video_streams_the_larger_one_is_the_video(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with av.open(path, "w") as out:
        streams: list[Any] = [out.add_stream("libx264", rate=FPS, options=FAST) for _ in range(2)]
        for stream, (width, height) in zip(streams, ((64, 32), (192, 96)), strict=True):
            stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number in range(FRAMES):
            for stream in streams:
                frame = VideoFrame.from_ndarray(moving(number, stream.width, stream.height))
                frame.pts, frame.time_base = number, Fraction(1, FPS)
                out.mux(stream.encode(frame))
        for stream in streams:
            out.mux(stream.encode(None))
    found = analyse(path, AnalysisSettings()).analysis.stream
    assert (found.width, found.height) == (192, 96)
    assert (probe(path, 60).width, probe(path, 60).height) == (192, 96)
    assert cut(path, tmp_path / "clips").width == 192


def damage(path: Path, packet: int) -> Path:
    """One packet, in the order of the file, filled with zeros."""
    with av.open(path) as file:
        packets = [p for p in file.demux(video=0) if p.size]
        place, size = packets[packet].pos, packets[packet].size
    data = bytearray(path.read_bytes())
    assert place is not None
    data[place : place + size] = bytes(size)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("b_frames", ["0", "2"])
def test_after_a_damaged_packet_reading_goes_on_at_the_next_key_frame(
    b_frames: str, tmp_path: Path
) -> None:
    options = FAST | {"g": "12", "bf": b_frames, "sc_threshold": "0"}
    source = damage(write_video(tmp_path / "a.mp4", num_frames=60, options=options), 20)
    analysis = analyse(source, AnalysisSettings()).analysis
    count = analysis.stream.num_frames
    assert 50 < count < 60
    assert analysis.stream.remark == "damaged: 4 of 60 packets were left out"
    spans = [shot.span for shot in analysis.shots]
    assert sum(span.end - span.start for span in spans) == count
    clips = cut_clips(source, spans, tmp_path, num_frames=count)
    found: list[int] = []
    for clip in clips:
        assert isinstance(clip, ClipFile), clip
        numbers = [number_of(frame) for frame in frames_of(tmp_path / clip.name)]
        found += numbers
        if len(numbers) > 3:  # those of a decoder that was stopped are a piece of their own
            assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert found[:18] == list(range(18))
    assert found[-36:] == list(range(24, 60))
