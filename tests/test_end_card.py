"""Words keep clear of faces and product, and a closing packshot is an end card."""

from typing import Any

import numpy as np
import pytest

from conte.clip import Clip, EngineId, frame_size
from conte.formats.subjects import faces_of
from conte.vocabulary import CameraMove, ShotSize
from deployments.cut_overlays import CutOverlays, Words
from deployments.cutting_room import FilmOrder
from deployments.overlays import Overlay
from deployments.safe_area import SafeArea
from serve.settings import FilmSettings
from tests.sound_conte import a_brief, a_conte

RATIOS = ("16:9", "9:16", "1:1", "4:5")
SLOGAN = ("멈출 때를 아는 타이어", "한국로드 그립 맥스")
NOTICE = "본 영상은 연출된 장면이며 실제 성능은 도로와 운전 조건에 따라 다를 수 있습니다."


def an_order(
    ratio: str, tier: str = "draft", settings: FilmSettings | None = None, **cuts: Any
) -> FilmOrder:
    conte = a_conte(**{"cut_5": {"caption": "\n".join(SLOGAN)}, **cuts})
    clips = tuple(
        Clip.model_validate(
            {"cut": cut.number, "tier": tier, "key": "k", "num_frames": cut.num_frames, "seed": 1,
             "engine": EngineId(name="a", revision="1", label="a"), "render_s": 0, "reused": False}
        )
        for cut in conte.cuts
    )  # fmt: skip
    captions = tuple(tuple(cut.caption.split("\n")) if cut.caption else () for cut in conte.cuts)
    legal = tuple(cut.legal for cut in conte.cuts)
    brief = a_brief(aspect_ratio=ratio, advertiser="한국로드")
    return FilmOrder(conte, brief, clips, captions, settings or FilmSettings(), legal)


def overlaid(words: Words, ratio: str) -> CutOverlays:
    return CutOverlays(words, 120, 24, frame_size(ratio))  # pyright: ignore[reportArgumentType]


def box(overlay: Overlay) -> tuple[int, int, int, int]:
    """Left, top, right, bottom."""
    height, width = overlay.pixels.shape[:2]
    return overlay.x, overlay.y, overlay.x + width, overlay.y + height


@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("size", [ShotSize.CU, ShotSize.MCU, ShotSize.MS, ShotSize.FS])
def test_a_caption_and_the_label_leave_faces_free_where_there_is_room(
    ratio: str, size: ShotSize
) -> None:
    people = {"size": size, "move": CameraMove.STATIC, "shows": ("driver",), "caption": "멈추는 힘"}
    order = an_order(ratio, cut_3=people)
    words, (across, down) = order.words(2), frame_size(ratio)  # pyright: ignore[reportArgumentType]
    overlays = overlaid(words, ratio)
    [face] = faces_of(order.conte.cuts[2], order.conte.sheet, across / down)

    def covered(overlay: Overlay) -> float:
        left, top, right, bottom = box(overlay)
        wide = min(right / across, face.right) - max(left / across, face.left)
        high = min(bottom / down, face.bottom) - max(top / down, face.top)
        return max(0.0, wide) * max(0.0, high) / (face.width * face.height)

    [caption], [label] = overlays.drawn("caption"), overlays.drawn("label")
    assert covered(label) < 0.01
    assert covered(caption) < (0.12 if words.plate else 0.02), "a plate is all that is left"


def test_a_caption_without_a_free_place_stands_on_a_plate() -> None:
    goods = {"move": CameraMove.STATIC, "shows": ("tire",), "caption": "멈추는 힘"}
    near = an_order("9:16", cut_3={**goods, "size": ShotSize.ECU}).words(2)
    far = an_order("9:16", cut_3={**goods, "size": ShotSize.MS}).words(2)
    assert not far.plate
    crowded = an_order("9:16", cut_3={**goods, "size": ShotSize.CU, "shows": ("tire",)}).words(2)
    assert near.plate or crowded.plate
    plain, plated = (
        overlaid(Words(caption=("멈추는 힘",), plate=plate), "9:16").drawn("caption")[0].pixels
        for plate in (False, True)
    )
    assert (plated[..., 3] > 60).sum() > 1.2 * (plain[..., 3] > 60).sum()


@pytest.mark.parametrize("ratio", RATIOS)
def test_a_closing_packshot_is_an_end_card_with_name_slogan_and_room_for_the_logo(
    ratio: str,
) -> None:
    order = an_order(ratio, cut_5={"caption": "\n".join(SLOGAN), "legal": NOTICE})
    card = order.words(4).end_card
    assert card is not None
    assert (card.slogan, card.name, card.logo) == (SLOGAN[:1], SLOGAN[1], "한국로드\n로고 자리")
    overlays = overlaid(order.words(4), ratio)
    [drawn], [notice] = overlays.drawn("caption"), overlays.drawn("legal")
    # Letters are white: none of them stands where the law's words do, or leaves the frame.
    white = drawn.pixels.min(axis=2) > 250
    rows, columns = np.flatnonzero(white.any(axis=1)), np.flatnonzero(white.any(axis=0))
    assert drawn.y + rows[-1] < notice.y + 4
    area = SafeArea.of(*frame_size(ratio))  # pyright: ignore[reportArgumentType]
    assert area.left <= drawn.x + columns[0] < drawn.x + columns[-1] <= area.right


def test_only_a_packshot_that_closes_a_draft_has_one_unless_asked_for() -> None:
    assert an_order("16:9").words(3).end_card is None
    assert an_order("16:9", cut_5={"caption": ""}).words(4).end_card is None
    people = {"caption": SLOGAN[0], "shows": ("driver",)}
    assert an_order("16:9", cut_5=people).words(4).end_card is None
    assert an_order("16:9", "final").words(4).end_card is None
    asked = an_order("16:9", "final", FilmSettings(end_card="all")).words(4).end_card
    assert asked is not None
    assert asked.logo == "", "a final film leaves the room free"
    assert an_order("16:9", settings=FilmSettings(end_card="none")).words(4).end_card is None
