"""Two texts -> runs of words kept, removed and added; Korean by 어절, English by words.

An 어절 is the text between two spaces, so 제품을 and 제품이 are different words: a reader sees
words change, not syllables.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal

from conte.frozen import Frozen

Fate = Literal["kept", "removed", "added"]
_LEAST_ALIKE = 0.25
"""Share of kept characters below which two texts are compared as wholes, not by words."""
_MOST_PAIRS = 250_000
"""Most pairs of words that are compared (500 words each): more would take seconds."""
_WORD = re.compile(r"(\S*)(\s*)")


class Run(Frozen):
    """Consecutive words of one fate, with the spaces between and after them."""

    fate: Fate
    text: str


def compare_words(before: str, after: str) -> tuple[Run, ...]:
    """Return the runs in reading order, removed words before those added in their place.

    The kept and removed runs joined are exactly `before`, the kept and added ones `after`.
    """
    words = _words(before), _words(after)
    if len(words[0]) * len(words[1]) > _MOST_PAIRS:
        return _merged((Run(fate="removed", text=before), Run(fate="added", text=after)))
    runs = _merged(_without_scraps(_merged(_compared(*words))))
    alike = sum(len(run.text) for run in runs if run.fate == "kept")
    if alike < _LEAST_ALIKE * max(len(before), len(after)):
        return _merged((Run(fate="removed", text=before), Run(fate="added", text=after)))
    return runs


def shortened(runs: Sequence[Run], words: int = 8) -> tuple[Run, ...]:
    """Return the runs with "…" for all but the `words` words of a kept run nearest to a change.

    A run that would lose three words or fewer is left whole: an ellipsis would not be shorter.
    """
    return tuple(
        run
        if run.fate != "kept"
        else Run(
            fate="kept",
            text=_shortened(run.text, 0 if at == 0 else words, 0 if at == len(runs) - 1 else words),
        )
        for at, run in enumerate(runs)
    )


def _shortened(text: str, first: int, last: int) -> str:
    words = _words(text)
    if len(words) - first - last <= 3:
        return text
    begin = "".join(word + gap for word, gap in words[:first])
    end = "".join(word + gap for word, gap in words[len(words) - last :])
    return f"{begin}… {end}" if end else f"{begin}…"


def _words(text: str) -> list[tuple[str, str]]:
    """Return each word with the space after it."""
    found = [(one.group(1), one.group(2)) for one in _WORD.finditer(text)]
    return [pair for pair in found if pair != ("", "")]


def _compared(before: Sequence[tuple[str, str]], after: Sequence[tuple[str, str]]) -> Iterator[Run]:
    matcher = SequenceMatcher(
        None, [word for word, _ in before], [word for word, _ in after], autojunk=False
    )
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            for (word, was), (_, now) in zip(before[i1:i2], after[j1:j2], strict=True):
                yield Run(fate="kept", text=word)
                if was == now:
                    yield Run(fate="kept", text=was)
                else:
                    yield Run(fate="removed", text=was)
                    yield Run(fate="added", text=now)
        else:
            yield Run(fate="removed", text="".join(word + gap for word, gap in before[i1:i2]))
            yield Run(fate="added", text="".join(word + gap for word, gap in after[j1:j2]))


def _merged(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Merge runs so that between two kept runs there is at most one removed and one added."""
    merged: list[Run] = []
    texts: dict[Fate, str] = {}

    def close() -> None:
        merged.extend(Run(fate=fate, text=texts[fate]) for fate in _FATES if texts.get(fate))
        texts.clear()

    for run in runs:
        if run.text and (run.fate == "kept") != ("kept" in texts):
            close()
        if run.text:
            texts[run.fate] = texts.get(run.fate, "") + run.text
    close()
    return tuple(merged)


_FATES: tuple[Fate, ...] = ("kept", "removed", "added")


def _without_scraps(runs: Sequence[Run]) -> Iterator[Run]:
    """Turn short kept runs within a larger change into parts of the change."""
    for at, run in enumerate(runs):
        around = min(_change_beside(runs, at, -1), _change_beside(runs, at, 1))
        if run.fate == "kept" and around and 4 * len(run.text.strip()) <= around:
            yield Run(fate="removed", text=run.text)
            yield Run(fate="added", text=run.text)
        else:
            yield run


def _change_beside(runs: Sequence[Run], at: int, step: int) -> int:
    """Return the number of words on the longer side of the change before (-1) or after (1) a run;
    0: no change.
    """
    size, at = 0, at + step
    while 0 <= at < len(runs) and runs[at].fate != "kept":
        size, at = max(size, len(runs[at].text)), at + step
    return size
