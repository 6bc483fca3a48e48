"""Finds the cut of a finding, and edits the text at the finding's place."""

from collections.abc import Callable

from pydantic_core import to_jsonable_python

from conte.checks.finding import Finding
from conte.cut import Cut, DialogueLine
from conte.revision.mending import Operations
from conte.revision.operations import Edit, EditTreatment
from conte.revision.working import Working
from deployments.engines.feedback.change import Unable, locked

_MAY_BE_EMPTY = ("narration", "caption", "sound_effect", "music")


def cut_of(working: Working, finding: Finding) -> Cut:
    """Return the finding's cut.

    Raises:
        Unable: if it belongs to no cut.
    """
    for cut in working.conte.cuts:
        if cut.number == finding.cut:
            return cut
    raise Unable("컷이 정해지지 않았습니다.", "it is about no cut.")


def rewritten(
    working: Working,
    finding: Finding,
    one: Callable[[str], str],
    speakers: Callable[[str], str] | None = None,
) -> Operations:
    """Return the edit that replaces the finding's text by `one(text)`; () if nothing changes.

    A line of dialogue without words left is removed. A title, an action or a place is never
    emptied.
    """
    if finding.cut is None:
        now: str = getattr(working.conte, finding.field)
        new = one(now)
        if not new or new == now:
            return ()
        return (EditTreatment(field=finding.field, before=now, after=new),)
    cut = cut_of(working, finding)
    if finding.field in cut.locked:
        raise locked(cut, finding.field)
    if finding.field == "dialogue":
        return _spoken(cut, one, speakers)
    now = getattr(cut, finding.field)
    new = one(now)
    if new == now or not (new or finding.field in _MAY_BE_EMPTY):
        return ()
    return (Edit(cut=cut.id, field=finding.field, before=now, after=new),)


def _spoken(
    cut: Cut, one: Callable[[str], str], speakers: Callable[[str], str] | None
) -> Operations:
    lines: list[DialogueLine] = []
    for line in cut.dialogue:
        text = one(line.text)
        speaker = speakers(line.speaker) if speakers else line.speaker
        if text and speaker:
            lines.append(line.model_copy(update={"text": text, "speaker": speaker}))
    before, after = to_jsonable_python(cut.dialogue), to_jsonable_python(lines)
    if before == after:
        return ()
    return (Edit(cut=cut.id, field="dialogue", before=before, after=after),)
