"""File names outside Sian of a cut's clip and of a recording: ASCII, because editing programs lose
Korean paths.
"""

import re

from conte.sound import SoundFile, SoundKind

_NAME = re.compile(r"cut-(\d{2})_([0-9a-z]{4,32})\b")
_SOUND_NAME = re.compile(r"(?:na|bgm|se)_[0-9a-f]{8}\b")


def media_name(number: int, cut: str) -> str:
    """Return the file name for a cut's number and id, such as `cut-03_c7f2.mp4`."""
    return f"cut-{number:02d}_{cut.removeprefix('c_')[:4]}.mp4"


def named(media: str, number: int, cut: str) -> bool:
    """Return whether a path or name, as any program writes it, is that of the cut's clip."""
    found = _NAME.search(media.rpartition("/")[2])
    return found is not None and found[0] == media_name(number, cut).removesuffix(".mp4")


def sound_media_name(kind: SoundKind, upload: SoundFile) -> str:
    """Return the file name of a recording, such as `na_7f2a90c1.wav`."""
    return f"{kind}_{upload.removeprefix('sounds/')[:8]}.wav"


def sound_media_in(media: str) -> str:
    """Return the recording's file name that a path or name has, as any program writes it, or ""."""
    found = _SOUND_NAME.fullmatch(media.rpartition("/")[2].removesuffix(".wav"))
    return f"{found[0]}.wav" if found else ""
