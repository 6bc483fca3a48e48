"""Reframing: decides whether a clip is cropped to another ratio, and where, or rendered anew."""

from typing import Literal

from conte.brief import AspectRatio
from conte.clip import frame_size
from conte.formats.subjects import Box
from conte.frozen import Frozen
from conte.vocabulary import ShotSize
from conte.window import Window

How = Literal["whole", "crop", "render"]
Code = Literal[
    "same_ratio", "subject_fits", "subject_followed", "no_subject", "subject_too_large", "group",
    "subject_unsure", "uploaded", "enlarged", "too_short", "no_clip", "continues",
]  # fmt: skip
"""Reason of a decision. same_ratio: the clip already has the ratio. subject_fits: the subject is
whole within the window. subject_followed: it is whole within a window that follows it through the
camera's move. no_subject: none is known, so the middle is shown. subject_too_large: the subject
does not fit. group: the positions of several people are not known well enough. subject_unsure: a
video model may have placed the subject elsewhere. uploaded: the subject's position in a person's
own clip is not known. enlarged: the crop would have to be enlarged too much. too_short: the clip
has too few frames. no_clip: there is no clip. continues: the cut continues a clip that is rendered.
"""

MAX_ENLARGED = 1.5
"""Largest factor by which a crop may be enlarged."""
SHORT_SIDES = (2160, 1440, 1080, 720, 540, 480, 360)
"""Usual short sides of films, in pixels."""
NARROW = 0.4
"""Share of the picture below which a window shows no group as it was composed."""
_FAR = (ShotSize.FS, ShotSize.LS, ShotSize.ELS)
_SAME = 0.01


class Reframing(Frozen):
    how: How
    why: Code
    window: Window | None = None
    """Part of the picture that is shown; None: all of it."""


def aspect_of(ratio: AspectRatio) -> float:
    """Return width over height of a ratio."""
    across, down = frame_size(ratio, 2160)
    return across / down


def largest_window(aspect: float, target: float, subject: Box | None) -> Window:
    """Return the largest window of the target ratio, with the subject as central as possible."""
    width, height = min(1.0, target / aspect), min(1.0, aspect / target)
    x, y = 0.5, 0.5
    if subject is not None:
        x, y = (subject.left + subject.right) / 2, (subject.top + subject.bottom) / 2
    left = min(max(x - width / 2, 0.0), 1.0 - width)
    top = min(max(y - height / 2, 0.0), 1.0 - height)
    return Window(left=left, top=top, width=width, height=height)


def reframe(
    aspect: float, target: float, subject: Box | None, num_people: int, size: ShotSize
) -> Reframing:
    """Decide by the picture alone; `fates` limits the enlargement of crops.

    `aspect` and `target`: width over height of the picture, and of the format.
    """
    if abs(aspect / target - 1) < _SAME:
        return Reframing(how="whole", why="same_ratio")
    window = largest_window(aspect, target, subject)
    if subject is None:
        return Reframing(how="crop", why="no_subject", window=window)
    if num_people > 1 and size in _FAR and min(window.width, window.height) < NARROW:
        return Reframing(how="render", why="group")
    if subject.width > window.width or subject.height > window.height:
        return Reframing(how="render", why="subject_too_large")
    return Reframing(how="crop", why="subject_fits", window=window)


def follow(
    aspect: float, target: float, first: Box, last: Box, along: tuple[float, float]
) -> Reframing | None:
    """Return a window that moves with the subject from `first` to `last`; None if the subject does
    not fit.

    `along`: shares of the camera's move between which it is shown.
    """
    begin, end = (largest_window(aspect, target, box) for box in (first, last))
    if max(first.width, last.width) > begin.width or max(first.height, last.height) > begin.height:
        return None
    window = begin.model_copy(update={"to": (end.left, end.top), "along": along})
    return Reframing(how="crop", why="subject_followed", window=window)


def film_short_side(whole: int, smallest_window: int | None) -> int:
    """Return the short side of a film, in pixels.

    That of its largest picture; with crops, the largest usual size that the smallest window allows.

    Args:
        whole: short side of the largest clip, uncropped.
        smallest_window: short side of the smallest window; None if nothing is cropped.
    """
    if smallest_window is None:
        return whole
    most = min(float(whole), MAX_ENLARGED * smallest_window)
    return next((side for side in SHORT_SIDES if side <= most), 2 * int(most / 2))
