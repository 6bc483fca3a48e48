"""Faces and product of a cut -> the places of its lettering, clear of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from conte.brief import AspectRatio, Brief
from conte.checks.timefit import caption_width
from conte.clip import Clip, Shot, frame_size
from conte.conte import Conte
from conte.formats.subjects import Box, faces_of, product_of, within
from conte.subtitles import Subtitle
from deployments.engines.animatic.layout import Layout, layout_of
from deployments.overlays import CAPTION_SIZE, LINE_HEIGHT, label_height, subtitle_height
from deployments.recent import Recent
from deployments.safe_area import SafeArea

FACE = 4.0
"""Penalty of covering a face, relative to the product."""
CROWDED = 0.35
"""Share of the product under a caption from which the caption gets a plate."""
A_LETTER = 0.9
"""Width of a caption's letter, in font sizes."""
LABEL_WIDE = 0.2
"""Width of the AI label, in short sides of the film."""

_LAYOUTS = Recent[Layout](256)
"""Layouts by shot: a film asks for each several times."""


@dataclass(frozen=True)
class Placement:
    high: bool = False
    """True: the caption is at the top of the safe area."""
    plate: bool = False
    """True: the caption gets a plate, because it cannot avoid face and product."""
    label_right: bool = False
    """True: the AI label is in the right corner, not in the left one."""


def layout_in(conte: Conte, brief: Brief, k: int, clip: Clip | None) -> Layout:
    """Return the places of faces and product in the picture of the cut with index `k`.

    They are where its staging puts them; a cut without staging has its words' usual composition.
    `clip`: None if none is rendered yet.
    """
    cut = conte.cuts[k]
    across, down = frame_size(brief.aspect_ratio)
    if clip is not None and clip.width and clip.height and clip.window:
        across, down = clip.width, clip.height
    if cut.staging is None:
        faces = faces_of(cut, conte.sheet, across / down)
        return Layout(faces, product_of(cut, conte.sheet, across / down))
    shot = Shot.of(cut, conte.treatment, brief, 0, 720)
    shot = shot.model_copy(update={"width": across, "height": down})
    return _LAYOUTS.get(shot.model_dump_json(), lambda: layout_of(shot))


def placed(
    layout: Layout,
    clip: Clip | None,
    ratio: AspectRatio,
    lines: Sequence[str],
    *,
    legal: bool,
    cards: Sequence[Subtitle],
    line_width: float,
) -> Placement:
    """Choose the places of caption and label over a cut, as its film has them.

    `lines`: the caption's lines. `legal`: whether the cut has a legal line. `cards`, `line_width`:
    its subtitles and the width of the film's widest one.
    """
    area = SafeArea.of(*frame_size(ratio))
    most = max((len(card.lines) for card in cards), default=0)
    said = subtitle_height(most, line_width, area) / area.short_side if most else 0.0
    return place(
        layout,
        clip,
        ratio,
        num_lines=len(lines),
        longest=max(map(caption_width, lines), default=0),
        below=(CAPTION_SIZE * LINE_HEIGHT if legal else 0.0) + said,
    )


def place(
    layout: Layout,
    clip: Clip | None,
    ratio: AspectRatio,
    *,
    num_lines: int,
    longest: float,
    below: float,
) -> Placement:
    """Choose the places of caption and label.

    `clip`: None if none is rendered yet. `num_lines`, `longest`: the caption's lines, and its
    widest line in `caption_width`s; 0: no caption. `below`: height in short sides of the texts
    below a caption at the bottom.
    """
    across, down = frame_size(ratio)
    window = clip.window if clip is not None else None
    area = SafeArea.of(across, down)
    short = area.short_side

    def seen(box: Box) -> Box:
        return within(box, window.at(0.5)) if window is not None else box

    faces = [seen(box) for box in layout.faces]
    product = None if layout.product is None else seen(layout.product)

    def cost(left: float, top: float, right: float, bottom: float) -> float:
        place_ = Box(left / across, top / down, right / across, bottom / down)
        of_faces = FACE * sum(_shared(place_, face) for face in faces)
        return of_faces + (0.0 if product is None else _shared(place_, product))

    high = plate = False
    if num_lines:
        half = min(area.width, longest * A_LETTER * CAPTION_SIZE * short) / 2
        tall = CAPTION_SIZE * LINE_HEIGHT * num_lines * short
        bottom, top = area.bottom - below * short, area.top + label_height(area)
        at_bottom = cost(across / 2 - half, bottom - tall, across / 2 + half, bottom)
        at_top = cost(across / 2 - half, top, across / 2 + half, top + tall)
        high = at_top < at_bottom
        plate = min(at_top, at_bottom) > CROWDED
    wide, lower = LABEL_WIDE * short, area.top + label_height(area)
    at_left = cost(area.left, area.top, area.left + wide, lower)
    at_right = cost(area.right - wide, area.top, area.right, lower)
    return Placement(high, plate, at_right < at_left)


def _shared(place: Box, thing: Box) -> float:
    """Return the share of `place` that `thing` covers."""
    wide = min(place.right, thing.right) - max(place.left, thing.left)
    high = min(place.bottom, thing.bottom) - max(place.top, thing.top)
    if min(wide, high, place.width, place.height) <= 0:
        return 0.0
    return wide * high / (place.width * place.height)
