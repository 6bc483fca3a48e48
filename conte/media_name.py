"""The file name of a cut's clip outside Sian: ASCII, because editing programs lose Korean paths."""

import re

_NAME = re.compile(r"cut-(\d{2})_([0-9a-z]{4,32})\b")


def media_name(number: int, cut: str) -> str:
    """Return the file name for a cut's number and id, such as `cut-03_c7f2.mp4`."""
    return f"cut-{number:02d}_{cut.removeprefix('c_')[:4]}.mp4"


def named(media: str, number: int, cut: str) -> bool:
    """Return whether a path or name, as any program writes it, is that of the cut's clip."""
    found = _NAME.search(media.rpartition("/")[2])
    return found is not None and found[0] == media_name(number, cut).removesuffix(".mp4")
