"""Checks that the conte is built on the brief's ideas, and says for each missing one what is
missing."""

from conte.brief import Brief, Idea
from conte.checks.finding import Finding
from conte.checks.timefit import TIGHT, Rates, reading_s, speaking_s, wrap_caption
from conte.conte import Conte
from conte.ideas import Lack, lacks
from conte.korean import with_particle
from conte.phrases import says

LONGEST_LINE = 200
"""Largest number of characters of a narration or a line of dialogue; equal to the limits of
`conte.cut`."""
_SHOWN = 40


def check_ideas_kept(conte: Conte, brief: Brief, rates: Rates) -> tuple[Finding, ...]:
    """Return an error for a missing `must` idea, and a note for a missing `may` idea."""
    return tuple(
        _finding(number, idea, lack, conte, brief, rates)
        for number, idea in enumerate(brief.ideas, 1)
        for lack in lacks(conte, idea)[:1]
    )


def _finding(
    number: int, idea: Idea, lack: Lack, conte: Conte, brief: Brief, rates: Rates
) -> Finding:
    ko = brief.language == "ko"
    why = _why(lack, conte, brief, rates)
    if lack.line:
        message = (
            f"아이디어 {number}의 “{_short(lack.line)}”라는 말이 그대로 나오지 않습니다: {why}"
            if ko
            else f"idea {number}: “{_short(lack.line)}” is neither said nor read verbatim: {why}"
        )
        proposal = (
            "내레이션이나 대사, 자막에 그대로 넣거나 아이디어를 고치세요"
            if ko
            else "say it in narration or dialogue, or caption it, or change the idea"
        )
    else:
        message = (
            f"아이디어 {number} “{_short(idea.text)}”의 장면이 어느 컷에도 없습니다: {why}"
            if ko
            else f"idea {number}: “{_short(idea.text)}” is in no cut: {why}"
        )
        proposal = "어울리는 컷의 화면 설명에 넣으세요" if ko else "put it into the action of a cut"
    return Finding(
        check="brief.idea",
        cut=None,
        field="narration" if lack.line else "action",
        severity="error" if idea.need == "must" else "note",
        message=message,
        proposal=proposal,
    )


def _why(lack: Lack, conte: Conte, brief: Brief, rates: Rates) -> str:
    ko = brief.language == "ko"
    if not lack.line:
        words = ", ".join(lack.words[:5])
        return f"보이지 않는 말은 {words}" if ko else f"words that are not seen: {words}"
    for phrase in brief.must_not_say:
        if says(lack.line, phrase):
            return (
                f"말하지 않기로 한 {with_particle(f'“{phrase}”', '이/가')} 들어 있습니다"
                if ko
                else f"it has “{phrase}”, which must not be said"
            )
    if len(lack.line) > LONGEST_LINE:
        return (
            f"{len(lack.line)}자인데 한 번에 {LONGEST_LINE}자까지 말할 수 있습니다"
            if ko
            else f"it has {len(lack.line)} characters, and a line up to {LONGEST_LINE}"
        )
    longest_s = max(cut.num_frames for cut in conte.cuts) / brief.fps
    takes_s = speaking_s(lack.line, brief.language, rates)
    readable = (
        reading_s(lack.line, rates) <= longest_s
        and len(wrap_caption(lack.line, rates)) <= rates.max_lines
    )
    if takes_s > longest_s * TIGHT and not readable:
        return (
            f"말하는 데 {takes_s:.1f}초가 걸리는데 가장 긴 컷이 {longest_s:.1f}초입니다"
            if ko
            else f"it takes {takes_s:.1f} s to say, and the longest cut lasts {longest_s:.1f} s"
        )
    return "쓴 사람이 넣지 않았습니다" if ko else "its writer left it out"


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
