"""The still of a cut: which frame of its clip it is, and where the vault keeps it."""

from conte.clip import Clip
from conte.cut import Cut
from conte.frozen import digest


def still_frame(clip: Clip, cut: Cut | None) -> int:
    """The frame of the clip that is in the middle of the cut, which may show a part of it.

    `cut`: None while its conte is being written; the clip is then the one made for it.
    """
    first = clip.first_frame(cut) if cut else clip.head
    shown = cut.num_frames if cut else clip.num_frames - clip.head - clip.tail
    return min(max(first + shown // 2, 0), clip.num_frames - 1)


def still_key(clip: Clip, frame: int) -> str:
    """Vault key of a clip's frame: of its content, so that it is made once."""
    shown = [clip.window.model_dump()] if clip.window else []
    return f"stills/{digest([clip.key, frame, *shown])}.png"
