"""Words that are said and read in a film of another format.

Words are never shortened: a narration, a dialogue or a caption for which its shorter cut has no
time is left out as a whole, with a finding that says so. Required words, legal notices and texts
locked by a person stay, and the checks report their faults.
"""

from collections.abc import Sequence
from typing import Any

from conte.brief import Brief
from conte.checks.finding import Finding, Severity
from conte.checks.timefit import TIGHT, Rates, reading_s, said_s, wrap_caption
from conte.cut import Cut
from conte.revision.working import Working

VERTICAL_WIDTH = 10.0
"""Caption width, in full-width characters, that fits at full size in a film taller than wide."""
SQUARE_WIDTH = 14.0
"""Caption width for a square film; in a film wider than tall the setting `line_width` applies."""


def words_s(cut: Cut, brief: Brief, rates: Rates) -> float:
    """Return the seconds that the words of a cut take, with pauses."""
    return max(said_s(cut, brief.language, rates) / TIGHT, reading_s(cut.caption, rates))


def fitted(
    before: Cut, cut: Cut, brief: Brief, rates: Rates, *, must: bool
) -> tuple[Cut, tuple[Finding, ...]]:
    """Return the cut without the words for which it no longer has time, and findings on them.

    `before`: the cut at its old length; if it is not shorter now, nothing changes. `must`: its
    caption has to be in the film.
    """
    if cut.num_frames >= before.num_frames:
        return cut, ()
    findings: list[Finding] = []
    lasts = cut.num_frames / brief.fps
    takes = said_s(cut, brief.language, rates)
    if takes > lasts:
        changes = _said_in(cut, lasts, brief, rates)
        cut = cut.model_copy(update=changes)
        findings += [_left_out(cut, name, takes, lasts, brief) for name in changes]
    takes = reading_s(cut.caption, rates)
    if takes > lasts and not must and "caption" not in cut.locked:
        cut = cut.model_copy(update={"caption": ""})
        findings.append(_left_out(cut, "caption", takes, lasts, brief))
    return cut, tuple(findings)


def _said_in(cut: Cut, lasts: float, brief: Brief, rates: Rates) -> dict[str, Any]:
    """Return field -> empty value for the fields to drop: narration before dialogue."""
    options: tuple[dict[str, Any], ...] = (
        {"narration": ""}, {"dialogue": ()}, {"narration": "", "dialogue": ()},
    )  # fmt: skip
    emptied: dict[str, Any] = {}
    for option in options:
        emptied = {
            name: empty
            for name, empty in option.items()
            if name not in cut.locked and getattr(cut, name)
        }
        if emptied and said_s(cut.model_copy(update=emptied), brief.language, rates) <= lasts:
            break
    return emptied


_FIELDS = {
    "narration": ("내레이션", "the narration"),
    "dialogue": ("대사", "the dialogue"),
    "caption": ("자막", "the caption"),
}


def _left_out(cut: Cut, field: str, takes: float, lasts: float, brief: Brief) -> Finding:
    ko, en = _FIELDS[field]
    if brief.language == "ko":
        doing = "읽는" if field == "caption" else "말하는"
        particle = "을" if field in ("narration", "caption") else "를"
        return _finding(
            f"format.{field}", cut.number, field, "warning",
            f"{doing} 데 {takes:.1f}초가 걸리는데 컷은 {lasts:.1f}초여서 {ko}{particle} 뺐습니다",
            f"더 짧은 {ko}{particle} 새로 쓰거나 컷을 늘리세요",
        )  # fmt: skip
    doing = "read" if field == "caption" else "say"
    return _finding(
        f"format.{field}", cut.number, field, "warning",
        f"{en} is left out: it takes {takes:.1f} s to {doing}, the cut lasts {lasts:.1f} s",
        "write a shorter one, or give the cut more time",
    )  # fmt: skip


def wrapped(caption: str, aspect: float, rates: Rates) -> str:
    """Return the caption with line breaks that suit a picture of this ratio of width to height.

    Lines are as short as letters of full size need, unless the caption then has too many lines:
    letters become smaller before words are lost. The caption's own line breaks stay where possible.
    """
    widest = narrowest = rates.line_width
    if aspect <= 1.2:
        narrowest = min(widest, VERTICAL_WIDTH if aspect < 1 else SQUARE_WIDTH)
    steps = int((widest - narrowest) / 0.5)
    widths = [*(narrowest + 0.5 * step for step in range(steps + 1)), widest]
    for text in (caption, " ".join(caption.split())):
        for width in widths:
            lines = wrap_caption(text, rates.model_copy(update={"line_width": width}))
            if len(lines) <= rates.max_lines:
                return "\n".join(lines)
    return caption


def with_legal(cuts: Sequence[Cut], left_out: Sequence[Cut], brief: Brief) -> tuple[
    tuple[Cut, ...], tuple[Finding, ...]
]:  # fmt: skip
    """Return the cuts; the last one also has the legal notices of the cuts that are left out."""
    last = cuts[-1]
    notices = last.legal.split("\n") if last.legal else []
    have = {line for cut in cuts for line in cut.legal.split("\n")}
    for line in (line for cut in left_out for line in cut.legal.split("\n")):
        if line and line not in have:
            notices.append(line)
            have.add(line)
    legal = "\n".join(notices)
    if legal == last.legal:
        return tuple(cuts), ()
    if len(legal) > 400:
        return tuple(cuts), (_too_much_legal(last, brief),)
    return (*cuts[:-1], last.model_copy(update={"legal": legal})), ()


def _too_much_legal(cut: Cut, brief: Brief) -> Finding:
    ko = brief.language == "ko"
    return _finding(
        "format.legal", cut.number, "legal", "error",
        "빠진 컷의 고지 문구를 옮길 자리가 없습니다" if ko
        else "there is no room for the legal notices of the cuts that are left out",
        "고지 문구를 다른 컷에 나누어 넣으세요" if ko else "spread the notices over other cuts",
    )  # fmt: skip


def lost(working: Working, cut: Cut, what: str) -> Finding:
    """Return the finding on a required cut for which the film has no room."""
    ko = working.brief.language == "ko"
    return _finding(
        "format.must", None, "cuts", "error",
        f"꼭 들어가야 할 {cut.number}컷이 빠졌습니다 ({what})" if ko
        else f"cut {cut.number}, which must be in the film, is left out ({what})",
        "길이를 늘리거나 다른 컷에 담으세요" if ko else "make it longer, or show it in another cut",
    )  # fmt: skip


def _finding(
    check: str, cut: int | None, field: str, severity: Severity, message: str, proposal: str
) -> Finding:
    return Finding(
        check=check, cut=cut, field=field, severity=severity, message=message, proposal=proposal
    )
