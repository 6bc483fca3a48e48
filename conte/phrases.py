"""Is a phrase said in a text? Whole words in Latin letters, also spaced out in Hangul."""

import re
import unicodedata

_IN_LATIN = r"[A-Za-z0-9]"
_APART = r"[\s·.*_\-]"
"""What may stand between syllables that someone set apart: 최 고, 최.고."""


def says(text: str, phrase: str) -> bool:
    """True if the text says the phrase, whatever its case and spaces.

    A Latin word counts as a whole one (`ad` is not in "made"). Hangul counts anywhere (최고 in
    "국내최고의"); with its syllables set apart only from the start of a word, so that 가격 is found
    in "가 격" and not in "누군가 격하게". Emoji, ™ and ® are no part of what is said.
    """
    words = _sayable(phrase).split()
    if not words:
        return bool(phrase.strip()) and phrase.strip() in text
    said = _sayable(text)
    together = r"\s*".join(re.escape(word) for word in words)
    if re.search(_bounded(together, words), said):
        return True
    characters = "".join(words)
    if not re.fullmatch(r"(?=.*[가-힣])[가-힣0-9]{2,}", characters):
        return False
    return re.search(r"(?<![가-힣0-9])" + rf"{_APART}*".join(characters), said) is not None


def _bounded(pattern: str, words: list[str]) -> str:
    if re.match(_IN_LATIN, words[0]):
        pattern = rf"(?<!{_IN_LATIN})" + pattern
    if re.match(_IN_LATIN, words[-1][-1]):
        pattern += rf"(?!{_IN_LATIN})"
    return pattern


def _sayable(text: str) -> str:
    folded = unicodedata.normalize("NFC", text).casefold()
    return "".join(c for c in folded if unicodedata.category(c) not in ("So", "Sk", "Mn", "Cf"))
