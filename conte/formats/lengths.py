"""Lengths of the cuts of a film in another format, and the frames of each that it shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from conte.clip import Clip
from conte.cut import Cut
from conte.sound import shifted
from conte.timing import share_frames

MOST_FOR_WORDS = 0.5
"""Largest share of a film's time that the words of one cut may claim."""


@dataclass(frozen=True)
class Need:
    """A cut's demand for time, in frames."""

    words: int
    """Frames that its words take."""
    most: int | None
    """Frames that its clip has; None: no clip, so any length can be rendered."""
    weight: float


def shared(num_frames: int, needs: Sequence[Need], at_least: int) -> tuple[int, ...]:
    """Return the frames of each cut, which sum exactly to `num_frames`.

    `needs` are sorted by importance. Each cut gets `at_least`, and half of the average if its clip
    is long enough; then words get the time that they take, while there is some left; the rest is
    shared by weight. No cut gets more than its clip has, unless all clips together are too short.

    Raises:
        ValueError: if the cuts cannot fit.
    """
    if at_least * len(needs) > num_frames:
        raise ValueError(
            f"{len(needs)} cuts of at least {at_least} frames need {at_least * len(needs)} frames,"
            f" the film has {num_frames}"
        )
    half = num_frames // (2 * len(needs))
    frames = [max(at_least, half if one.most is None else min(half, one.most)) for one in needs]
    left = num_frames - sum(frames)
    for k, need in enumerate(needs):
        more = need.words - frames[k]
        has_room = need.most is None or need.words <= need.most
        if has_room and 0 < more <= left and need.words <= MOST_FOR_WORDS * num_frames:
            frames[k] += more
            left -= more
    while left:
        growing = [
            k for k, need in enumerate(needs) if need.most is None or frames[k] < need.most
        ] or list(range(len(needs)))
        given = share_frames(left, [needs[k].weight for k in growing], 0)
        left = 0
        for k, more in zip(growing, given, strict=True):
            most = needs[k].most
            room = more if most is None or frames[k] >= most else min(more, most - frames[k])
            frames[k] += room
            left += more - room
    return tuple(frames)


def placed(cut: Cut, num_frames: int, clip: Clip | None, *, opens: bool, ends: bool) -> Cut:
    """Return the cut with this length, placed on its own timeline.

    The film's first cut keeps its beginning, its last one its end, the others their middle. A cut
    that becomes longer takes frames of its clip from both sides.
    """
    less = cut.num_frames - num_frames
    if opens and less > 0:
        start = cut.start
    elif ends and less > 0:
        start = cut.start + less
    else:
        start = cut.start + less // 2
    if clip is not None:
        first = clip.start - clip.head
        last = first + clip.num_frames - num_frames
        if last >= first:
            start = min(max(start, first), last)
    sounds = shifted(cut.sounds, cut.start - start, num_frames)
    return cut.model_copy(update={"num_frames": num_frames, "start": start, "sounds": sounds})
