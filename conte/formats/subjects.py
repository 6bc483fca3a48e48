"""Cut -> the position of its subject in the picture, as far as the cut defines it.

Based on what a shot size shows of a person or a product (`conte.proportions`), and on the
composition that the animatic draws and a video model is asked for: one subject in the middle with
space in front of its gaze, two people side by side, a product that nobody can hold in front of the
gaze.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from conte.conte import CastMember, ProductEntry, SheetEntry
from conte.cut import Cut
from conte.easing import eased
from conte.proportions import BODILESS, GOODS_SEEN, HEAD_AT, HEADS, HEADS_SEEN, HELD, WIDTH
from conte.staging_vocabulary import Extra
from conte.vocabulary import CameraMove, ProductForm, ScreenDirection, Setting, ShotSize
from conte.window import Window

_FACING = {ScreenDirection.LEFT: -1.0, ScreenDirection.RIGHT: 1.0, ScreenDirection.NEUTRAL: 0.0}
_NEAR = (ShotSize.ECU, ShotSize.CU, ShotSize.MCU)
_CLOSEST = (ShotSize.ECU, ShotSize.CU)
LEAD = 0.07
"""Distance of a subject from the middle, in frame heights, for space in front of its gaze."""
APART = 0.9
"""Distance of each of two people from the middle, in head heights."""
BESIDE, BESIDE_HIGH = 0.27, 0.46
"""A product beside a person: its distance from the middle in frame widths, its frame height."""
LABEL = 0.85
"""Share of a product's width that must be visible beside a person."""
AIR = 1.05
"""Factor on a product's width when it is the only subject: whole, with space at its sides."""
_HALF_PERSON = {ShotSize.ECU: 0.32, ShotSize.CU: 0.42, ShotSize.MCU: 0.65, ShotSize.MS: 0.8}
"""Half the width of a person in head heights: eyes, face, face and shoulders, torso; else with
arms.
"""
_HALF_FACE, _HALF_HEAD = 0.4, 0.5
"""Distance in head heights from the head's middle to its sides, and to crown and chin."""
_HALF_FIGURE = 0.95
_BELOW_HEAD = {ShotSize.MS: 2.2, ShotSize.MLS: 3.5}
"""Head heights below the head's middle that belong to the subject; in nearer shots, to the chin."""
_BODY = 7.5
_SEVERAL: Mapping[str, int] = {
    Extra.COUPLE: 2, Extra.CHILDREN: 3, Extra.FAMILY: 3, Extra.FRIENDS: 3, Extra.COLLEAGUES: 3,
    Extra.PASSERS_BY: 0, Extra.CROWD: 0,
}  # fmt: skip
"""Extras that are not one. The last two stand behind everybody else, and are no subject."""
_EDGE = 0.03
"""Share of the picture at each side of three people and more, who fill it."""
_PAN, _TRACK, _CRANE, _DOLLY = 0.26, 0.42, 0.18, 0.36
"""Frame heights that a subject drifts during a move; for a dolly, the share by which it grows."""
_CARRIED: Mapping[CameraMove, tuple[float, float]] = {
    CameraMove.PAN_RIGHT: (-_PAN, 0.0), CameraMove.PAN_LEFT: (_PAN, 0.0),
    CameraMove.TRACK_RIGHT: (-_TRACK, 0.0), CameraMove.TRACK_LEFT: (_TRACK, 0.0),
    CameraMove.TILT_UP: (0.0, _PAN), CameraMove.TILT_DOWN: (0.0, -_PAN),
}  # fmt: skip
"""Move -> drift of the subject across and down, in frame heights."""


@dataclass(frozen=True)
class Box:
    """A rectangle in shares of the picture; it may extend beyond the picture."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def around(self, other: "Box") -> "Box":
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def widened(self, by: float) -> "Box":
        """Return the box, extended on every side by `by`, a share of the picture."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by).inside()

    def inside(self) -> "Box":
        """Return the part of the box within the picture."""
        return Box(
            max(self.left, 0.0), max(self.top, 0.0), min(self.right, 1.0), min(self.bottom, 1.0)
        )


def within(box: Box, window: Window) -> Box:
    """Return the box in shares of the window."""
    return Box(
        (box.left - window.left) / window.width,
        (box.top - window.top) / window.height,
        (box.right - window.left) / window.width,
        (box.bottom - window.top) / window.height,
    ).inside()


def cast_of(cut: Cut, sheet: Sequence[SheetEntry]) -> tuple[CastMember, ...]:
    """Return the people that the cut shows."""
    known = {entry.id: entry for entry in sheet}
    shown = (known.get(name) for name in cut.shows)
    return tuple(entry for entry in shown if isinstance(entry, CastMember))


def num_seen(cut: Cut, sheet: Sequence[SheetEntry]) -> int:
    """Return the number of people and animals in front: those of the staging, else those that the
    cut shows."""
    if cut.staging is None:
        return len(cast_of(cut, sheet))
    return sum(_SEVERAL.get(one.who, 1) for one in cut.staging.who)


def subject_of(
    cut: Cut, sheet: Sequence[SheetEntry], aspect: float, begin: float = 0.0, end: float = 1.0
) -> Box | None:
    """Return the box that must be visible from `begin` to `end` (shares of the cut); None: unknown.

    `aspect`: width over height of the picture.
    """
    box = _still(cut, sheet, aspect)
    return None if box is None else _moving(box, cut.move, aspect, begin, end)


def subject_at(cut: Cut, sheet: Sequence[SheetEntry], aspect: float, share: float) -> Box | None:
    """Return the subject's box at a share of the cut, if a pan, a track or a tilt moves it as a
    whole; None otherwise.
    """
    box = _still(cut, sheet, aspect)
    if box is None or cut.move not in _CARRIED:
        return None
    across, down = _CARRIED[cut.move]
    gone = eased(share) - 0.5
    by_x, by_y = across * gone / aspect, down * gone
    moved = Box(box.left + by_x, box.top + by_y, box.right + by_x, box.bottom + by_y)
    return moved.inside()


def product_of(cut: Cut, sheet: Sequence[SheetEntry], aspect: float) -> Box | None:
    """Return the product's box, extended by the camera's move; None: not shown, or held."""
    known = {entry.id: entry for entry in sheet}
    shown = [known[name] for name in cut.shows if name in known]
    form = next((one.form for one in shown if isinstance(one, ProductEntry)), None)
    num_people = sum(isinstance(one, CastMember) for one in shown)
    if form is None:
        return None
    if not num_people:
        return _moving(_goods(cut.size, form, aspect), cut.move, aspect, 0.0, 1.0)
    two = num_people > 1 and cut.size not in _CLOSEST
    if (form in HELD and not two) or form in BODILESS:
        return None
    seen = HEADS_SEEN[cut.size] * (1.3 if two and cut.size in _NEAR else 1.0)
    box = _beside(cut, form, _FACING[cut.direction] or 1.0, seen, aspect)
    return _moving(box, cut.move, aspect, 0.0, 1.0)


def faces_of(cut: Cut, sheet: Sequence[SheetEntry], aspect: float) -> tuple[Box, ...]:
    """Return the boxes of the heads in the cut, extended by the camera's move.

    Empty if the shot is so near that it is all face, or so far that a head is a dot.
    """
    num_people = len(cast_of(cut, sheet))
    if not num_people or cut.size in (ShotSize.LS, ShotSize.ELS):
        return ()
    facing = _FACING[cut.direction]
    two = num_people > 1 and cut.size not in _CLOSEST
    seen = HEADS_SEEN[cut.size] * (1.3 if two and cut.size in _NEAR else 1.0)
    half = _HALF_FACE / seen / aspect
    apart = APART / seen / aspect
    middle = 0.5 if num_people > 1 else 0.5 - facing * LEAD / aspect
    at = HEAD_AT.get(cut.size, 0.96 - _BODY / seen + _HALF_HEAD / seen)
    return tuple(
        _moving(
            Box(x - half, at - _HALF_HEAD / seen, x + half, at + _HALF_HEAD / seen),
            cut.move, aspect, 0.0, 1.0,
        )
        for x in ((middle - apart, middle + apart) if two else (middle,))
    )  # fmt: skip


def _still(cut: Cut, sheet: Sequence[SheetEntry], aspect: float) -> Box | None:
    """Return the subject's box in the middle of the camera's move."""
    known = {entry.id: entry for entry in sheet}
    shown = [known[name] for name in cut.shows if name in known]
    product = next((one.form for one in shown if isinstance(one, ProductEntry)), None)
    num_people = num_seen(cut, sheet)
    if num_people:
        return _people(cut, num_people, product, aspect)
    return None if product is None else _goods(cut.size, product, aspect)


def _people(cut: Cut, num_people: int, product: ProductForm | None, aspect: float) -> Box:
    size, facing = cut.size, _FACING[cut.direction]
    two = num_people > 1 and size not in _CLOSEST
    seen = HEADS_SEEN[size] * (1.3 if two and size in _NEAR else 1.0)
    half = _HALF_PERSON.get(size, _HALF_FIGURE) / seen / aspect
    if num_people > 2 and two:
        left, right = _EDGE, 1 - _EDGE
    elif two:
        reach = half + APART / seen / aspect
        left, right = 0.5 - reach, 0.5 + reach
    else:
        middle = 0.5 if num_people > 1 else 0.5 - facing * LEAD / aspect
        left, right = middle - half, middle + half
    if size in HEAD_AT:
        top = HEAD_AT[size] - 0.55 / seen
        bottom = HEAD_AT[size] + _BELOW_HEAD.get(size, 0.6) / seen
    else:
        bottom = 0.96 if size is ShotSize.FS else 0.86
        top = bottom - _BODY / seen
    person = Box(left, top, right, bottom).inside()
    if product is None or product in BODILESS or (product in HELD and not two):
        return person
    return person.around(_beside(cut, product, facing or 1.0, seen, aspect)).inside()


def _beside(cut: Cut, form: ProductForm, way: float, seen: float, aspect: float) -> Box:
    if cut.size in (*_NEAR, ShotSize.MS) or cut.setting is Setting.VEHICLE:
        high = BESIDE_HIGH * min(1.0, aspect)
        half = LABEL * WIDTH[form] / 100 * high / aspect / 2
        middle = 0.5 + way * BESIDE
        return Box(middle - half, 0.96 - high, middle + half, 0.96)
    high = min(HEADS[form], 6.0) / seen
    half = LABEL * WIDTH[form] / 100 * high / aspect / 2
    middle = 0.5 + way * (1.15 / seen / aspect + half)
    floor = 0.96 if cut.size is ShotSize.FS else 0.86
    return Box(middle - half, floor - high, middle + half, floor)


def _goods(size: ShotSize, form: ProductForm, aspect: float) -> Box:
    width = WIDTH[form] / 100
    seen = max(1.0, width * 0.86 / max(aspect, 0.75)) * GOODS_SEEN[size]
    if size is ShotSize.ECU:
        # A detail: only the middle of it must be visible.
        return Box(0.5 - 0.2 / aspect, 0.3, 0.5 + 0.2 / aspect, 0.7)
    half = AIR * width / seen / aspect / 2
    return Box(0.5 - half, 0.47 - 0.5 / seen, 0.5 + half, 0.47 + 0.5 / seen).inside()


def _moving(box: Box, move: CameraMove, aspect: float, begin: float, end: float) -> Box:
    """Return the box, extended by the camera's move."""
    reach = max(abs(eased(begin) - 0.5), abs(eased(end) - 0.5))
    match move:
        case CameraMove.PAN_LEFT | CameraMove.PAN_RIGHT:
            by = _PAN * reach / aspect
            moved = replace(box, left=box.left - by, right=box.right + by)
        case CameraMove.TRACK_LEFT | CameraMove.TRACK_RIGHT:
            by = _TRACK * reach / aspect
            moved = replace(box, left=box.left - by, right=box.right + by)
        case CameraMove.TILT_UP | CameraMove.TILT_DOWN:
            by = _PAN * reach
            moved = replace(box, top=box.top - by, bottom=box.bottom + by)
        case CameraMove.CRANE_UP | CameraMove.CRANE_DOWN:
            by = _CRANE * reach
            moved = replace(box, top=box.top - by, bottom=box.bottom + by)
        case CameraMove.DOLLY_IN | CameraMove.DOLLY_OUT | CameraMove.ZOOM_IN | CameraMove.ZOOM_OUT:
            grown = 1 + _DOLLY * reach
            moved = Box(*(0.5 + (side - 0.5) * grown for side in
                          (box.left, box.top, box.right, box.bottom)))  # fmt: skip
        case _:
            moved = box
    return moved.inside()
