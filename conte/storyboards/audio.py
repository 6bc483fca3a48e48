"""The audio cell of a sheet -> narration, dialogue, sound effects and music."""

import re
from dataclasses import dataclass, field

from conte.storyboards.headings import HEADINGS, HEARD
from conte.storyboards.sheet import SpokenLine

_LABELS = {
    "narration": (
        r"N\.?\s?A\.?", "나레이션", "내레이션", "나레", r"V\.?\s?O\.?", "Narration", "성우", "멘트",
    ),
    "sound_effect": (r"S\.?\s?E\.?", "SFX", "효과음", "효과", "음향", "Sound effect", "E"),
    "music": (r"B\.?\s?G\.?\s?M\.?", "배경 ?음악", "음악", "Music", "M", "♪", "♬"),
    "dialogue": ("대사", "Dialogue", "Dia"),
    "caption": ("자막", "카피", "슈퍼", "Super", "Caption"),
}  # fmt: skip
_BARE = (
    r"N\.?A\.?", r"S\.?E\.?", "SFX", r"B\.?G\.?M\.?", "대사", "효과음", r"V\.?O\.?",
)  # fmt: skip
"""Labels that count without a colon or other mark after them."""
_MARK = r"\s*(?:\)|\]|>|】|:|：|\.|\s[-–—])\s*"
_ANY = "|".join(rf"(?P<{name}{at}>{word})" for name, words in _LABELS.items()
                for at, word in enumerate(words))  # fmt: skip
_BEGINS = re.compile(
    rf"(?:^|(?<=\s)|(?<=/))(?:[\(\[<【]\s*)?(?:(?:{_ANY}){_MARK}|(?P<bare>{'|'.join(_BARE)})\s+(?=\S))",
    re.IGNORECASE | re.MULTILINE,
)
_SPEAKER = re.compile(
    r"([^\s:：)\]\"“”.,!?][^:：)\]\"“”\n.,!?]{0,23}?)\s*(?:\([^)]{1,20}\)\s*)?[:：\])]\s*(\S.*)",
    re.DOTALL,
)
_QUOTED = re.compile(r"(?:(.{1,40}?)\s*)?[“\"「‘](.+)[”\"」’]\s*", re.DOTALL)
_ENDS = (".", "!", "?", "…", "”", '"', "」", "’", "~")
_QUOTES = ("“”", '""', "「」", "‘’", "''")


@dataclass
class Heard:
    narration: list[str] = field(default_factory=list[str])
    dialogue: list[SpokenLine] = field(default_factory=list[SpokenLine])
    sound_effect: list[str] = field(default_factory=list[str])
    music: list[str] = field(default_factory=list[str])
    caption: list[str] = field(default_factory=list[str])
    unlabelled: bool = False
    """True if words without a label were taken as the narration."""


def heard_in(text: str, *, speakers: bool = True) -> Heard:
    """Parse a cell that holds all audio. Words without a label are narration.

    `speakers`: whether an unlabelled line may be dialogue, such as `여자) 어머!`.
    """
    heard = Heard()
    marks = [one for one in _BEGINS.finditer(text) if _at_start(text, one.start())]
    first = marks[0].start() if marks else len(text)
    _unlabelled(text[:first], heard, speakers)
    for at, mark in enumerate(marks):
        end = marks[at + 1].start() if at + 1 < len(marks) else len(text)
        said = text[mark.end() : end].strip().strip("/").strip()
        if not said:
            continue
        kind = _kind(mark)
        if kind == "dialogue":
            heard.dialogue.extend(spoken_in(said))
        else:
            getattr(heard, kind).append(said)
    return heard


def begins_with_label(text: str) -> bool:
    """Return whether a line begins with an audio label: `NA`, `BGM:`."""
    found = _BEGINS.match(text)
    return found is not None and found.start() == 0


def spoken_in(text: str) -> list[SpokenLine]:
    """Parse a cell of dialogue, one speech per line.

    A line without a speaker continues the line before, unless that ended with a sentence.
    """
    lines: list[SpokenLine] = []
    before = ""
    for line in _whole_quotes(text):
        if (one := _spoken(line)) is not None:
            lines.append(one)
        elif lines and not before.endswith(_ENDS):
            last = lines[-1]
            lines[-1] = SpokenLine(speaker=last.speaker, text=_unquoted(f"{last.text} {line}"))
        else:
            lines.append(SpokenLine(speaker="", text=_unquoted(line)))
        before = line
    return lines


def _whole_quotes(text: str) -> list[str]:
    """Return the lines; lines within one pair of quotation marks are joined."""
    found: list[str] = []
    for line in filter(None, (one.strip() for one in text.split("\n"))):
        if found and found[-1].count("“") > found[-1].count("”"):
            found[-1] = f"{found[-1]} {line}"
        else:
            found.append(line)
    return found


def _spoken(line: str) -> SpokenLine | None:
    if found := _SPEAKER.fullmatch(line):
        return SpokenLine(speaker=found[1].strip(), text=_unquoted(found[2]))
    if found := _QUOTED.fullmatch(line):
        return SpokenLine(speaker=(found[1] or "").strip(" :"), text=found[2].strip())
    return None


def _unquoted(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text[0] + text[-1] in _QUOTES:
        text = text[1:-1].strip()
    return text.strip()


def _unlabelled(text: str, heard: Heard, speakers: bool) -> None:
    for line in filter(None, (one.strip() for one in text.split("\n"))):
        if speakers and _names_somebody(line):
            heard.dialogue.extend(spoken_in(line))
        else:
            heard.narration.append(_unquoted(line))
            heard.unlabelled = True


def _names_somebody(line: str) -> bool:
    if _SPEAKER.fullmatch(line):
        return True
    return line[0] not in '“"‘「' and _QUOTED.fullmatch(line) is not None


def _kind(mark: re.Match[str]) -> str:
    if bare := mark["bare"]:
        letters = re.sub(r"[\s.]", "", bare).casefold()
        return next(name for name in HEARD if letters in HEADINGS[name])
    name = next(name for name, value in mark.groupdict().items() if value and name != "bare")
    return name.rstrip("0123456789")


def _at_start(text: str, at: int) -> bool:
    """Return whether a label may be at this index: at the start of a line, or after a mark or two
    blanks."""
    before = text[:at]
    return not before.strip() or before.endswith(("\n", "/", "  ", "/ ", ". ", "| ", "”", ") "))
