"""HashIndex: exact search for 64-bit hashes within a Hamming distance, among millions.

Multi-index hashing (Norouzi, Punjani and Fleet, "Fast search in Hamming space with multi-index
hashing", 2012): two hashes that differ in at most 7 bits differ in at most one bit in one of their
four quarters, so that only hashes that share a quarter to within a bit are compared.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Numbers = NDArray[np.int64]

MAX_RADIUS = 7
_BANDS, _BITS = 4, 16
_RECENT = 16_384
"""Number of new hashes that are compared one by one before they are sorted into the quarters."""
_AT_ONCE = 1 << 20
"""Candidates that are compared at once, which bounds the memory."""
# Neighbouring bits of a difference hash are correlated. A quarter consists of every fourth bit, so
# that skies, floors and black bars do not give millions of frames the same quarter.
_SPREAD = [np.arange(band, 64, _BANDS, dtype=np.uint64) for band in range(_BANDS)]


class HashIndex:
    """Index that grows by `add`, with about 26 bytes per hash. Hashes are numbered from 0 as
    added."""

    def __init__(self, radius: int) -> None:
        """Create an empty index. `radius`: largest distance in bits, from 0 to 7."""
        if not 0 <= radius <= MAX_RADIUS:
            raise ValueError(f"radius is {radius}, wanted 0 to {MAX_RADIUS} bits")
        self._radius = radius
        flips = [0] if radius < _BANDS else [0, *(1 << bit for bit in range(_BITS))]
        self._flips = np.array(flips, np.uint16)
        self._hashes: Hashes = np.empty(0, np.uint64)
        self._size = self._sorted = 0
        self._orders: list[NDArray[np.uint32]] = []
        self._offsets: list[Numbers] = []

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, part: slice) -> Hashes:
        return self._hashes[: self._size][part]

    def add(self, hashes: Hashes) -> None:
        size = self._size + len(hashes)
        if size > len(self._hashes):
            # By a quarter, because doubling would use up to twice the memory.
            grown = np.empty(max(size, _RECENT, len(self._hashes) * 5 // 4), np.uint64)
            grown[: self._size] = self._hashes[: self._size]
            self._hashes = grown
        self._hashes[self._size : size] = hashes
        self._size = size
        # In proportion to the size, because each sorting costs as much as all hashes so far.
        if size - self._sorted > max(_RECENT, self._sorted // 64):
            self._sort()

    def near(self, hashes: Hashes) -> tuple[Numbers, Numbers]:
        """Return pairs within the radius, sorted: positions in `hashes`, and numbers of indexed
        hashes."""
        found = [*self._among_sorted(hashes), *self._among_recent(hashes)]
        if not found:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        # Several quarters may find the same pair.
        pairs = np.unique(np.concatenate(found))
        return pairs // self._size, pairs % self._size

    def _sort(self) -> None:
        # The old order is dropped first, because both together would need twice the memory.
        self._orders, self._offsets = [], []
        held = self._hashes[: self._size]
        for band in range(_BANDS):
            keys = _quarter(held, band)
            self._orders.append(np.argsort(keys, kind="stable").astype(np.uint32))
            counts = np.bincount(keys, minlength=1 << _BITS)
            self._offsets.append(np.concatenate([[0], np.cumsum(counts)]))
        self._sorted = self._size

    def _among_sorted(self, hashes: Hashes) -> Iterator[Numbers]:
        for order, offsets, band in zip(self._orders, self._offsets, range(_BANDS), strict=False):
            keys = (_quarter(hashes, band)[:, None] ^ self._flips).ravel().astype(np.int64)
            queries = np.repeat(np.arange(len(hashes)), len(self._flips))
            starts, lengths = offsets[keys], offsets[keys + 1] - offsets[keys]
            ends = np.cumsum(lengths)
            total = int(ends[-1]) if len(ends) else 0
            for first in range(0, total, _AT_ONCE):
                # Candidates of all probes in one row; `probe` is the probe to which each candidate
                # belongs.
                places = np.arange(first, min(first + _AT_ONCE, total))
                probe = np.searchsorted(ends, places, side="right")
                inner = places - (ends[probe] - lengths[probe])
                numbers = order[starts[probe] + inner].astype(np.int64)
                yield self._close(hashes, queries[probe], numbers)

    def _among_recent(self, hashes: Hashes) -> Iterator[Numbers]:
        recent = np.arange(self._sorted, self._size)
        step = max(1, _AT_ONCE // max(len(recent), 1))
        for first in range(0, len(hashes) if len(recent) else 0, step):
            queries = np.arange(first, min(first + step, len(hashes)))
            differ = hashes[queries][:, None] ^ self._hashes[recent]
            query, number = np.nonzero(np.bitwise_count(differ) <= self._radius)
            yield (query + first) * self._size + number + self._sorted

    def _close(self, hashes: Hashes, queries: Numbers, numbers: Numbers) -> Numbers:
        near = np.bitwise_count(hashes[queries] ^ self._hashes[numbers]) <= self._radius
        return queries[near] * self._size + numbers[near]


def _quarter(hashes: Hashes, band: int) -> NDArray[np.uint16]:
    key = np.zeros(len(hashes), np.uint16)
    for place, bit in enumerate(_SPREAD[band]):
        key |= ((hashes >> bit) & np.uint64(1)).astype(np.uint16) << np.uint16(place)
    return key
