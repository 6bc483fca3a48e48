"""Counts the most frequent of any number of texts, in bounded memory."""

from collections import Counter


class Frequent:
    """Counts of texts, exact as long as there are at most `capacity` different ones.

    Beyond that, the rarest texts are dropped, so that a count may be too low by what was dropped
    ("lossy counting": Manku and Motwani, 2002). The same texts in the same order give the same
    counts.
    """

    def __init__(self, capacity: int = 20_000) -> None:
        self._capacity = capacity
        self._counts: Counter[str] = Counter()
        self.total = 0
        """Sum of all counts that were added."""
        self.exact = True

    def add(self, text: str, times: int = 1) -> None:
        self.total += times
        self._counts[text] += times
        if len(self._counts) > self._capacity:
            self._counts = Counter(dict(self._ranked()[: self._capacity // 2]))
            self.exact = False

    def most(self, n: int) -> list[tuple[str, int]]:
        """Return the `n` most frequent texts with their counts; equal counts in alphabetical
        order."""
        return self._ranked()[:n]

    def __len__(self) -> int:
        """Number of different texts that are kept."""
        return len(self._counts)

    def _ranked(self) -> list[tuple[str, int]]:
        return sorted(self._counts.items(), key=lambda item: (-item[1], item[0]))
