"""Key frames of a video: all of them in one file of the vault, each read as a range of it.

The file is a plain tar of JPEGs, named by their frames' numbers: any tool opens it without the
records. A row names the file (`frames_key`), each of its clips the ranges of its own frames. Rows
of earlier runs have a file per frame, whose keys their clips list instead; both are read.
"""

import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from conte.frozen import Frozen
from crawl import plain_tar
from serve.vault.vault import Vault

KIND, SUFFIX = "frames", ".tar"
"""The first part of the file's key in the vault, and its suffix."""

Range = tuple[int, int]
"""A frame's offset in the file, and its number of bytes."""


class KeyFrame(Frozen):
    """Place of a JPEG in the vault."""

    key: str
    start: int = 0
    end: int | None = None
    """Offset after its last byte; None: the end of the file."""


@dataclass(frozen=True)
class PackedFrames:
    data: bytes
    ranges: Mapping[int, Range]
    """Range of each frame in the data, by the frame's number."""


def packed(pictures: Mapping[int, bytes]) -> PackedFrames:
    """Pack JPEGs, by their frames' numbers, into one file; the same JPEGs give the same bytes."""
    out, ranges, offset = io.BytesIO(), dict[int, Range](), 0
    with tarfile.open(fileobj=out, mode="w|", format=plain_tar.FORMAT) as tar:
        for number, jpeg in sorted(pictures.items()):
            plain_tar.add(tar, f"{number:08}.jpg", jpeg)
            ranges[number] = offset + plain_tar.BLOCK, len(jpeg)
            offset += plain_tar.padded(len(jpeg))
    return PackedFrames(out.getvalue(), ranges)


def key_frames(frames_key: str, text: str) -> tuple[KeyFrame, ...]:
    """Return a clip's key frames as its records name them.

    Args:
        frames_key: the row's file of key frames; empty if it has none.
        text: the clip's own part, JSON: ranges of that file, or keys of single files.
    """
    return tuple(
        KeyFrame(key=one)
        if isinstance(one, str)
        else KeyFrame(key=frames_key, start=one[0], end=one[0] + one[1])
        for one in json.loads(text)
    )


def single_files(text: str) -> set[str]:
    """Return the keys that a clip's own part names: those of earlier runs, a file per frame."""
    return {one for one in json.loads(text) if isinstance(one, str)}


async def read_frames(vault: Vault, frames: Sequence[KeyFrame]) -> list[bytes]:
    """Return the JPEGs, in order. Successive frames of one file, which lie side by side in it, are
    read by one request.

    Raises:
        Missing: if the vault lacks a file.
    """
    found: list[bytes] = []
    for key, run in groupby(frames, lambda frame: frame.key):
        beside = list(run)
        start, end = beside[0].start, beside[-1].end
        whole = b"".join([part async for part in vault.stream(key, start, end)])
        found += [
            whole[one.start - start : None if one.end is None else one.end - start]
            for one in beside
        ]
    return found
