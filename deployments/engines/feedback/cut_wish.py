"""A wish for one cut, and the outcome of an act that fulfils it."""

import re
from dataclasses import dataclass

from conte.cut import Cut, CutId
from conte.korean import with_particle
from conte.phrases import says
from conte.revision.operations import Operation
from conte.revision.working import Working
from conte.vocabulary import Language
from deployments.engines.feedback.change import CutChange
from deployments.engines.feedback.matching import Wish

_MUCH = re.compile(
    r"훨씬|많이|아주|매우|확(?=\s|$)|확실히|대폭|엄청|굉장"
    r"|\bmuch\b|\ba lot\b|\bfar\b(?= more)|\bway\b"
    r"|\bvery\b|\bsignificantly|\bconsiderably|\breally\b",
    re.IGNORECASE,
)
_LITTLE = re.compile(
    r"조금|살짝|약간|쪼금|\ba (?:little|bit|touch|tad)\b|\bslightly|\bbit\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class CutWish:
    working: Working
    cut: Cut
    wish: Wish
    named: tuple[CutId, ...] = ()
    """Cuts that the clause names."""
    whole: str = ""
    """Whole text of the feedback item."""
    own: CutId | None = None
    """Cut to which the feedback item is attached."""

    @property
    def language(self) -> Language:
        return self.working.brief.language

    @property
    def text(self) -> str:
        return self.wish.clause.text

    @property
    def cuts(self) -> tuple[Cut, ...]:
        return self.working.conte.cuts

    @property
    def degree(self) -> float:
        """Return how much to change: 2 much, 0.5 a little, 1 if the text does not say."""
        if _LITTLE.search(self.text):
            return 0.5
        return 2 if _MUCH.search(self.text) else 1

    def change(self) -> CutChange:
        return CutChange(self.working, self.cut)


@dataclass(frozen=True)
class Outcome:
    """Result of an act. No operations: the cut is already as wished."""

    operations: tuple[Operation, ...] = ()
    remarks: tuple[str, ...] = ()
    """Sentences for the message, in the brief's language."""
    cuts: tuple[CutId, ...] = ()
    """Cuts that the message is about, if not the cut of the wish."""

    @classmethod
    def of(cls, change: CutChange) -> "Outcome":
        operations = change.operations
        for phrase in change.working.brief.must_show:
            seen = f"{change.cut.action}\n{change.cut.caption}"
            if says(seen, phrase) and not says(f"{change['action']}\n{change['caption']}", phrase):
                change.remark(
                    f"꼭 보이기로 한 {with_particle(f'“{phrase}”', '이/가')} 이 컷에서 빠집니다.",
                    f"“{phrase}”, which must be shown, is no longer in this cut.",
                )
        return cls(operations, tuple(change.remarks))
