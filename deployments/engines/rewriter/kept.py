"""Measures how much of its cut a rewritten prompt keeps, from the text alone. Knows no model.

The engine accepts a prompt that keeps everything required; training rewards the rest.
"""

import re
from dataclasses import dataclass

from conte.brief import Brief
from conte.checks.brief_kept import unnamed
from conte.conte import Treatment
from conte.cut import Cut
from conte.manuscript import TEXTS

MOST_CHARACTERS = TEXTS[Cut]["video_prompt"].most("en")
MOST_WORDS = 120
"""Most words of a prompt: the shortest text encoder, CogVideoX's, reads 226 tokens, and the rules
add the look and place.
"""
_MOVES = {
    "static": ("locked", "static", "still", "fixed"),
    "pan": ("pan",),
    "tilt": ("tilt",),
    "dolly": ("dolly", "dollies", "push", "pull", "moves slowly in", "moves slowly back"),
    "track": ("track", "follow"),
    "crane": ("crane",),
    "zoom": ("zoom",),
    "handheld": ("handheld", "hand-held"),
}
_LETTERED = re.compile(
    r"\b(logos?|captions?|subtitles?|letter(s|ing)|labels?|signage|slogans?|text|words? reading)\b",
    re.IGNORECASE,
)
_ENGLISH = re.compile(r"[\x20-\x7e‘’“”–—é]+")
_SMALL = {"the", "and", "with", "for", "from", "her", "his", "its", "their", "that", "who"}
_ENOUGH = 0.5
"""Share of a look's words to keep: "a woman in her thirties in a navy coat" may be paraphrased."""


@dataclass(frozen=True)
class Kept:
    name: str
    value: float
    """Kept share, 0 to 1."""
    refused: bool
    """True: too little is kept, and the prompt is not used."""
    reason: str = ""


def kept(text: str, cut: Cut, treatment: Treatment, brief: Brief) -> tuple[Kept, ...]:
    """Return every measure, in reporting order."""
    words = len(text.split())
    named = brief.product.name.casefold() in text.casefold() or unnamed(text, brief) != text
    lettered = _LETTERED.search(text)
    looks = {
        entry.id: _share(entry.prompt, text)
        for entry in treatment.sheet
        if entry.id in cut.shows
    }  # fmt: skip
    lost = [name for name, share in looks.items() if share < _ENOUGH]
    move, _, way = cut.move.value.partition("_")
    moved = any(word in text.lower() for word in _MOVES[move])
    if move in ("pan", "tilt", "track") and way not in text.lower():
        moved = False
    return (
        _all("length", 0 < len(text) <= MOST_CHARACTERS and words <= MOST_WORDS, True,
             f"has {words} words and {len(text)} characters,"
             f" {MOST_WORDS} and {MOST_CHARACTERS} are the most"),
        _all("english", bool(_ENGLISH.fullmatch(text)), True, "has to be one paragraph of English"),
        _all("names", not named, True,
             "says the product's name or a person's, which a video model would try to letter"),
        _all("letters", lettered is None, True,
             f"asks for what a video model cannot write: {lettered[0] if lettered else ''}"),
        Kept("looks", sum(looks.values()) / len(looks) if looks else 1.0, bool(lost),
             f"has lost the look of {', '.join(lost)}" if lost
             else "says the looks of the sheet in other words"),
        _all("size", cut.size.en.lower() in text.lower(), False,
             f"does not say the shot size: {cut.size.en}"),
        _all("move", moved, False, f"does not say the camera's movement: {cut.move.value}"),
    )  # fmt: skip


def _all(name: str, held: bool, needed: bool, reason: str) -> Kept:
    return Kept(name, float(held), needed and not held, reason)


def _share(look: str, text: str) -> float:
    """Return the share of a look's words that the text contains."""
    wanted = {word for word in _words(look) if len(word) > 2 and word not in _SMALL}
    return len(wanted & set(_words(text))) / len(wanted) if wanted else 1.0


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())
