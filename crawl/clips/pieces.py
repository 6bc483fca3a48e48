"""Decides from the index alone which frames of a clip are copied and which are encoded."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from crawl.clips.access_points import Access
from crawl.clips.clip_file import Making
from crawl.clips.packet_index import PacketIndex

_REORDERED = 64
"""Largest reordering of frames that is assumed; no codec reorders further."""


@dataclass(frozen=True)
class ClipPiece:
    """Frames `start` up to but not including `end` of the source."""

    kind: Literal["copy", "encode"]
    start: int
    end: int

    @property
    def num_frames(self) -> int:
        return self.end - self.start


@dataclass(frozen=True)
class ClipPlan:
    """Pieces of a clip, in order.

    `proved`: no standard guarantees its first picture, so the clip must be compared with the
    source.
    """

    pieces: tuple[ClipPiece, ...]
    proved: bool = False

    @property
    def making(self) -> Making:
        kinds = {piece.kind for piece in self.pieces}
        if len(kinds) > 1:
            return "joined"
        return "copied" if kinds == {"copy"} else "encoded"

    @property
    def copied_frames(self) -> int:
        return sum(piece.num_frames for piece in self.pieces if piece.kind == "copy")


def plans_for(
    index: PacketIndex, start: int, end: int, *, copies: bool, joins: bool
) -> list[ClipPlan]:
    """Return the plans to try, the cheapest first; the last one encodes everything.

    Args:
        copies: whether packets may be copied at all.
        joins: whether encoded and copied packets can share one stream.
    """
    plans: list[ClipPlan] = []
    if copies:
        last = _clean_end(index, end)
        if last == end and _may_start(index, start, end, Access.FLAGGED):
            clean = index.access[index.packet_of[start]] == Access.CLEAN
            plans.append(ClipPlan((ClipPiece("copy", start, end),), proved=not clean))
        if joins and (plan := _joined(index, start, end, last)):
            plans.append(plan)
    plans.append(ClipPlan((ClipPiece("encode", start, end),)))
    return plans


def _joined(index: PacketIndex, start: int, end: int, last: int) -> ClipPlan | None:
    keys = np.flatnonzero(index.access == Access.CLEAN)
    frames = np.sort(index.frame_of[keys])
    for first in frames[(frames >= start) & (frames < last)]:
        if _may_start(index, int(first), last, Access.CLEAN, closed=True):
            parts = (
                ClipPiece("encode", start, int(first)),
                ClipPiece("copy", int(first), last),
                ClipPiece("encode", last, end),
            )
            pieces = tuple(piece for piece in parts if piece.num_frames)
            # A single piece was tried already. A short copied piece among encoded frames is no
            # gain.
            copied = last - int(first)
            return ClipPlan(pieces) if len(pieces) > 1 and copied * 4 >= end - start else None
    return None


def _clean_end(index: PacketIndex, end: int) -> int:
    """Return the last frame up to `end` before which all packets contain only earlier frames.

    The stream can be cut there: no kept frame refers to a dropped one.
    """
    first = max(0, end - _REORDERED)
    for frame in range(end, first, -1):
        last_packet = int(index.packet_of[first:frame].max())
        before = index.frame_of[max(0, last_packet - 2 * _REORDERED) : last_packet + 1]
        if int(before.max()) == frame - 1:
            return frame
    return first


def _may_start(
    index: PacketIndex, start: int, end: int, least: Access, *, closed: bool = False
) -> bool:
    """Return whether the packets from frame `start` on, up to `end`, form a clip of exactly these
    frames.

    Args:
        closed: also require that no frame shown before `start` is decoded after it.
    """
    packet = int(index.packet_of[start])
    packets = index.packet_of[start:end]
    if index.access[packet] < least or int(packets.min()) < packet:
        return False
    frames = index.frame_of[packet : int(packets.max()) + 1]
    if (frames < 0).any():  # decoded but not shown: only the source's edit list needs it
        return False
    return not (closed and (frames < start).any())
