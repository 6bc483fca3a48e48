"""Roots: words without their endings, so that 달리는 and 달린다, or runs and running, are equal."""

import re
import unicodedata
from collections.abc import Set

_WORD = re.compile(r"[가-힣]+|[A-Za-z][A-Za-z'’]*|\d+", re.ASCII)
_HANGUL_WORD = re.compile(r"[가-힣]+")
_PARTICLE = re.compile(
    r"(?:으로써|으로서|에서는|에게서|이라고|으로|에서|에게|까지|부터|처럼|보다|라고|이나|이랑|하고|마다"
    r"|이|가|을|를|은|는|의|에|로|과|와|도|만|랑)$"
)
_JAMOS = 5
"""Letters of a Korean word that are compared: its stem, before an ending merges with it."""
_SUFFIX = re.compile(r"(?:ing|ed|es|s|'s|’s)$")


def roots(text: str) -> frozenset[str]:
    """Return the roots of a text's words: Korean in single letters (jamo), others in lower case."""
    return frozenset(_root(word) for word in _WORD.findall(unicodedata.normalize("NFC", text)))


def words_in(wanted: Set[str], text: str) -> frozenset[str]:
    """Return the wanted roots that occur in the text. A Korean word may be part of a compound."""
    there = roots(text)
    syllables = [
        unicodedata.normalize("NFD", word[at:])
        for word in _HANGUL_WORD.findall(unicodedata.normalize("NFC", text))
        for at in range(len(word))
    ]
    return frozenset(
        root
        for root in wanted
        if root in there or (len(root) >= 4 and any(run.startswith(root) for run in syllables))
    )


def words_by_root(text: str) -> dict[str, str]:
    """Return root -> the first word of the text with it, to show to people."""
    found: dict[str, str] = {}
    for word in _WORD.findall(unicodedata.normalize("NFC", text)):
        found.setdefault(_root(word), word)
    return found


def _root(word: str) -> str:
    if not "가" <= word[0] <= "힣":
        lower = word.lower()
        stem = _SUFFIX.sub("", lower) if len(lower) > 4 else lower
        # running, runs: a doubled consonant belongs to the ending.
        return stem[:-1] if len(stem) > 3 and stem[-1] == stem[-2] else stem
    bare = _PARTICLE.sub("", word) if len(word) > 1 else word
    return unicodedata.normalize("NFD", bare or word)[:_JAMOS]
