"""Tests whether a text contains a phrase: Latin words as a whole, Hangul also spaced out."""

import re
import unicodedata
from functools import lru_cache

_IN_LATIN = r"[A-Za-z0-9]"
_APART = r"[\s·.*_\-]"
"""Characters that may separate the syllables of a spaced-out word: 최 고, 최.고."""


def says(text: str, phrase: str) -> bool:
    """Return whether the text contains the phrase, ignoring case and spaces.

    A Latin word must match as a whole (`ad` is not in "made"). Hangul matches anywhere (최고 in
    "국내최고의"); with spaced-out syllables only from the start of a word, so that 가격 is found in
    "가 격" and not in "누군가 격하게". Emoji, ™ and ® are ignored.
    """
    if patterns := _patterns(phrase):
        said = _sayable(text)
        return any(pattern.search(said) for pattern in patterns)
    return bool(phrase.strip()) and phrase.strip() in text


@lru_cache(maxsize=4096)
def _patterns(phrase: str) -> tuple[re.Pattern[str], ...]:
    """Return patterns, any of which matches a text with the phrase; none if it has no words."""
    words = _sayable(phrase).split()
    if not words:
        return ()
    together = re.compile(_bounded(r"\s*".join(re.escape(word) for word in words), words))
    characters = "".join(words)
    if not re.fullmatch(r"(?=.*[가-힣])[가-힣0-9]{2,}", characters):
        return (together,)
    apart = re.compile(r"(?<![가-힣0-9])" + rf"{_APART}*".join(characters))
    return together, apart


def _bounded(pattern: str, words: list[str]) -> str:
    if re.match(_IN_LATIN, words[0]):
        pattern = rf"(?<!{_IN_LATIN})" + pattern
    if re.match(_IN_LATIN, words[-1][-1]):
        pattern += rf"(?!{_IN_LATIN})"
    return pattern


@lru_cache(maxsize=512)  # a film's texts are searched for many phrases, and again at each edit
def _sayable(text: str) -> str:
    folded = unicodedata.normalize("NFC", text).casefold()
    return "".join(c for c in folded if unicodedata.category(c) not in ("So", "Sk", "Mn", "Cf"))
