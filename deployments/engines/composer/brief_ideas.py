"""The brief's ideas -> the cut for each: its scene becomes the action, its quotations the copy.

A scene replaces the library's picture if the composer knows the English for it. Otherwise the
action begins with the idea, the prompt keeps the library's picture, and a remark says so.
"""

import re

from conte.brief import Idea
from conte.checks.timefit import Rates
from conte.conte import Treatment
from conte.ideas import ReadIdea, read_idea, without_quotes
from conte.phrases import says
from conte.vocabulary import Language, ShotSize
from deployments.engines.composer import casting
from deployments.engines.composer.idea_english import InEnglish, in_english
from deployments.engines.composer.idea_lines import PEOPLE, PRODUCT_BY, Lines
from deployments.engines.composer.library import Role
from deployments.engines.composer.notation import MomentSeen, PairText
from deployments.engines.composer.phrasing import fill, pieces, sentence
from deployments.engines.composer.plan import ContePlan, IdeaScene, PlannedCut

_CHILDREN = re.compile(r"아이|딸|아들|소년|소녀|child|daughter|son|boy|girl", re.IGNORECASE)
_OF_PRODUCT = re.compile(r"제품|상품|패키지|\b(?:product|pack(?:age)?)\b", re.IGNORECASE)
_HINTS: tuple[tuple[str, tuple[Role, ...]], ...] = (
    (r"쓰는|사용|바르|마시|먹|입는|신는|타는|꺼내|켜는|\b(?:us(?:es|ing)|drinks?|eats?|wears?)\b",
     ("use",)),
    (r"가까이|클로즈업|확대|질감|\b(?:close-?up|macro|detail)\b", ("proof", "detail", "detail2")),
    (r"웃|미소|기뻐|행복|포옹|껴안|\b(?:smil|laugh|happy|hug)\w*\b",
     ("joy", "change", "heart_end")),
    (r"힘들|지친|불편|짜증|막히|멈추지|미끄러|울|넘어|\b(?:tired|stuck|slips?|cries|fails?)\b",
     ("need", "strain")),
)  # fmt: skip
_SIZES = (ShotSize.MLS, ShotSize.MS, ShotSize.FS)
"""Sizes for a scene whose words name none."""
_TALK: tuple[Role, ...] = ("interview", "verdict", "ask", "answer")


def with_ideas(plan: ContePlan, rates: Rates) -> ContePlan:
    """Return the plan with the brief's ideas placed in its cuts, `must` ideas first.

    `built_on` of its treatment lists the ideas that found a place. Without ideas, returns the plan
    itself.
    """
    if not plan.brief.ideas:
        return plan
    return _Placing(plan, rates).done()


class _Placing:
    def __init__(self, plan: ContePlan, rates: Rates) -> None:
        self._plan = plan
        self._language: Language = plan.language
        self._cuts = list(plan.cuts)
        self._num_scenes = [0] * len(self._cuts)
        self._scenes: list[IdeaScene] = []
        self._built: list[int] = []
        self._references: list[str] = []
        self._remarks: list[str] = []
        people = [p for p in (plan.lead, plan.second, *plan.company) if p is not None]
        self._names = {person.entry.name: person.noun for person in people}
        self._lines = Lines(plan, self._cuts, tuple(self._names), rates)
        self._names[plan.brief.product.name] = f"the {plan.noun}"

    def done(self) -> ContePlan:
        ideas = sorted(enumerate(self._plan.brief.ideas, 1), key=lambda of: of[1].need != "must")
        for number, idea in ideas:
            if self._take(number, idea, read_idea(idea)):
                self._built.append(number)
        cuts = tuple(
            cut.model_copy(update={"num_frames": frames})
            for cut, frames in zip(self._cuts, self._lines.frames, strict=True)
        )
        return self._plan.model_copy(
            update={
                "treatment": self._treatment(),
                "cuts": cuts,
                "given": self._lines.given(),
                "scenes": tuple(self._scenes),
                "remarks": tuple(self._remarks),
            }
        )

    def _treatment(self) -> Treatment:
        treatment, concept = self._plan.treatment, self._plan.treatment.concept
        if self._references:
            said = ", ".join(self._references)
            more = f"참고: {said}" if self._language == "ko" else f"References: {said}"
            # The references are kept whole, whatever the rest is cut to.
            concept = f"{concept[: 1998 - len(more)]} {sentence(more)}"[:2000]
        return treatment.model_copy(
            update={"built_on": tuple(sorted(self._built)), "concept": concept}
        )

    def _take(self, number: int, idea: Idea, read: ReadIdea) -> bool:
        """Place one idea. Return False, with nothing placed, if it does not fit."""
        if any(says(line, p) for line in read.lines for p in self._plan.brief.must_not_say):
            return False
        if read.is_reference:
            if sum(map(len, self._references)) + len(read.scene) > 1200:
                return False
            self._references.append(read.scene)
            self._remark_unseen(number)
            return True
        order = self._order(read)
        at = order[0]
        if read.lines:
            said_at = self._lines.say(read, order)
            if said_at is None:
                return False
            at = said_at
        if read.words:
            self._show(number, read, at)
        return True

    # Which cut

    def _order(self, read: ReadIdea) -> list[int]:
        """Return the indexes of the cuts, the most suitable first."""
        count = len(self._cuts)
        if read.at == "first":
            return list(range(count))
        if read.at == "last":
            return list(reversed(range(count)))
        return sorted(range(count), key=lambda at: -self._suits(at, read))

    def _suits(self, at: int, read: ReadIdea) -> float:
        plan, cut = self._plan, self._cuts[at]
        picture = fill(plan.cuts[at].moment.see.of(self._language), plan.slots())
        place = cut.place.name.of(self._language)
        score = float(len(pieces(read.scene) & pieces(f"{picture} {place}")))
        score -= 4.0 * self._num_scenes[at]
        if read.lines:
            score -= self._lines.burden(at)
        of_product = self._is_of_product(read.scene)
        if at == len(self._cuts) - 1:
            score -= 2.0 if of_product and not read.words else 7.0
        if "product" in cut.shows:
            score += 1.5 if of_product else -1.2
        if cut.beat.role in _TALK:
            score -= 2.5
        for pattern, roles in _HINTS:
            if cut.beat.role in roles and re.search(pattern, read.scene, re.IGNORECASE):
                score += 2.0
        return score - 0.01 * at

    def _is_of_product(self, text: str) -> bool:
        return bool(_OF_PRODUCT.search(text)) or says(text, self._plan.brief.product.name)

    # What is seen

    def _show(self, number: int, read: ReadIdea, at: int) -> None:
        cut = self._cuts[at]
        english = in_english(read, self._names, self._plan.lead.noun)
        self._remark_unknown(number, english)
        slot = f"idea{'abcdefgh'[len(self._scenes)]}"
        prompt = english.prompt
        self._scenes.append(IdeaScene(slot=slot, action=sentence(read.scene), prompt=prompt))
        first = self._num_scenes[at] == 0
        last = at == len(self._cuts) - 1
        replaces = english.is_whole and first and not last
        self._num_scenes[at] += 1
        of_product = self._is_of_product(read.scene)
        if replaces and not of_product and self._is_seen_without(at):
            # The scene says nothing of the product, and the film shows it in time without it.
            cut = cut.model_copy(update={"shows": tuple(e for e in cut.shows if e != "product")})
        seen = _seen(cut, slot, english, replaces, of_product)
        if replaces and self._is_about_another(read, at):
            seen = seen.model_copy(update={"shows": tuple(e for e in seen.shows if e != "lead")})
        self._cuts[at] = seen

    def _is_seen_without(self, at: int) -> bool:
        """Return whether the product would still be shown early enough if this cut did not
        show it."""
        frames = self._lines.frames
        return any(
            "product" in cut.shows and sum(frames[:i]) <= PRODUCT_BY * sum(frames)
            for i, cut in enumerate(self._cuts[:-1])
            if i != at
        )

    def _is_about_another(self, read: ReadIdea, at: int) -> bool:
        """Return whether an idea is about a person other than the lead, while the lead appears in
        another cut."""
        lead, brief = self._plan.lead, self._plan.brief
        elsewhere = any("lead" in cut.shows for i, cut in enumerate(self._cuts) if i != at)
        people = PEOPLE.findall(without_quotes(read.scene))
        if brief.characters or not elsewhere or not people or lead.entry.name in read.scene:
            return False
        return all(_CHILDREN.search(one) or casting.gender_in(one) != lead.gender for one in people)

    def _remark_unknown(self, number: int, english: InEnglish) -> None:
        if not english.unknown:
            return
        words = ", ".join(english.unknown)[:200]
        self._remarks.append(
            f"아이디어 {number}: 규칙 기반 작성기가 영상 프롬프트로 옮기지 못한 말: {words}"
            if self._language == "ko"
            else f"idea {number}: the rule-based writer could not put into the prompt: {words}"
        )

    def _remark_unseen(self, number: int) -> None:
        self._remarks.append(
            f"아이디어 {number}: 콘셉트에만 적었고, 규칙 기반 작성기는 화면에 담지 못합니다"
            if self._language == "ko"
            else f"idea {number}: noted in the concept as a reference; the rule-based writer cannot"
            " carry it into the picture"
        )


def _seen(
    cut: PlannedCut, slot: str, english: InEnglish, replaces: bool, of_product: bool
) -> PlannedCut:
    see = cut.moment.see
    if not replaces:
        # After what other ideas have put there, before the library's own picture.
        return cut.model_copy(update={"moment": cut.moment.model_copy(
            update={"see": PairText(ko=f"${slot} {see.ko}", en=f"${slot} {see.en}")}
        )})  # fmt: skip
    ko, en = f"${slot}", f"${slot}"
    if "product" in cut.shows and not of_product:
        ko, en = f"{ko} $it(이/가) 함께 보인다.", f"{en} Also in view: $it."
    moment = MomentSeen(see=PairText(ko=ko, en=en), sizes=_SIZES)
    update = {"moment": moment, "place": english.place or cut.place}
    return cut.model_copy(update=update | ({"when": english.when} if english.when else {}))
