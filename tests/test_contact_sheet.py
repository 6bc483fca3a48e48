"""The contact sheet is one picture with a row for each cut, whatever is written in it."""

import io
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from conte.clip import Clip, frame_size
from deployments.contact_sheet import WIDTH, contact_sheet
from deployments.cutting_room import FilmOrder
from deployments.film_pictures import Pictures
from deployments.png import png
from serve.settings import FilmSettings
from tests.fake_video import FakeVideoEngine, conte_and_brief

Pixels = NDArray[np.uint8]


def read(data: bytes) -> Pixels:
    with av.open(io.BytesIO(data), "r") as picture:
        frame = next(picture.decode(video=0))
    return frame.to_ndarray(format="rgb24").astype(np.uint8, copy=False)


def sheet(pictures: int = 4, *, label_ai: bool = True, **conte_fields: Any) -> Pixels:
    conte, brief = conte_and_brief(
        weights=(1,) * pictures,
        transitions=("dissolve",) * pictures,
        captions=("자막",) * pictures,
        **conte_fields,
    )
    width, height = frame_size(brief.aspect_ratio, 180)
    clips = tuple(
        Clip(
            cut=cut.number,
            tier="draft",
            key="clips/x.mp4",
            num_frames=cut.num_frames,
            engine=FakeVideoEngine.id,
            seed=1,
            render_s=0,
            reused=True,
        )
        for cut in conte.cuts
    )
    stills = [np.full((height, width, 3), (250, 20 * k, 20), np.uint8) for k in range(pictures)]
    order = FilmOrder(conte, brief, clips, ((),) * pictures, FilmSettings(label_ai=label_ai))
    return read(contact_sheet(order, 2, Pictures(stills, b"", width, height)))


def red_boxes(pixels: Pixels) -> list[tuple[int, int]]:
    """Top and bottom of each still, from the top down."""
    red = (pixels[..., 0] > 240) & (pixels[..., 2] < 40)
    rows = np.flatnonzero(red.sum(axis=1) > 50)
    parts = np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1)
    return [(int(part[0]), int(part[-1])) for part in parts]


@pytest.mark.parametrize("ratio", ["16:9", "9:16", "1:1", "4:5"])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_cut_has_its_picture_in_its_own_shape(ratio: str, language: str) -> None:
    pixels = sheet(aspect_ratio=ratio, language=language)
    boxes = red_boxes(pixels)
    assert len(boxes) == 4
    top, bottom = boxes[0]
    red = (pixels[(top + bottom) // 2, :, 0] > 240) & (pixels[(top + bottom) // 2, :, 2] < 40)
    across, down = frame_size(ratio, 180)  # pyright: ignore[reportArgumentType]
    assert red.sum() / (bottom - top + 1) == pytest.approx(across / down, rel=0.03)
    assert pixels.shape[1] == WIDTH


def test_eight_cuts_have_eight_rows() -> None:
    assert len(red_boxes(sheet(8, duration_s=15))) == 8


def test_long_words_make_a_row_higher_but_never_leave_it() -> None:
    short = sheet()
    long = sheet(
        action="아주 길고 긴 화면 설명 " * 90,
        narration="말" * 190,
        dialogue=[{"speaker": "가" * 30, "text": "대사 " * 60}] * 4,
        sound_effect="s" * 200,
        music="음" * 200,
        place="곳" * 200,
    )
    assert long.shape[0] > short.shape[0]
    assert long.shape[0] < 6000
    # Nothing is written to the right of the table or left of it.
    for pixels in (short, long):
        assert (pixels[:, -48:] == 255).all()
        assert (pixels[:, :48] == 255).all()
    assert len(red_boxes(long)) == 4


def test_empty_words_make_a_sheet_too() -> None:
    assert len(red_boxes(sheet(action="", place=""))) == 4


def test_the_label_is_on_the_sheet_when_it_is_asked_for() -> None:
    assert (sheet(label_ai=True)[-90:] < 128).sum() > (sheet(label_ai=False)[-90:] < 128).sum()


def test_the_same_order_gives_the_same_bytes() -> None:
    assert (sheet() == sheet()).all()


def test_a_png_keeps_every_pixel() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    assert (read(png(pixels)) == pixels).all()
