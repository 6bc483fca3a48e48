"""NearDuplicates: clips in order -> those that show what an earlier clip shows.

A clip is a sequence of 64-bit difference hashes, one per key frame. A clip is a near-duplicate of
an earlier, kept one if most of its hashes occur there in the same order, each within a few bits: a
copy in another size or bit rate, another upload, an excerpt. A longer version of an earlier clip is
no duplicate, because it shows more.
"""

from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np
from pydantic import Field

from crawl.duplicates.hash_index import MAX_RADIUS, Hashes, HashIndex
from serve.settings import Part

_AT_ONCE = 256
"""Clips per search of the index."""
_FEW_BITS = 5
"""Least number of set and of clear bits in a hash; with fewer, a nearly uniform picture resembles
all others."""


class DuplicateSettings(Part):
    max_distance: int = Field(default=6, ge=0, le=MAX_RADIUS)
    """Largest number of differing bits, out of 64, between the hashes of two frames that show the
    same."""
    min_share: float = Field(default=0.6, gt=0, le=1)
    """Share of a clip's key frames that must occur in the earlier clip."""


class NearDuplicates:
    """Index of all kept clips, without their ids: about 26 bytes per hash and 16 per clip."""

    def __init__(self, settings: DuplicateSettings) -> None:
        self._settings = settings
        self._index = HashIndex(settings.max_distance)
        # Start of each clip's hashes, and the caller's number for the clip.
        self._starts = np.zeros(1, np.int64)
        self._names = np.empty(0, np.uint64)
        self._size = 0

    def __len__(self) -> int:
        """Number of clips that are kept."""
        return self._size

    def keep(self, names: Sequence[int], sequences: Sequence[Hashes]) -> None:
        """Add clips that are known to be kept, after all that were added before."""
        self._add(names, [_telling(sequence) for sequence in sequences])

    def duplicates(
        self, names: Sequence[int], sequences: Sequence[Hashes]
    ) -> Iterator[tuple[int, int]]:
        """Yield pairs of a clip to leave out and the earlier clip that it repeats; keep all others.

        Args:
            names: unique 64-bit numbers of the clips, chosen by the caller.
            sequences: [key frames] uint64, the hashes of each clip.
        """
        for first in range(0, len(names), _AT_ONCE):
            some = names[first : first + _AT_ONCE]
            telling = [_telling(hashes) for hashes in sequences[first : first + _AT_ONCE]]
            among_kept = self._found(telling)
            # The clips of one search are compared with each other, too.
            together = HashIndex(self._settings.max_distance)
            together.add(_joined(telling))
            pairs = together.near(_joined(telling))
            among_some = _clips_of_pairs(telling, *pairs, _starts(telling))
            stays: list[int] = []
            for n, hashes in enumerate(telling):
                kept = ((self._of(k), int(self._names[k])) for k in among_kept[n])
                new = ((telling[m], some[m]) for m in among_some[n] if m in stays)
                earlier = chain(kept, new)
                like = next((name for those, name in earlier if self._covers(those, hashes)), None)
                if like is None:
                    stays.append(n)
                else:
                    yield some[n], like
            self._add([some[n] for n in stays], [telling[n] for n in stays])

    def _add(self, names: Sequence[int], telling: Sequence[Hashes]) -> None:
        size = self._size + len(names)
        if size > len(self._names):
            capacity = max(size, 4096, len(self._names) * 5 // 4)
            self._names = _grown(self._names, self._size, capacity)
            self._starts = _grown(self._starts, self._size + 1, capacity + 1)
        self._names[self._size : size] = np.array(names, np.uint64)
        self._starts[self._size + 1 : size + 1] = len(self._index) + _starts(telling)[1:]
        self._size = size
        self._index.add(_joined(telling))

    def _found(self, telling: Sequence[Hashes]) -> list[list[int]]:
        """Return, per clip, the kept clips with a hash near one of its own, the earliest first."""
        pairs = self._index.near(_joined(telling))
        return _clips_of_pairs(telling, *pairs, self._starts[: self._size + 1])

    def _of(self, clip: int) -> Hashes:
        return self._index[slice(int(self._starts[clip]), int(self._starts[clip + 1]))]

    def _covers(self, earlier: Hashes, later: Hashes) -> bool:
        wanted = max(1, int(np.ceil(self._settings.min_share * len(later) - 1e-9)))
        if min(len(earlier), len(later)) < wanted:
            return False
        near = np.bitwise_count(later[:, None] ^ earlier) <= self._settings.max_distance
        return _longest_in_order(near) >= wanted


def _telling(hashes: Hashes) -> Hashes:
    bits = np.bitwise_count(hashes)
    return hashes[(bits >= _FEW_BITS) & (bits <= 64 - _FEW_BITS)]


def _joined(sequences: Sequence[Hashes]) -> Hashes:
    return np.concatenate(sequences) if sequences else np.empty(0, np.uint64)


def _starts(sequences: Sequence[Hashes]) -> np.ndarray:
    return np.concatenate([[0], np.cumsum([len(hashes) for hashes in sequences], dtype=np.int64)])


def _clips_of_pairs(
    telling: Sequence[Hashes], queries: np.ndarray, numbers: np.ndarray, starts: np.ndarray
) -> list[list[int]]:
    """Convert pairs of near hashes to pairs of clips: return for each clip of `telling` the numbers
    of the clips that share a hash with it, ascending.

    `queries`, `numbers`: the places of a pair's two hashes, the first one among all of `telling`,
    the other among all clips' in which was searched. `starts`: where each of those clips begins.
    """
    found: list[list[int]] = [[] for _ in telling]
    if len(queries):
        # A clip without hashes begins where the next one does; searching from the right skips it.
        mine = np.searchsorted(_starts(telling), queries, side="right") - 1
        theirs = np.searchsorted(starts, numbers, side="right") - 1
        for one, other in np.unique(np.stack([mine, theirs], axis=1), axis=0).tolist():
            found[one].append(other)
    return found


def _longest_in_order(near: np.ndarray) -> int:
    """Length of the longest common subsequence. near: [later, earlier] bool."""
    best = [0] * (near.shape[1] + 1)
    for row in near.tolist():
        diagonal = 0
        for n, same in enumerate(row, 1):
            above = best[n]
            best[n] = diagonal + 1 if same else max(best[n], best[n - 1])
            diagonal = above
    return best[-1]


def _grown(array: np.ndarray, used: int, capacity: int) -> np.ndarray:
    grown = np.empty(capacity, array.dtype)
    grown[:used] = array[:used]
    return grown
