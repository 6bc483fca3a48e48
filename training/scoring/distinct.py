"""Measures how much texts differ: within a conte, and over a set of contes.

Self-BLEU after Zhu et al., "Texygen" (2018): each text's BLEU (Papineni et al., 2002) against all
others, averaged. Distinct-n after Li et al., "A Diversity-Promoting Objective Function" (2016).
Both count syllables of Hangul and words in Latin letters.
"""

import math
from collections import Counter
from collections.abc import Sequence
from itertools import combinations

from conte.conte import Conte
from conte.frozen import Frozen
from training.scoring.score import Part
from training.scoring.text import pairs, tokens

_SAME = 0.8
"""Least share of common pairs (Jaccard) at which two lines count as the same."""
_ORDER = 4

Ngram = tuple[str, ...]


class Distinctness(Frozen):
    """Differences between the texts of a set: more difference is lower self-BLEU, higher
    distinct-n."""

    self_bleu: float
    distinct_1: float
    distinct_2: float
    distinct_4: float


def check_distinct(conte: Conte) -> Part:
    """Score 1 if no two cuts say or show the same, reduced by the share of cuts that repeat one."""
    repeating: dict[int, str] = {}
    for field in ("narration", "caption", "action"):
        for a, b in combinations(conte.cuts, 2):
            if alike(getattr(a, field), getattr(b, field)):
                repeating.setdefault(b.number, f"cut {b.number} has the {field} of cut {a.number}")
    return Part(
        name="distinct",
        value=1 - len(repeating) / len(conte.cuts),
        ok=not repeating,
        reasons=tuple(repeating.values()),
    )


def alike(a: str, b: str) -> bool:
    if not a or not b:
        return False
    here, there = pairs(a), pairs(b)
    if not here or not there:
        return a.casefold() == b.casefold()
    return len(here & there) / len(here | there) >= _SAME


def distinctness(texts: Sequence[str]) -> Distinctness:
    """Return the distinctness of a set of texts.

    Raises:
        ValueError: if there are fewer than two texts, or one is empty.
    """
    tokenised = [tokens(text) for text in texts]
    if len(texts) < 2 or not all(tokenised):
        raise ValueError(f"wanted two texts or more that say something, got {len(texts)}")
    return Distinctness(
        self_bleu=_self_bleu(tokenised),
        distinct_1=_distinct(tokenised, 1),
        distinct_2=_distinct(tokenised, 2),
        distinct_4=_distinct(tokenised, 4),
    )


def _distinct(texts: Sequence[Sequence[str]], order: int) -> float:
    counts = sum((_ngrams(text, order) for text in texts), Counter[Ngram]())
    return len(counts) / counts.total() if counts else 1.0


def _ngrams(text: Sequence[str], order: int) -> Counter[Ngram]:
    return Counter(tuple(text[i : i + order]) for i in range(len(text) - order + 1))


def _self_bleu(texts: Sequence[Sequence[str]]) -> float:
    """Return the mean BLEU of each text against all others, in time linear in the n-grams: the
    clipping count over the others is the largest count of an n-gram, or the second largest for the
    text that has the largest."""
    logs = [0.0] * len(texts)
    for order in range(1, _ORDER + 1):
        counted = [_ngrams(text, order) for text in texts]
        most: dict[Ngram, tuple[int, int, int]] = {}
        for owner, counts in enumerate(counted):
            for ngram, count in counts.items():
                first, whose, second = most.get(ngram, (0, -1, 0))
                if count > first:
                    most[ngram] = (count, owner, first)
                elif count > second:
                    most[ngram] = (first, whose, count)
        for owner, counts in enumerate(counted):
            clipped = 0
            for ngram, count in counts.items():
                first, whose, second = most[ngram]
                clipped += min(count, second if whose == owner else first)
            # Smoothed (Chen and Cherry, 2014, method 1), so that a zero does not make the mean
            # zero.
            logs[owner] += math.log(max(clipped, 0.1) / max(1, counts.total())) / _ORDER
    lengths = sorted(len(text) for text in texts)
    whole = sum(
        math.exp(log) * _brevity(len(text), lengths) for text, log in zip(texts, logs, strict=True)
    )
    return whole / len(texts)


def _brevity(length: int, lengths: list[int]) -> float:
    """Return BLEU's brevity penalty against the other text with the nearest length."""
    others = lengths.copy()
    others.remove(length)
    nearest = min(others, key=lambda other: (abs(other - length), other))
    return 1.0 if length >= nearest else math.exp(1 - nearest / length)
