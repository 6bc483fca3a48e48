"""Feedback -> proposals by rules: the kinds of `kinds.yaml`, and nothing else. Not a model."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from conte.clip import EngineId
from conte.cut import Cut, CutId
from conte.korean import with_particle
from conte.revision.allowed import allowed
from conte.revision.applying import apply_all
from conte.revision.cut_names import Named, named_cuts
from conte.revision.feedback import FeedbackItem, Proposal, Verdict
from conte.revision.operations import Operation
from conte.revision.refusals import NotApplied
from conte.revision.working import Working
from conte.timing import MAX_CUTS, MIN_CUTS
from conte.vocabulary import Language
from deployments.engines.composer.phrasing import capital
from deployments.engines.feedback.acts import act
from deployments.engines.feedback.change import Unable, Unclear
from deployments.engines.feedback.cut_wish import CutWish, Outcome
from deployments.engines.feedback.matching import Clause, Wish, clauses, on_topic, topic_of, wishes
from deployments.engines.feedback.prompt_words import noun_of
from deployments.engines.feedback.texts import PRICE

_POLITE = re.compile(
    r"(?:\s|[~!.,^ㅎㅋ]|감사(?:합니다|해요|드립니다)?|고맙습니다|고마워요|고생\S*|수고\S*|안녕하세요|네|넵"
    r"|부탁(?:드립니다|드려요|해요|합니다)?|좋아요|좋습니다|좋네요|please|thanks?(?: you)?|hi|hello"
    r"|nice|great|good|love it|looks good)+",
    re.IGNORECASE,
)
_OVERALL = re.compile(r"전체적(?:으로|인)?|전반적(?:으로|인)?|\boverall\b", re.IGNORECASE)
"""Words that may refer to one picture or to the whole film."""
_SAYS_HOW = re.compile(r"[\d\ue000]")
"""Pattern of a number or a quoted text. A kind of change with two different ones is two wishes."""
_NAME_ONLY = re.compile(r"[\s:,.~\-–—()는은의에서만도를을]*")
_SHOWN = 60
"""Largest number of a clause's characters that a message quotes."""


class FeedbackRules:
    """The embedded feedback engine. Deterministic: the same feedback on the same conte proposes the
    same.
    """

    id = EngineId(
        name="feedback",
        revision="1",
        label="feedback rules (a table of requests, not a language model)",
    )

    def prompt_version(self, language: Language) -> None:
        return None

    async def propose(
        self, working: Working, items: Sequence[FeedbackItem]
    ) -> tuple[Proposal, ...]:
        """Return a proposal for each item, made for the conte as earlier proposals leave it."""
        made: list[Proposal] = []
        for item in items:
            (proposal,) = allowed([_Answer(working, item).proposal()], [item], working)
            working = apply_all(working, proposal.operations)
            made.append(proposal)
        return tuple(made)


@dataclass
class _Answer:
    """The answer to one item, built clause by clause."""

    working: Working
    item: FeedbackItem
    operations: list[Operation] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)
    granted: set[tuple[str, tuple[CutId, ...]]] = field(
        default_factory=set[tuple[str, tuple[CutId, ...]]]
    )
    """Kinds of change that were asked for, with their cuts."""
    numbers: dict[CutId, int] = field(default_factory=dict)
    """Cut -> its number as the person saw it."""

    def __post_init__(self) -> None:
        self.numbers = {cut.id: cut.number for cut in self.working.conte.cuts}

    @property
    def language(self) -> Language:
        return self.working.brief.language

    def proposal(self) -> Proposal:
        own = self.item.cut
        if own is not None and own not in self.numbers:
            return Proposal(
                verdict="refused",
                message=self._in("그런 컷이 없습니다.", "there is no such cut."),
            )
        before: tuple[CutId, ...] = ()
        topic = ""
        for clause in clauses(self.item.text):
            named = named_cuts(clause.text, self.working.conte.cuts)
            if named.missing:
                self._missing(named)
                continue
            before = named.cuts or before
            own_topic = topic_of(clause, names_of(self.working))
            topic = topic if own_topic is None and not named.cuts else own_topic or ""
            self._answer(clause, named, before, topic if own_topic is None else "")
        verdict: Verdict = "understood" if self.done else "not_understood"
        if self.refused and not self.done:
            verdict = "refused"
        said = list(dict.fromkeys((*self.done, *self.refused, *self.unclear)))
        if not said:
            said = [_what_can_be_asked(self.language)]
        operations = tuple(self.operations) if verdict == "understood" else ()
        return Proposal(
            verdict=verdict, operations=operations, message=" ".join(map(capital, said[:12]))
        )

    def _answer(self, clause: Clause, named: Named, before: tuple[CutId, ...], topic: str) -> None:
        """Fulfil the wishes of one clause.

        `topic`: topic of the clause before, if this one continues it; empty: none.
        """
        names = names_of(self.working)
        found = wishes(clause, names, named.spans)
        vague = ("length", "mood") if topic == "music" else ("length",)
        if topic and all(wish.kind.group in vague for wish in found):
            # "The caption is too long, cut it down" does not ask for a shorter cut.
            about = wishes(on_topic(clause, topic), names, ())
            if any(wish.kind.group not in vague for wish in about):
                found = about
        if len(found) > 1 and not named.cuts:  # "swap the rain for snow" swaps no cuts
            found = tuple(wish for wish in found if wish.kind.kind != "swap")
        if not found:
            self._unread(clause, named)
        for wish in found:
            try:
                self._grant(wish, named, before)
            except Unclear as why:
                self.unclear.append(why.of(self.language))
            except Unable as why:
                self.refused.append(why.of(self.language))

    def _grant(self, wish: Wish, named: Named, before: tuple[CutId, ...]) -> None:
        """Fulfil a wish for each cut that it refers to.

        Raises:
            Unable: if it cannot be fulfilled for any.
        """
        targets = self._targets(wish, named, before)
        once = (wish.kind.kind, targets)
        if once in self.granted and not _SAYS_HOW.search(wish.clause.text):
            return  # "it is too long, make it shorter" is one wish
        self.granted.add(once)
        made: list[tuple[Cut, Outcome]] = []
        unable: Unable | None = None
        for target in targets:
            cut = next((one for one in self.working.conte.cuts if one.id == target), None)
            if cut is None:
                continue
            asked = CutWish(
                self.working, cut, wish, named.cuts or before, self.item.text, self.item.cut
            )
            try:
                outcome = act(asked)
                self.working = apply_all(self.working, outcome.operations)
            except Unable as why:
                unable = why
                continue
            except NotApplied as why:
                unable = Unable(f"규칙에 어긋나 바꾸지 않았습니다: {why}", str(why))
                continue
            self.operations += outcome.operations
            made.append((cut, outcome))
        if unable is not None and (len(targets) == 1 or not made):
            raise unable
        self._tell(wish, made)

    def _targets(self, wish: Wish, named: Named, before: tuple[CutId, ...]) -> tuple[CutId, ...]:
        own, kind = self.item.cut, wish.kind
        cuts = self.working.conte.cuts
        if own is not None:
            others = [self.numbers[cut] for cut in named.cuts if cut != own]
            all_cuts = named_cuts(_OVERALL.sub(" ", wish.clause.text), cuts).all
            if all_cuts or (others and own not in named.cuts and not _relative(wish)):
                raise Unable(
                    f"이 의견은 컷 {self.numbers[own]}에 달려 있어 다른 컷은 바꾸지 않았습니다.",
                    f"the feedback is on cut {self.numbers[own]}: other cuts stay as they are.",
                )
            if others and not _relative(wish):
                which = ", ".join(map(str, others))
                self.refused.append(
                    self._in(
                        f"컷 {which}에는 의견이 달려 있지 않아 그대로 두었습니다.",
                        f"Cut {which} stays: the feedback is on cut {self.numbers[own]}.",
                    )
                )
            elif named.all:
                self.refused.append(
                    self._in(
                        f"컷 {self.numbers[own]}에 달린 의견이라 다른 컷은 그대로 두었습니다.",
                        f"Other cuts stay: the feedback is on cut {self.numbers[own]}.",
                    )
                )
            return (own,)
        if kind.alone == "film":
            return (before or (cuts[0].id,))[:1]
        if named.all:
            if kind.group in ("length", "order"):
                raise Unable(
                    "영상 전체의 길이와 순서는 그대로입니다. 바꿀 컷을 적어 주세요.",
                    "the film's length and order stay; say which cut.",
                )
            return tuple(cut.id for cut in cuts)
        if before:
            return before
        match kind.alone:
            case "all":
                return tuple(cut.id for cut in cuts)
            case "last":
                return (cuts[-1].id,)
            case _:
                raise Unclear(
                    "어느 컷인지 함께 적어 주세요. 예: 3컷, 마지막 컷.",
                    "say which cut, such as cut 3 or the last cut.",
                )

    def _tell(self, wish: Wish, made: Sequence[tuple[Cut, Outcome]]) -> None:
        changed = [(cut, outcome) for cut, outcome in made if outcome.operations]
        told = changed or made
        ids = [i for cut, outcome in told for i in (outcome.cuts or (cut.id,))]
        which = self._which([self.numbers[i] for i in dict.fromkeys(ids) if i in self.numbers])
        does = wish.kind.does.of(self.language)
        if changed:
            self.done.append(f"{which}: {does}.")
        else:
            self.done.append(self._in(f"{which}: 이미 그렇습니다.", f"{which}: it is so already."))
        for _, outcome in told:
            self.done += outcome.remarks

    def _which(self, numbers: Sequence[int]) -> str:
        if len(numbers) > 1 and len(numbers) == len(self.numbers):
            return self._in("모든 컷", "All cuts")
        listed = ", ".join(map(str, numbers))
        return self._in(f"컷 {listed}", f"Cut{'s' if len(numbers) > 1 else ''} {listed}")

    def _missing(self, named: Named) -> None:
        which, count = ", ".join(map(str, named.missing)), len(self.numbers)
        self.refused.append(
            self._in(
                f"{with_particle(f'컷 {which}', '은/는')} 없습니다. 지금 {count}컷입니다.",
                f"There is no cut {which}; there are {count}.",
            )
        )

    def _unread(self, clause: Clause, named: Named) -> None:
        rest = clause.text
        for start, end in reversed(named.spans):
            rest = rest[:start] + rest[end:]
        if _NAME_ONLY.fullmatch(rest) or _POLITE.fullmatch(clause.text) or PRICE.fullmatch(rest):
            return
        if clause.kept:
            self.done.append(
                self._in(
                    "하지 말라고 하신 것은 그대로 두었습니다.", "What is not to be done was not."
                )
            )
            return
        shown = "".join(c for c in clause.text.replace("\ue000", "“…”") if c.isprintable())
        shown = shown[:_SHOWN] + ("…" if len(shown) > _SHOWN else "")
        self.unclear.append(
            self._in(f"알아듣지 못한 말: “{shown}”.", f"Not understood: “{shown}”.")
        )

    def _in(self, ko: str, en: str) -> str:
        return ko if self.language == "ko" else en


def names_of(working: Working) -> tuple[str, ...]:
    """Return the words for the product: its name, its form, its noun in prompts."""
    prompts = [cut.video_prompt for cut in working.conte.cuts]
    names = [working.brief.product.name]
    for entry in working.conte.sheet:
        if entry.kind == "product":
            noun = noun_of(entry, prompts).removeprefix("the ")
            names += [entry.name, entry.form.ko, entry.form.en, noun]
    return tuple(dict.fromkeys(names))


def _relative(wish: Wish) -> bool:
    """Return whether the wish names other cuts as the target of a move."""
    return wish.kind.kind in ("swap", "beside", "merge", "to_front", "to_end")


def _what_can_be_asked(language: Language) -> str:
    if language == "ko":
        return (
            f"바꿀 것을 적어 주세요. 예: 3컷 제품을 더 크게, 마지막 컷을 밤으로. 콘티는 {MIN_CUTS}~"
            f"{MAX_CUTS}컷입니다."
        )
    return (
        "Say what should change, such as: cut 3, make the product bigger; the last cut at night."
        f" A conte has {MIN_CUTS} to {MAX_CUTS} cuts."
    )
