"""Likeness of two contes: the share of picture sentences in common. Knows words, not pictures."""

import re
from collections.abc import Iterator

from conte.brief import Brief
from conte.conte import Conte
from conte.frozen import Frozen
from conte.ideas import NOT_SEEN, read_idea, without_quotes
from conte.phrases import says
from conte.word_roots import roots

ALIKE = 0.6
"""Share of common words from which two picture sentences count as the same."""
MOST_SHARED = 0.25
"""Largest share of picture sentences that two directions of a brief may have in common."""
_LAID_OVER = re.compile(r"로고|후반에 얹|\blogo\b|laid over", re.IGNORECASE)
"""Phrases for elements that are laid over the picture afterwards, and not seen in it."""
_END = re.compile(r"(?<=[.!?…。])\s+|\n+")


class Likeness(Frozen):
    """Comparison of two contes."""

    shared: int
    """Number of the shorter conte's picture sentences that the other one also has."""
    of: int
    """Number of picture sentences of the shorter conte."""
    structure: bool
    """True: both have the same advertising structure."""

    @property
    def share(self) -> float:
        return self.shared / self.of if self.of else 0.0

    @property
    def is_another_idea(self) -> bool:
        """True for two directions, False for two variants of one idea."""
        return self.share <= MOST_SHARED and not self.structure


def likeness(one: Conte, other: Conte, brief: Brief) -> Likeness:
    """Compare the sentences of the cuts' actions.

    Names do not count (the same scene with another lead is the same picture), nor do sentences that
    the brief itself asks for, since every conte of it has these.
    """
    first, second = (tuple(picture_sentences(conte, brief)) for conte in (one, other))
    fewer, more = sorted((first, second), key=len)
    shared = sum(any(alike(a, b) >= ALIKE for b in more) for a in fewer)
    return Likeness(shared=shared, of=len(fewer), structure=one.structure == other.structure)


def picture_sentences(conte: Conte, brief: Brief) -> Iterator[frozenset[str]]:
    """Yield the word roots of each sentence, without names and without what the brief asks for."""
    names = sorted((entry.name for entry in conte.sheet), key=len, reverse=True)
    asked = [read_idea(idea).words for idea in brief.ideas]
    for cut in conte.cuts:
        for sentence in _END.split(cut.action):
            if _LAID_OVER.search(sentence) or any(says(sentence, p) for p in brief.must_show):
                continue
            bare = without_quotes(sentence)
            for name in names:
                bare = bare.replace(name, " ")
            words = roots(bare) - NOT_SEEN
            if words and all(len(words & idea) < ALIKE * len(words) for idea in asked):
                yield words


def alike(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of words in common (Jaccard index), 0..1."""
    return len(one & other) / len(one | other) if one or other else 0.0
