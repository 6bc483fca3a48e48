"""The still of a cut: the index of its frame in the clip, and its vault key."""

from conte.clip import Clip
from conte.cut import Cut
from conte.frozen import digest


def still_frame(clip: Clip, cut: Cut | None) -> int:
    """Return the index of the clip's frame in the middle of the part that the cut shows.

    `cut`: None while its conte is being written; the clip is then the one made for it.
    """
    first = clip.first_frame(cut) if cut else clip.head
    shown = cut.num_frames if cut else clip.num_frames - clip.head - clip.tail
    return min(max(first + shown // 2, 0), clip.num_frames - 1)


def still_key(clip: Clip, frame: int) -> str:
    """Return the vault key of a clip's frame, a hash of clip and index, so that it is made only
    once."""
    shown = [clip.window.model_dump()] if clip.window else []
    return f"stills/{digest([clip.key, frame, *shown])}.png"
