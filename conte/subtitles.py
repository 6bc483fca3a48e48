"""Subtitles: the words of a cut, in cards of at most two lines, timed within the cut.

The film burns them in and the subtitle files list them: both use these cards.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from conte.brief import Brief
from conte.checks.timefit import Rates, caption_width, reading_s, speaking_s, wrap_caption
from conte.conte import Conte
from conte.cut import Cut
from conte.timing import share_frames

LINGER_S = 1.5
"""Longest time, in seconds, that a card stays after the time needed to say and to read it."""
GAP_S = 0.5
"""Shortest gap, in seconds, between the last card and the end of its cut: a shorter one would
flicker, so the card fills it.
"""
SHORTEST = 0.4
"""Least width of the shorter of two lines that break at a comma, as a share of the longer."""
_SENTENCE = re.compile(r"(?<=[.!?…。])\s+")
_NO_LETTER = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Subtitle:
    """One subtitle card."""

    lines: tuple[str, ...]
    start: int
    """First frame, counted within its cut."""
    num_frames: int
    voice: int = 0
    """0: the narrator; from 1: the speakers in the order in which the film introduces them."""
    speaker: str = ""
    """Name of the speaker; empty: the narrator."""


@dataclass(frozen=True)
class _Said:
    lines: tuple[str, ...]
    voice: int
    speaker: str

    @property
    def text(self) -> str:
        return " ".join(self.lines)


def subtitles_of(
    conte: Conte, brief: Brief, rates: Rates, *, captioned: bool
) -> tuple[tuple[Subtitle, ...], ...]:
    """Return the cards of each cut. `captioned`: captions are shown too; words that a caption shows
    are then left out.

    `captioned`: captions are shown too, so words that a caption already shows are left out.
    """
    voices = _voices(conte.cuts)
    return tuple(
        _timed(list(_cards(cut, voices, rates, captioned)), cut, brief, rates) for cut in conte.cuts
    )


def _voices(cuts: Sequence[Cut]) -> dict[str, int]:
    names = dict.fromkeys(line.speaker.casefold() for cut in cuts for line in cut.dialogue)
    return {name: voice for voice, name in enumerate(names, 1)}


def _cards(cut: Cut, voices: dict[str, int], rates: Rates, captioned: bool) -> Iterator[_Said]:
    """Yield the cards: narration first, then dialogue, in the order of speech."""
    shown = _words(cut.caption) if captioned else []
    spoken = [(cut.narration, 0, "")]
    spoken += [(line.text, voices[line.speaker.casefold()], line.speaker) for line in cut.dialogue]
    for text, voice, speaker in spoken:
        words = _words(text)
        if not words or words == shown or (len(words) > 1 and _in_order(words, shown)):
            continue
        for lines in _parts(text, rates):
            yield _Said(lines, voice, speaker)


def _words(text: str) -> list[str]:
    return [word for part in text.split() if (word := _NO_LETTER.sub("", part).casefold())]


def _in_order(words: Sequence[str], shown: Sequence[str]) -> bool:
    """Return whether all words are shown in this order, with any words between them."""
    left = iter(shown)
    return all(word in left for word in words)


def _parts(text: str, rates: Rates) -> list[tuple[str, ...]]:
    """Split a text into cards: at the ends of sentences, within a sentence only if it is too long.

    Two sentences share a card if they fit into one line, or each into a line.
    """
    parts: list[tuple[str, ...]] = []
    for sentence in _SENTENCE.split(text.strip()):
        lines = _lines(sentence, rates)
        if parts and len(parts[-1]) == len(lines) == 1:
            both = f"{parts[-1][0]} {lines[0]}"
            if caption_width(both) <= rates.line_width:
                parts[-1] = (both,)
                continue
            if rates.max_lines > 1:
                parts[-1] = (*parts[-1], *lines)
                continue
        parts += [lines[at : at + rates.max_lines] for at in range(0, len(lines), rates.max_lines)]
    return parts


def _lines(sentence: str, rates: Rates) -> tuple[str, ...]:
    """Break a sentence into even lines; into two at a comma, if both are wide enough."""
    lines = wrap_caption(sentence, rates)
    if len(lines) != 2:
        return lines
    at_commas = [
        (sentence[: mark.start()].rstrip(), sentence[mark.end() :].lstrip())
        for mark in re.finditer(r"(?<=[,，、])\s+", sentence)
    ]
    even = [
        (max(widths) - min(widths), halves)
        for halves in at_commas
        if max(widths := [caption_width(half) for half in halves]) <= rates.line_width
        and min(widths) >= SHORTEST * max(widths)
    ]
    return min(even)[1] if even else lines


def _timed(said: list[_Said], cut: Cut, brief: Brief, rates: Rates) -> tuple[Subtitle, ...]:
    # A cut of a few frames with pages of text: cards that do not fit are not shown.
    said = said[: cut.num_frames]
    if not said:
        return ()
    needs = [
        max(speaking_s(one.text, brief.language, rates), reading_s(one.text, rates), 1 / brief.fps)
        for one in said
    ]
    lengths = list(share_frames(cut.num_frames, needs, 1))
    longest = [round((need + LINGER_S) * brief.fps) for need in needs]
    lengths = [min(length, most) for length, most in zip(lengths, longest, strict=True)]
    left = cut.num_frames - sum(lengths)
    if left < GAP_S * brief.fps:
        lengths[-1] += left
    cards: list[Subtitle] = []
    at = 0
    for one, length in zip(said, lengths, strict=True):
        cards.append(Subtitle(one.lines, at, length, one.voice, one.speaker))
        at += length
    return tuple(cards)
