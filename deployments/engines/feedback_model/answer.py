"""A model's answer -> a proposal. Never raises, whatever the answer; keeps only what is allowed."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from conte.bilingual import BilingualText
from conte.cut import Cut, CutId
from conte.korean import with_particle
from conte.loop import looped
from conte.phrases import says
from conte.revision.allowed import Proposable
from conte.revision.applying import apply
from conte.revision.feedback import FeedbackItem, Proposal
from conte.revision.operations import Edit, Move, Remove, Retime
from conte.revision.refusals import NotApplied
from conte.revision.values import as_json
from conte.revision.working import Working
from conte.timing import min_cut_frames
from conte.vocabulary import Angle, CameraMove, ShotSize, TimeOfDay
from deployments.engines.feedback.change import CutChange, called
from deployments.engines.feedback.film import retimed
from deployments.engines.feedback_model.bounds import conforms, operation_schemas, schema_of_cut

_NOT_UNDERSTOOD = BilingualText(
    ko="알아듣지 못했습니다. 무엇을 어떻게 바꿀지 짧게 적어 주세요.",
    en="Not understood. Please say briefly what should change, and how.",
)
_REFUSED = BilingualText(
    ko="할 수 없는 일이라 바꾸지 않았습니다. 잠긴 칸이나 말하지 않기로 한 말이 아닌지 봐 주세요.",
    en="It cannot be done, so nothing was changed. See whether it touches a locked field, or what"
    " must not be said.",
)
_OUTSIDE = BilingualText(
    ko="의견의 범위를 벗어난 제안은 뺐습니다.", en="What lay outside of the feedback was left out."
)
_AS_IT_IS = BilingualText(ko="이미 그렇습니다.", en="It is so already.")
_WINDOW = 20
"""Characters of the instructions in a row that an answer does not repeat by chance."""


def read_answer(text: str, item: FeedbackItem, working: Working, system: str) -> Proposal:
    """Return the proposal of an answer, for `conte.revision.allowed` to check again."""
    language = working.brief.language
    match _parsed(text):
        case {"verdict": "understood", "operations": list(written)}:
            return _proposal(written, item, working, system)
        case {"verdict": "refused"}:
            return Proposal(verdict="refused", message=_REFUSED.of(language))
        case _:
            return not_understood(working)


def not_understood(working: Working) -> Proposal:
    return Proposal(verdict="not_understood", message=_NOT_UNDERSTOOD.of(working.brief.language))


def _proposal(written: list[Any], item: FeedbackItem, working: Working, system: str) -> Proposal:
    language = working.brief.language
    made: list[Proposable] = []
    outside = same = False
    edited: set[tuple[CutId, str]] = set()
    before = working
    within = _Within(item, working)
    for one in written[:_MOST]:
        if not within.holds(one, working) or _unfit(one, working, system):
            outside = True
            continue
        op = _operation(one, working)
        if op is None:
            same = True
            continue
        try:
            working = apply(working, op)
        except (NotApplied, ValueError) as error:
            told = str(error)
            if language == "ko":
                told = f"규칙에 어긋나 바꾸지 않았습니다: {told}"
            return Proposal(verdict="refused", message=told)
        if isinstance(op, Edit):
            edited.add((op.cut, op.field))
        made.append(op)
    in_step = _in_step(before, working, edited)
    made += in_step
    edited |= {(op.cut, op.field) for op in in_step}
    if not made:
        if same and not outside:
            return Proposal(verdict="understood", message=_AS_IT_IS.of(language))
        message = f"{_NOT_UNDERSTOOD.of(language)}"
        if outside:
            message = _OUTSIDE.of(language)
            return Proposal(verdict="refused", message=message)
        return Proposal(verdict="not_understood", message=message)
    message = _message(made, before)
    if outside:
        message += f" {_OUTSIDE.of(language)}"
    return Proposal(verdict="understood", operations=tuple(made), message=message)


_MOST = 16
_CHANGES = {"move": "number", "retime": "num_frames"}


def _parsed(text: str) -> Any:
    # Servers without guidance wrap the JSON in a Markdown fence.
    fenced = re.fullmatch(r"\s*```(?:json)?\s*(\{.*\})\s*```\s*", text, re.DOTALL)
    try:
        return json.loads(fenced[1] if fenced else text)
    except (ValueError, RecursionError):
        return None


class _Within:
    """Checks operations against the schema of an item.

    The schema is rebuilt only when a cut was removed or moved: allowed names depend on that alone.
    """

    def __init__(self, item: FeedbackItem, working: Working) -> None:
        self._cut = schema_of_cut(working)
        self._item, self._order = item, self._order_of(working)
        self._schemas = operation_schemas(working, item, self._cut)

    def holds(self, one: Any, working: Working) -> bool:
        if (order := self._order_of(working)) != self._order:
            self._order, self._schemas = order, operation_schemas(working, self._item, self._cut)
        return any(conforms(one, schema, self._cut["$defs"]) for schema in self._schemas.values())

    @staticmethod
    def _order_of(working: Working) -> list[CutId]:
        return [cut.id for cut in working.conte.cuts]


def _unfit(one: Mapping[str, Any], working: Working, system: str) -> bool:
    """Return whether a text contains a forbidden phrase, loops, or recites the instructions."""
    for text in _texts(one.get("after")):
        if "\ufffd" in text or looped(text) or _recites(text, system):
            return True
        if one["field"] not in ("action", "video_prompt", "place") and any(
            says(text, phrase) for phrase in working.brief.must_not_say
        ):
            return True
    return False


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list | dict):
        parts = value.values() if isinstance(value, dict) else value
        return [text for part in parts for text in _texts(part)]
    return []


def _recites(text: str, system: str) -> bool:
    flat, known = "".join(text.split()), "".join(system.split())
    return any(flat[at : at + _WINDOW] in known for at in range(len(flat) - _WINDOW + 1))


def _operation(one: Mapping[str, Any], working: Working) -> Proposable | None:
    """Convert to an operation; None if it changes nothing, or no neighbour can give the frames."""
    cuts, fps = working.conte.cuts, working.brief.fps
    at = next(place for place, cut in enumerate(cuts) if cut.id == one["cut"])
    cut = cuts[at]
    match one["op"]:
        case "edit":
            before = as_json(getattr(cut, one["field"]))
            if before == one["after"]:
                return None
            return Edit(cut=cut.id, field=one["field"], before=before, after=one["after"])
        case "move":
            place = one["place"] - 1
            if place == at:
                return None
            rest = [other.id for other in cuts if other.id != cut.id]
            return Move(cut=cut.id, after=rest[place - 1] if place else None)
        case "retime":
            frames = round(one["seconds"] * fps)
            other = _neighbour(working, at)
            if frames == cut.num_frames or other is None:
                return None
            return retimed(cut, frames, other)
        case _:
            other = _neighbour(working, at)
            return None if other is None else Remove(cut=cut.id, taking=other.id)


def _neighbour(working: Working, at: int) -> Cut | None:
    """Return the adjacent cut that can give the most frames; None: none can."""
    cuts = working.conte.cuts
    beside = [cuts[i] for i in (at - 1, at + 1) if 0 <= i < len(cuts)]
    free = [cut for cut in beside if "num_frames" not in cut.locked]
    least = min_cut_frames(working.brief.fps)
    return max(free, key=lambda cut: cut.num_frames - least, default=None)


def _in_step(before: Working, after: Working, edited: set[tuple[CutId, str]]) -> list[Edit]:
    """Return edits of video prompts whose cut's camera or light changed without an edit of the
    prompt.
    """
    made: list[Edit] = []
    old = {cut.id: cut for cut in before.conte.cuts}
    for cut in after.conte.cuts:
        was = old[cut.id]
        if (cut.id, "video_prompt") in edited or "video_prompt" in cut.locked:
            continue
        camera, light = _camera(was) != _camera(cut), was.time_of_day != cut.time_of_day
        if not camera and not light:
            continue
        change = CutChange(after, was)
        if camera:
            change.filmed(*_camera(cut))
        if light:
            change.lit(setting=cut.setting, when=TimeOfDay(cut.time_of_day))
        text = change.words.text
        if text != cut.video_prompt:
            made.append(Edit(cut=cut.id, field="video_prompt", before=cut.video_prompt, after=text))
    return made


def _camera(cut: Cut) -> tuple[ShotSize, Angle, CameraMove]:
    return cut.size, cut.angle, cut.move


def _message(operations: Sequence[Proposable], before: Working) -> str:
    """Return the message on the changes, in Sian's own words: a model never addresses a person."""
    ko = before.brief.language == "ko"
    dropped = "컷" if ko else "the cut itself"
    numbers = {cut.id: cut.number for cut in before.conte.cuts}
    fields: dict[CutId, list[str]] = {}
    for op in operations:
        if isinstance(op, Remove):
            said = dropped
        else:
            name = op.field if isinstance(op, Edit) else _CHANGES[op.op]
            said = called(name, before.brief.language)
        if said not in fields.setdefault(op.cut, []):
            fields[op.cut].append(said)
    told: list[str] = []
    for cut, names in fields.items():
        listed = ", ".join(names)
        if dropped in names:
            told.append(f"컷 {numbers[cut]}: 뺍니다." if ko else f"Cut {numbers[cut]}: dropped.")
        elif ko:
            told.append(f"컷 {numbers[cut]}: {with_particle(listed, '을/를')} 바꿉니다.")
        else:
            told.append(f"Cut {numbers[cut]}: changes {listed}.")
    gives = [op for op in operations if isinstance(op, Retime | Remove)]
    for op in gives:
        other = op.source if isinstance(op, Retime) else op.taking
        if other in numbers:
            which = f"컷 {numbers[other]}" if ko else f"Cut {numbers[other]}"
            told.append(
                f"시간은 {with_particle(which, '과/와')} 주고받습니다."
                if ko
                else f"{which} gives or takes the time."
            )
    return " ".join(dict.fromkeys(told))
