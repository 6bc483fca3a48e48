"""Detects joints, the transitions between shots, from the tiles of frames.

A cut is one step that is larger than its neighbours (`cuts`); a dissolve is a run of mixtures of
two pictures (`blends`); a fade is a run of mixtures with black or white, with the uniform frames.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from crawl.analysis.blends import BEYOND, blends_of
from crawl.analysis.cuts import cuts_of
from crawl.analysis.settings import AnalysisSettings
from crawl.analysis.tiles import COLUMNS, ROWS

Tiles = NDArray[np.uint8]
Block = NDArray[np.float32]
Kind = Literal["cut", "dissolve", "fade"]

BLOCK = 512
_SEEN = 0.02
"""A tile that is not black in at least this share of a block's frames belongs to the picture."""
_LEAST_PICTURE = 0.05
_ALL_OVER = 0.95
_FLAT_SPREAD = 5.0
_WHITE_LUMA = 232.0


@dataclass(frozen=True)
class JointAt:
    """A joint: the frames from `start` up to but not including `end` belong to no shot. A cut is
    empty."""

    kind: Kind
    start: int
    end: int


class JointFinder:
    """Receives frames and yields joints in order; keeps only a few hundred frames."""

    def __init__(self, settings: AnalysisSettings) -> None:
        self._settings = settings
        self._margin = settings.longest_blend + BEYOND + 8
        self._tiles: list[Tiles] = []
        self._first = 0
        """Number of the first frame in `_tiles`."""
        self._searched = 0
        """Joints whose middle lies before this frame have been found."""
        self._open: JointAt | None = None
        """The last joint found; the next one may still merge with it."""

    def push(self, tiles: Tiles) -> Iterator[JointAt]:
        self._tiles.append(tiles.reshape(-1))
        if self._first + len(self._tiles) >= self._searched + BLOCK + self._margin:
            yield from self._search(self._searched + BLOCK, last=False)

    def finish(self) -> Iterator[JointAt]:
        """Yield the remaining joints after the last frame."""
        yield from self._search(self._first + len(self._tiles), last=True)
        if self._open is not None:
            yield self._open
            self._open = None

    def _search(self, until: int, *, last: bool) -> Iterator[JointAt]:
        if self._tiles:
            block = np.stack(self._tiles).astype(np.float32)
            offset = self._first
            for joint in joints_of(block, self._settings):
                moved = JointAt(joint.kind, joint.start + offset, joint.end + offset)
                middle = (moved.start + moved.end) // 2
                if self._searched <= middle < until:
                    yield from self._grown(moved)
        self._searched = until
        keep_from = max(self._first, until - self._margin)
        del self._tiles[: keep_from - self._first]
        self._first = keep_from

    def _grown(self, joint: JointAt) -> Iterator[JointAt]:
        before = self._open
        if before is not None and joint.start < before.end + self._settings.shortest_shot:
            kinds = {before.kind, joint.kind}
            kind = "fade" if "fade" in kinds else "dissolve" if "dissolve" in kinds else "cut"
            end = max(before.end, joint.end)
            self._open = JointAt(kind, min(before.start, joint.start), end)
            return
        if before is not None:
            yield before
        self._open = joint


def joints_of(block: Block, settings: AnalysisSettings) -> list[JointAt]:
    """Return the joints of a block [frames, 1296], in order and without overlap."""
    if len(block) < 2:
        return []
    picture = _picture(block, settings)
    flat = _flat(block if picture.all() else block[:, picture], settings)
    found = _flat_runs(flat)
    for blend in blends_of(block, picture, flat, settings):
        fades = flat[blend.before] or flat[blend.after]
        found.append(JointAt("fade" if fades else "dissolve", blend.before + 1, blend.after))
    covered = np.zeros(len(block) + 1, bool)
    for joint in found:
        covered[joint.start : joint.end + 1] = True
    found += [JointAt("cut", at, at) for at in cuts_of(block, picture, settings) if not covered[at]]
    return _united(found)


def _picture(block: Block, settings: AnalysisSettings) -> NDArray[np.bool_]:
    """Return which tiles are not black bars; all of them if the frame is nearly empty."""
    seen = np.count_nonzero(block >= settings.black_luma, axis=0) > _SEEN * len(block)
    return seen if seen.mean() > _LEAST_PICTURE else np.ones(ROWS * COLUMNS, bool)


def _flat(block: Block, settings: AnalysisSettings) -> NDArray[np.bool_]:
    """Return which frames are black or white, apart from a line of text or a logo."""
    black = np.count_nonzero(block < settings.black_luma, axis=1) > _ALL_OVER * block.shape[1]
    white = block.min(axis=1) > _WHITE_LUMA
    white[white] = block[white].std(axis=1) < _FLAT_SPREAD
    return black | white


def _flat_runs(flat: NDArray[np.bool_]) -> list[JointAt]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flat, [False]]).astype(np.int8)))
    return [
        JointAt("fade", int(start), int(end))
        for start, end in zip(edges[::2], edges[1::2], strict=True)
        if end - start >= 2
    ]


def _united(found: list[JointAt]) -> list[JointAt]:
    """Merge overlapping joints; the result is in order."""
    united: list[JointAt] = []
    for joint in sorted(found, key=lambda j: (j.start, j.end)):
        before = united[-1] if united else None
        if before is not None and joint.start <= before.end and before.end > before.start:
            kind = "fade" if "fade" in (before.kind, joint.kind) else "dissolve"
            united[-1] = JointAt(kind, before.start, max(before.end, joint.end))
        else:
            united.append(joint)
    return united
