"""The texts of a conte that a viewer hears or sees, and the units in which texts are compared."""

import json
import re
import unicodedata
from collections.abc import Iterator

from conte.conte import Conte

_RUN = re.compile(r"[가-힣]+|[a-z0-9]+")


def said_in(conte: Conte) -> Iterator[str]:
    """Yield what is heard and read: title, slogan, narration, dialogue, captions."""
    yield conte.title
    yield conte.slogan
    for cut in conte.cuts:
        yield cut.narration
        yield from (line.text for line in cut.dialogue)
        yield cut.caption


def told_in(conte: Conte) -> Iterator[str]:
    """Yield what is heard, read and seen, without the English prompts of the video model."""
    yield from said_in(conte)
    yield from (cut.action for cut in conte.cuts)


def told_in_manuscript(manuscript: str) -> Iterator[str]:
    """Yield the same texts from a valid manuscript, a hundred times as fast as reading it as a
    conte."""
    written = json.loads(manuscript)
    yield from (written["title"], written["slogan"])
    for cut in written["cuts"]:
        yield from (cut["narration"], *(line["text"] for line in cut["dialogue"]))
        yield from (cut["caption"], cut["action"])


def tokens(text: str) -> list[str]:
    """Split into syllables of Hangul, Latin words and numbers; punctuation and spaces are dropped.

    A Korean word includes its particles and endings (타이어가, 타이어를): compared by words, two
    sentences on one subject would share nothing; by syllables they do, without a dictionary.
    """
    folded = unicodedata.normalize("NFC", text).casefold()
    return [
        token
        for run in _RUN.findall(folded)
        for token in ([run] if run[0].isascii() else list(run))
    ]


def pairs(text: str) -> set[str]:
    """Return pairs of syllables within each Korean word, and Latin words of three letters or
    more."""
    found: set[str] = set()
    for run in _RUN.findall(unicodedata.normalize("NFC", text).casefold()):
        if run[0].isascii():
            found |= {run} if len(run) > 2 or run.isdigit() else set()
        else:
            found |= {run[i : i + 2] for i in range(max(1, len(run) - 1))}
    return found
