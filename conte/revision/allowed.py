"""Limits what feedback may change: the unlocked fields of the cuts that it cites, and nothing else.

Proposals are not trusted, whether rules or a model made them: operations outside are dropped, and
the proposal's message says so.
"""

import re
from collections.abc import Sequence

from conte.cut import Cut, CutId
from conte.field_words import CUT_FIELDS, field_label
from conte.frozen import Frozen
from conte.korean import with_particle
from conte.revision.applying import apply
from conte.revision.cut_names import named_cuts
from conte.revision.feedback import FeedbackItem, Proposal
from conte.revision.operations import EDITABLE, Edit, Merge, Move, Operation, Remove, Retime, Split
from conte.revision.refusals import NotApplied
from conte.revision.working import Working
from conte.vocabulary import Language

Proposable = Edit | Move | Retime | Remove
PROPOSABLE: tuple[str, ...] = tuple(name for name in EDITABLE if name not in ("legal", "staging"))
"""Fields that a proposal may edit: only a person edits the legal line, and staging is derived from
the words of the picture.
"""
_SWAPS = re.compile(
    r"바꿔|바꾸|바뀌|맞바|교체|교환|\bswap|\bswitch|\bexchang|\btrade|\breverse|\binterchange",
    re.IGNORECASE,
)


class Cited(Frozen):
    cuts: frozenset[CutId]
    """Cuts that may change, and give or take time at their boundaries."""
    moves: frozenset[CutId]
    """Cuts that may change their place."""


def cited(item: FeedbackItem, working: Working) -> Cited:
    """Return the cuts that an item is about: its own, or those its text names, or else all.

    A swap changes the places of two cuts, of which one may be named only in the text.
    """
    cuts = working.conte.cuts
    named = named_cuts(item.text, cuts)
    if item.cut is not None:
        own = frozenset((item.cut,)) & frozenset(cut.id for cut in cuts)
        pair = own | frozenset(named.cuts)
        return Cited(
            cuts=own, moves=pair if _SWAPS.search(item.text) and len(pair) == 2 and own else own
        )
    if named.all or not (named.cuts or named.missing):
        whole = frozenset(cut.id for cut in cuts)
        return Cited(cuts=whole, moves=whole)
    return Cited(cuts=frozenset(named.cuts), moves=frozenset(named.cuts))


def allowed(
    proposals: Sequence[Proposal], items: Sequence[FeedbackItem], working: Working
) -> tuple[Proposal, ...]:
    """Return the proposals without the operations that are outside of their items.

    A proposal that breaks a rule is refused as a whole, with the rule's message. The operations
    that remain apply, in order, to `working`.
    """
    made: list[Proposal] = []
    for proposal, item in zip(proposals, items, strict=True):
        checked, working = _checked(proposal, item, working)
        made.append(checked)
    return tuple(made)


def _checked(proposal: Proposal, item: FeedbackItem, working: Working) -> tuple[Proposal, Working]:
    if proposal.verdict != "understood" or not proposal.operations:
        return proposal.model_copy(update={"operations": ()}), working
    within, language = cited(item, working), working.brief.language
    kept: list[Operation] = []
    dropped: list[str] = []
    state = working
    for op in proposal.operations:
        if why := _outside(op, within, state):
            dropped.append(why)
            continue
        try:
            state = apply(state, op)
        except (NotApplied, ValueError) as error:
            said = error.of(language) if isinstance(error, NotApplied) else str(error)
            told = said if language == "en" else f"바꾸지 않았습니다. {said}."
            return Proposal(verdict="refused", message=told), working
        kept.append(op)
    notes = tuple(dict.fromkeys(dropped))[:4]
    if not kept:
        return Proposal(verdict="refused", message=" ".join(notes)), working
    message = " ".join((proposal.message, *notes))
    return proposal.model_copy(update={"operations": tuple(kept), "message": message}), state


def _outside(op: Operation, within: Cited, working: Working) -> str:
    """Return why an operation may not be proposed; empty if it may."""
    language, cuts = working.brief.language, working.conte.cuts
    places = {cut.id: place for place, cut in enumerate(cuts)}
    match op:
        case Edit() | Move() | Retime() | Remove() | Split() | Merge() if op.cut not in places:
            return _in(language, "없는 컷이라 그대로 두었습니다.", "There is no such cut.")
        case Edit():
            cut = cuts[places[op.cut]]
            if op.cut not in within.cuts:
                return _elsewhere(cut, language)
            if op.field not in PROPOSABLE:
                label = field_label(CUT_FIELDS, op.field[:32], language)
                return _in(
                    language,
                    f"{with_particle(label, '은/는')} 의견으로 바꿀 수 없습니다.",
                    f"{label} cannot be changed by feedback.",
                )
            return _locked(cut, op.field, language)
        case Move():
            cut = cuts[places[op.cut]]
            return "" if op.cut in within.moves else _elsewhere(cut, language)
        case Retime():
            cut = cuts[places[op.cut]]
            if op.cut not in within.cuts:
                return _elsewhere(cut, language)
            other = places.get(op.source)
            if other is None or abs(other - places[op.cut]) != 1:
                return _not_beside(language)
            return _locked(cut, "num_frames", language) or _locked(
                cuts[other], "num_frames", language
            )
        case Split():
            cut = cuts[places[op.cut]]
            if op.cut not in within.cuts:
                return _elsewhere(cut, language)
            return _locked(cut, "num_frames", language)
        case Merge():
            pair = [cuts[places[one]] for one in (op.cut, op.next) if one in places]
            outside = next((cut for cut in pair if cut.id not in within.cuts), None)
            if outside is not None or len(pair) < 2:
                return _elsewhere(outside or pair[0], language)
            bound = next((cut for cut in pair if cut.locked), None)
            return _locked(bound, bound.locked[0], language) if bound else ""
        case Remove():
            cut = cuts[places[op.cut]]
            if op.cut not in within.cuts:
                return _elsewhere(cut, language)
            if cut.locked:
                return _locked(cut, cut.locked[0], language)
            other = places.get(op.taking or "")
            if other is None or abs(other - places[op.cut]) != 1:
                return _not_beside(language)
            return _locked(cuts[other], "num_frames", language)
        case _:
            return _in(
                language,
                f"{with_particle(f'‘{op.op}’', '은/는')} 의견으로 할 수 있는 일이 아닙니다.",
                f"`{op.op}` is nothing that feedback can ask for.",
            )


def _elsewhere(cut: Cut, language: Language) -> str:
    return _in(
        language,
        f"{with_particle(f'컷 {cut.number}', '은/는')} 이 의견의 컷이 아니라 그대로 두었습니다.",
        f"Cut {cut.number} is not what the feedback is about and stays as it is.",
    )


def _locked(cut: Cut, name: str, language: Language) -> str:
    if name not in cut.locked:
        return ""
    label = field_label(CUT_FIELDS, name, language)
    return _in(
        language,
        f"컷 {cut.number}의 {with_particle(label, '은/는')} 잠겨 있어 바꾸지 않았습니다.",
        f"Cut {cut.number}'s {label.lower()} is locked and was not changed.",
    )


def _not_beside(language: Language) -> str:
    return _in(
        language,
        "시간은 바로 옆 컷과만 주고받을 수 있습니다.",
        "Time can only be given to, or taken from, the cut beside it.",
    )


def _in(language: Language, ko: str, en: str) -> str:
    return ko if language == "ko" else en
