"""Checks that a rewritten section keeps the format of the old one. Knows no model and no reward.

Code fills prompts in and reads them: a lost placeholder or mark would be an error in service, or
let a brief give orders to the model. A prompt must also stay in its language, and not grow too
much.
"""

import re
from collections import Counter
from string import Template

from conte.vocabulary import Language

MOST_LONGER = 1.6
"""Largest length of a child relative to its parent, because every request repeats the whole
prompt."""
_LEAST_ALLOWED = 400
_MARK = re.compile(r"</?[a-z_]+>")
_DATA = re.compile(r"<([a-z_]+)>\n\$\{?[a-z_]+\}?\n</\1>")
_HEADING = re.compile(r"^(## |---\s*$)", re.MULTILINE)
_HANGUL = re.compile(r"[가-힣]")
_LETTER = re.compile(r"[가-힣A-Za-z]")
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def most_characters(parent: str) -> int:
    return max(int(len(parent) * MOST_LONGER), len(parent) + _LEAST_ALLOWED)


def broken_in(child: str, parent: str, language: Language) -> tuple[str, ...]:
    """Return the rules that the child breaks, described for the reflecting model."""
    if not child.strip():
        return ("it is empty",)
    return (*_placeholders(child, parent), *_marks(child, parent), *_text(child, parent, language))


def placeholders(text: str) -> tuple[str, ...]:
    return tuple(f"${name}" for name in Template(text).get_identifiers())


def marks(text: str) -> tuple[str, ...]:
    return tuple(sorted(set(_MARK.findall(text))))


def _placeholders(child: str, parent: str) -> list[str]:
    if not Template(child).is_valid():
        return ["a $ stands alone: write $$ for the sign itself"]
    had, has = set(placeholders(parent)), set(placeholders(child))
    told = [f"the placeholder {name} is lost" for name in sorted(had - has)]
    return told + [f"there is no value for {name}" for name in sorted(has - had)]


def _marks(child: str, parent: str) -> list[str]:
    had, has = set(marks(parent)), set(marks(child))
    told = [f"the mark {mark} is lost" for mark in sorted(had - has)]
    told += [f"the mark {mark} is new" for mark in sorted(has - had)]
    if _blocks(child) != _blocks(parent):
        told.append("what is filled in as data must stand between its marks, on lines of their own")
    return told


def _blocks(text: str) -> Counter[str]:
    return Counter(found[0] for found in _DATA.finditer(text))


def _text(child: str, parent: str, language: Language) -> list[str]:
    told: list[str] = []
    if _HEADING.search(child):
        told.append("a line begins with `## ` or is `---`: use `### ` for headings")
    if _UNSEEN.search(child):
        told.append("it has characters that cannot be seen")
    if len(child) > (most := most_characters(parent)):
        told.append(f"it has {len(child)} characters, {most} is the most")
    had, has = _hangul(parent), _hangul(child)
    if language == "ko" and has < had / 2:
        told.append("it has to be in Korean")
    if language == "en" and has > had + 0.05:
        told.append("it has to be in English")
    return told


def _hangul(text: str) -> float:
    """Return the share of Hangul among the letters."""
    return len(_HANGUL.findall(text)) / max(1, len(_LETTER.findall(text)))
