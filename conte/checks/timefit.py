"""Time fit: whether what is said and read fits into its cut. The rates are settings."""

import math
import re
import unicodedata
from functools import lru_cache

from pydantic import Field

from conte.brief import Brief
from conte.checks.finding import Finding
from conte.conte import Conte
from conte.cut import Cut
from conte.frozen import Frozen
from conte.korean import read_number, syllables
from conte.vocabulary import Language

PAUSE_S = 0.25
"""Length of the pause at a comma or full stop inside a text, in seconds."""
TIGHT = 0.9
"""Share of a cut's time from which speech counts as too tight."""
_JOINER, _AS_EMOJI = "\u200d", "\ufe0f"
_SKIN_TONES = ("\U0001f3fb", "\U0001f3ff")


class Rates(Frozen):
    """Rates at which people speak and read."""

    ko_syllables_per_s: float = Field(default=5.5, gt=0)
    en_words_per_s: float = Field(default=2.5, gt=0)
    read_chars_per_s: float = Field(default=12, gt=0)
    """Full-width caption characters a viewer reads in a second (Netflix, Korean Timed Text)."""
    min_caption_s: float = Field(default=0.8, gt=0)
    line_width: float = Field(default=16, gt=0)
    """Caption width: a full-width character is 1; Latin, digits, spaces and punctuation are 0.5."""
    max_lines: int = Field(default=2, ge=1)


def speaking_s(text: str, language: Language, rates: Rates) -> float:
    """Return the seconds that it takes to say a text, with a pause at each punctuation mark inside
    it."""
    said = text.strip()
    if not said:
        return 0.0
    breaths = len(re.findall(r"[.,!?…。、]+\s", said)) * PAUSE_S
    if language == "ko":
        return syllables(said) / rates.ko_syllables_per_s + breaths
    return _english_words(said) / rates.en_words_per_s + breaths


def _english_words(text: str) -> float:
    words = 0.0
    for token in re.findall(r"\d[\d,]*(?:\.\d+)?|[^\W\d_]+(?:['’-][^\W\d_]+)*", text):
        if token[0].isdigit():
            # A digit is about as long to say in English as in Korean: half a word.
            words += len(read_number(token)) * 0.5 if token.isascii() else 1
        elif any("가" <= character <= "힣" for character in token):
            words += syllables(token) * 0.4
        else:
            words += 1
    return words


def said_s(cut: Cut, language: Language, rates: Rates) -> float:
    """Return the seconds of a cut's narration and dialogue, spoken one after the other."""
    lines = [cut.narration, *(line.text for line in cut.dialogue)]
    return sum(speaking_s(line, language, rates) for line in lines)


def fits_words_budget(seconds: float, language: Language, rates: Rates) -> float:
    """Return how many Korean syllables, or English words, can be said in so many seconds."""
    return seconds * (rates.ko_syllables_per_s if language == "ko" else rates.en_words_per_s)


@lru_cache(maxsize=1024)  # setting a caption in even lines measures the same words many times
def caption_width(line: str) -> float:
    """Return the width of a line: 1 for wide and full-width characters (UAX #11), 0.5 for others.

    Joining marks, skin tones and what a joiner (U+200D) ties to an emoji take no room of their own.
    """
    width, before = 0.0, ""
    for character in unicodedata.normalize("NFC", line):
        joins = unicodedata.category(character) in ("Mn", "Me", "Cf") or before == _JOINER
        if not joins and not _SKIN_TONES[0] <= character <= _SKIN_TONES[1]:
            width += 1.0 if _is_wide(character) else 0.5
        elif character == _AS_EMOJI and before and not _is_wide(before):
            width += 0.5
        before = character
    return width


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def wrap_caption(text: str, rates: Rates) -> tuple[str, ...]:
    """Return the lines of a caption, none wider than `line_width`, as even as the words allow.

    Breaks at spaces (Korean: between eojeol) and at the text's own line ends; inside a word only
    where the word alone is too wide. More lines than `max_lines` may come back: the check says so.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        words = [piece for word in paragraph.split() for piece in _pieces(word, rates.line_width)]
        if words:
            lines += _even_lines(words, rates.line_width)
    return tuple(lines)


def _pieces(word: str, width: float) -> list[str]:
    pieces = [""]
    for character in word:
        joins = unicodedata.category(character) in ("Mn", "Me", "Cf")
        if pieces[-1] and not joins and caption_width(pieces[-1] + character) > width:
            pieces.append("")
        pieces[-1] += character
    return pieces


def _even_lines(words: list[str], width: float) -> list[str]:
    fewest = len(_fill(words, width))
    # The narrowest width that needs no more lines is the most even setting.
    steps = sorted({caption_width(" ".join(words[i:j])) for i in range(len(words))
                    for j in range(i + 1, len(words) + 1)})  # fmt: skip
    for narrower in steps:
        if narrower <= width:
            lines = _fill(words, narrower)
            if len(lines) == fewest and all(caption_width(line) <= narrower for line in lines):
                return lines
    return _fill(words, width)


def _fill(words: list[str], width: float) -> list[str]:
    lines = [words[0]]
    for word in words[1:]:
        joined = f"{lines[-1]} {word}"
        if caption_width(joined) <= width:
            lines[-1] = joined
        else:
            lines.append(word)
    return lines


def reading_s(text: str, rates: Rates) -> float:
    """Return the seconds that a caption must be shown to be read."""
    if not text.strip():
        return 0.0
    return max(rates.min_caption_s, caption_width(text) / rates.read_chars_per_s)


def check_timefit(conte: Conte, brief: Brief, rates: Rates) -> tuple[Finding, ...]:
    """Check narration and dialogue against each cut's length, and captions against width and
    reading time."""
    findings: list[Finding] = []
    for cut in conte.cuts:
        findings += _check_said(cut, brief, rates)
        findings += _check_caption(cut, brief, rates)
    return tuple(findings)


def _check_said(cut: Cut, brief: Brief, rates: Rates) -> list[Finding]:
    lasts, takes = cut.num_frames / brief.fps, said_s(cut, brief.language, rates)
    if takes <= lasts * TIGHT:
        return []
    too_long = takes > lasts
    ko = brief.language == "ko"
    said = " ".join([cut.narration, *(line.text for line in cut.dialogue)])
    if ko:
        now, room = syllables(said), int(syllables(said) * lasts * TIGHT / takes)
        message = f"말하는 데 {takes:.1f}초, 컷은 {lasts:.1f}초입니다"
        proposal = f"{room}음절까지 줄이거나(지금 {now}음절) 컷을"
        proposal += f" {_more_frames(takes, lasts, brief)}프레임 늘리세요"
    else:
        now = len(said.split())
        message = f"takes {takes:.1f} s to say, the cut lasts {lasts:.1f} s"
        proposal = (
            f"cut it to {int(now * lasts * TIGHT / takes)} words (now {now}), or give the cut"
        )
        proposal += f" {_more_frames(takes, lasts, brief)} more frames"
    return [
        Finding(
            check="timefit.said",
            cut=cut.number,
            field="narration" if cut.narration else "dialogue",
            severity="error" if too_long else "warning",
            message=message,
            proposal=proposal,
        )
    ]


def _more_frames(takes: float, lasts: float, brief: Brief) -> int:
    return max(1, math.ceil((takes / TIGHT - lasts) * brief.fps - 1e-6))


def _check_caption(cut: Cut, brief: Brief, rates: Rates) -> list[Finding]:
    if not cut.caption:
        return []
    ko = brief.language == "ko"
    findings: list[Finding] = []
    lines = wrap_caption(cut.caption, rates)
    if len(lines) > rates.max_lines:
        limit = f"{rates.line_width:g} x {rates.max_lines}"
        findings.append(
            Finding(
                check="timefit.caption_size",
                cut=cut.number,
                field="caption",
                severity="error",
                message=f"자막이 {len(lines)}줄입니다 (한 줄 {rates.line_width:g}자)"
                if ko
                else f"the caption takes {len(lines)} lines of {rates.line_width:g}",
                proposal=f"{limit}자 안으로 줄이세요" if ko else f"shorten it to fit {limit}",
            )
        )
    lasts, takes = cut.num_frames / brief.fps, reading_s(cut.caption, rates)
    if takes > lasts:
        room = int(lasts * rates.read_chars_per_s)
        findings.append(
            Finding(
                check="timefit.caption_time",
                cut=cut.number,
                field="caption",
                severity="warning",
                message=f"자막을 읽는 데 {takes:.1f}초, 컷은 {lasts:.1f}초입니다"
                if ko
                else f"takes {takes:.1f} s to read, the cut lasts {lasts:.1f} s",
                proposal=f"{room}자까지 줄이세요" if ko else f"shorten it to a width of {room}",
            )
        )
    return findings
