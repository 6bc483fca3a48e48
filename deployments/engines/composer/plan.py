"""Choices of a story and a structure -> the plan of a conte: people, look, lengths of cuts."""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from conte.brief import Brief
from conte.checks.timefit import Rates, speaking_s, wrap_caption
from conte.conte import ProductEntry, Treatment
from conte.cut import DialogueLine
from conte.frozen import Frozen
from conte.phrases import says
from conte.product_types import ProductTypes
from conte.proportions import BODILESS
from conte.vocabulary import Language, ProductForm, ScreenDirection, TimeOfDay
from deployments.engines.composer import casting, knowledge, mood
from deployments.engines.composer.casting import CastPerson
from deployments.engines.composer.choosing import Chosen, scene_of
from deployments.engines.composer.library import (
    Beat,
    Industry,
    MoodName,
    Scene,
    Shade,
    Story,
    Structure,
    World,
)
from deployments.engines.composer.moments import Interview, moment_of
from deployments.engines.composer.notation import MomentSeen, PairText, PlaceName
from deployments.engines.composer.pacing import frames_of, num_cuts
from deployments.engines.composer.phrasing import (
    fill,
    first_sentence,
    named_by_category,
    slots_of,
    tidy,
)

_TONES: dict[MoodName, PairText] = {
    "warm": PairText(ko="따뜻하고 정겨운", en="warm and homely"),
    "cheerful": PairText(ko="유쾌하고 능청스러운", en="cheerful, tongue in cheek"),
    "premium": PairText(ko="고급스럽고 절제된", en="refined and restrained"),
    "tense": PairText(ko="긴장감 있게 시작해 해방감으로", en="tense, then a release"),
    "plain": PairText(ko="담백하고 솔직한", en="plain and honest"),
    "fresh": PairText(ko="청량하고 생기 있는", en="fresh and lively"),
    "tender": PairText(ko="잔잔하고 뭉클한", en="quiet and moving"),
    "future": PairText(ko="미래적이고 정밀한", en="futuristic and precise"),
}
"""Tones of directions that do not keep the brief's."""
_FOR_TALK = 1.35
"""Factor by which a cut with dialogue of two people is longer."""
_ADMISSIONS = re.compile(
    r"\s*(?:20\d\d\S*)?\s*(?:학년도)?\s*(?:신입생|편입생|수시|정시|입학생)?\s*(?:모집|입시|입학)$"
    r"|\s*(?:20\d\d)?\s*admissions?(?: 20\d\d)?$",
    re.IGNORECASE,
)
_MODEL = PairText(ko="$it의 모형", en="the scale model of $it")
_AS_A_THING = {
    ProductForm.APP: PairText(ko="$it의 화면", en="the screen of $it"),
    ProductForm.SERVICE: PairText(ko="$it의 빛", en="the light of $it"),
    **dict.fromkeys(
        (*BODILESS - {ProductForm.SERVICE}, ProductForm.BUILDING, ProductForm.HOUSE), _MODEL
    ),
}


class PlannedCut(Frozen):
    """A cut before its camera and its words."""

    beat: Beat
    moment: MomentSeen
    place: PlaceName
    when: TimeOfDay
    num_frames: int
    shows: tuple[str, ...]


class Given(Frozen):
    """Texts of a cut that quote the brief's ideas."""

    narration: str = ""
    dialogue: tuple[DialogueLine, ...] = ()
    caption: str = ""


class IdeaScene(Frozen):
    """Scene of an idea, for a slot of a moment."""

    slot: str
    action: str
    prompt: str


class ContePlan(Frozen):
    brief: Brief
    industry: Industry
    story: Story
    structure: Structure
    mood: MoodName
    treatment: Treatment
    lead: CastPerson
    second: CastPerson | None
    company: tuple[CastPerson, ...]
    """Characters of the brief without a part: one cut shows them beside the lead."""
    noun: str
    """English noun of the product, for prompts: "tyre"."""
    direction: ScreenDirection
    music: int
    """Index of the mood's tune."""
    cuts: tuple[PlannedCut, ...]
    given: Mapping[int, Given] = {}
    """Quoted texts of ideas, by the index of their cut."""
    scenes: tuple[IdeaScene, ...] = ()
    """Scenes that moments refer to as `$ideaa`, `$ideab` ..."""
    remarks: tuple[str, ...] = ()
    shade: Shade | None = None
    """Tone that is more specific than the mood; None: the mood alone."""

    @property
    def language(self) -> Language:
        return self.brief.language

    def slots(self) -> dict[str, str]:
        """Slots for texts that are read; spoken texts use `spoken_name`."""
        ko = self.language == "ko"
        he = self.lead.gender == "male"
        second = self.second.entry.name if self.second else ("친구" if ko else "a friend")
        return {
            "it": self._seen_name(),
            "thing": self._thing(self.brief.product.name, self.language),
            "who": self.lead.entry.name,
            "mate": second,
            "topic": self.story.topic.of(self.language),
            "cat": named_by_category(self.brief, self._noun()),
            "noun": self._noun(),
            "he": "he" if he else "she",
            "his": "his" if he else "her",
            "him": "him" if he else "her",
            "himself": "himself" if he else "herself",
            **{scene.slot: scene.action for scene in self.scenes},
        }

    def _seen_name(self) -> str:
        """Return the name as seen: admissions to a university have no gate, the university has."""
        name, product = self.brief.product.name, self.treatment.sheet[-1]
        if isinstance(product, ProductEntry) and product.form is ProductForm.SCHOOL:
            return _ADMISSIONS.sub("", name) or name
        return name

    def _noun(self) -> str:
        product = self.treatment.sheet[-1]
        if isinstance(product, ProductEntry) and knowledge.is_itself(product.form, self.industry):
            return product.form.label(self.language)
        return self.industry.noun.of(self.language)

    def _thing(self, name: str, language: Language) -> str:
        """Words for a product that cannot be placed and lit itself, such as an app."""
        product = self.treatment.sheet[-1]
        shown = _AS_A_THING.get(product.form) if isinstance(product, ProductEntry) else None
        return shown.of(language).replace("$it", name) if shown else name

    def prompt_slots(self) -> dict[str, str]:
        """Return the slots for the English prompt: without names, which a model cannot know."""
        return self.slots() | {
            "it": f"the {self.noun}",
            "thing": self._thing(f"the {self.noun}", "en"),
            "who": self.lead.noun,
            "mate": self.second.noun if self.second else "a friend",
            "topic": self.story.topic.en,
            "cat": f"the {self.noun}",
            "noun": self.noun,
            **{scene.slot: scene.prompt for scene in self.scenes},
        }


@dataclass(frozen=True)
class Way:
    """World and structure of a further direction, which the composer does not choose itself."""

    world: World
    structure: Structure
    without: frozenset[str] = frozenset()
    """Slogans of the other directions, to avoid."""


def make_plan(
    brief: Brief,
    seed: int,
    rates: Rates,
    types: ProductTypes | None = None,
    way: Way | None = None,
) -> ContePlan:
    """Plan a conte. `way`: world and structure of a further direction; None: choose them."""
    begun = Chosen.of(brief, seed, types)
    rng, industry, mood_name = begun.rng, begun.industry, begun.mood
    people, structure = begun.people, begun.structure
    if way is None:
        scene = scene_of(structure, industry)
        story, kit_of_product = begun.story, industry.kit
        shade = mood.shade_of(brief.tone)
    else:
        structure, mood_name, scene = way.structure, way.world.mood, None
        story = way.world.story(begun.story.topic)
        kit_of_product, shade = way.world.kit, None
    lead = (
        people[0]
        if people
        else casting.lead(brief, industry.youngest, industry.wear, rng, story.lead)
    )
    second = None
    mate = scene.mate if scene is not None else story.mate
    if mate is not None:
        second = (
            people[1]
            if people[1:]
            else casting.second(lead, mate, brief.language, rng, casting.child_ages(brief))
        )
    company = people[2 if second else 1 :]
    kit, look_choice = mood.kit(mood_name), rng.randrange(len(mood.kit(mood_name).looks))
    look = mood.look(kit, look_choice, brief.language, rng, shade)
    colour = shade.colour if shade else kit.looks[look_choice].colour
    noun, product = knowledge.product_entry(brief, industry, colour, types)
    interview = Interview.of(product.form, rng)
    beats = _beats(structure, num_cuts(brief), rng, product.form)
    seen = [
        moment_of(beat, story, scene, product.form, interview, seed, kit_of_product)
        for beat in beats
    ]
    shows = _beside(company, [_shows(moment.moment, lead, second) for moment in seen])
    # A cue and its retort stay together: they are given the time.
    beats = tuple(
        beat.model_copy(update={"weight": beat.weight * (_FOR_TALK if m.moment.talk[1:] else 1)})
        for beat, m in zip(beats, seen, strict=True)
    )
    slogan = _slogan(brief, industry, rates, rng, way.without if way else frozenset())
    frames = frames_of(brief, beats, shows, slogan, rates, rng)
    cuts = tuple(
        PlannedCut(
            beat=beat, moment=m.moment, place=m.place, when=m.when, num_frames=n, shows=shown
        )
        for beat, m, n, shown in zip(beats, seen, frames, shows, strict=True)
    )
    on_screen = {entry for cut in cuts for entry in cut.shows}
    cast = [p.entry for p in (lead, second, *company) if p and p.entry.id in on_screen]
    slots = {
        "it": brief.product.name,
        "who": lead.entry.name,
        "topic": story.topic.of(brief.language),
    }
    title = _title(brief, structure, story, scene, slots, rng)
    tone = _TONES[mood_name].of(brief.language) if way else ""
    thought = story.thought if way is None and scene is None else None
    concept = _concept(brief, thought or structure.concept, slots, tone)
    if way is not None:
        title = _named(brief, [way.world.title.of(brief.language)])
        logline = tidy(fill(way.world.logline.of(brief.language), slots))
        concept = f"{logline} {concept}"[:2000]
    treatment = Treatment(
        title=title,
        structure=structure.id,
        concept=concept,
        slogan=slogan,
        look=look,
        sheet=(*cast, product),
    )
    return ContePlan(
        brief=brief,
        industry=industry,
        story=story,
        structure=structure,
        mood=mood_name,
        treatment=treatment,
        lead=lead,
        second=second,
        company=company,
        noun=noun,
        direction=rng.choice((ScreenDirection.LEFT, ScreenDirection.RIGHT)),
        music=rng.randrange(3),
        cuts=cuts,
        shade=shade,
        remarks=_remarks(brief),
    )


def _beats(
    structure: Structure, count: int, rng: random.Random, form: ProductForm
) -> tuple[Beat, ...]:
    # The last beat is the packshot: it stays whatever its rank.
    *body, last = structure.beats

    def rank(at: int) -> float:
        # What has no body does not enter: its story goes on instead.
        late = form is ProductForm.SERVICE and body[at].role == "meet"
        return body[at].rank + rng.random() / 2 + (9 if late else 0)

    kept = sorted(range(len(body)), key=rank)[: count - 1]
    return (*(body[i] for i in sorted(kept)), last)


def _shows(moment: MomentSeen, lead: CastPerson, second: CastPerson | None) -> tuple[str, ...]:
    ids = {"who": lead.entry.id, "it": "product", "thing": "product"}
    if second is not None:
        ids["mate"] = second.entry.id
    seen = {ids[slot] for slot in slots_of(moment.see.ko) if slot in ids}
    seen |= {entry for entry in _staged(moment) if entry in ids.values()}
    return tuple(sorted(seen, key=lambda i: (i == "product", i)))


def _staged(moment: MomentSeen) -> set[str]:
    """Return the cast members who are in the staging although the moment's words do not name
    them."""
    there = {str(one.who) for one in moment.staging.who} if moment.staging else set[str]()
    return {entry for name, entry in (("who", "lead"), ("mate", "second")) if name in there}


def _beside(company: Sequence[CastPerson], shows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Show characters without a part in the lead's last cut."""
    at = max((i for i, shown in enumerate(shows) if "lead" in shown), default=0)
    ids = tuple(person.entry.id for person in company)
    return [(*shown, *ids) if i == at else shown for i, shown in enumerate(shows)]


def _slogan(
    brief: Brief,
    industry: Industry,
    rates: Rates,
    rng: random.Random,
    without: frozenset[str] = frozenset(),
) -> str:
    """Return a permitted slogan that fits on one line above the name."""
    points = (*brief.product.selling_points, "", "")
    said = {"point": points[0], "pointb": points[1]}
    lines = [tidy(fill(pair.of(brief.language), said)) for pair in industry.slogans]
    lines = [line for line in lines if line]
    rng.shuffle(lines)
    lines.sort(key=lambda line: line in without)
    allowed = [s for s in lines if not any(says(s, phrase) for phrase in brief.must_not_say)]
    fits = [s for s in allowed if len(wrap_caption(s, rates)) <= max(1, rates.max_lines - 1)]
    if brief.duration_s < 10:
        fits.sort(key=lambda s: speaking_s(s, brief.language, rates))
    return next(iter((*fits, *allowed)), brief.product.name)


def _title(
    brief: Brief,
    structure: Structure,
    story: Story,
    scene: Scene | None,
    slots: dict[str, str],
    rng: random.Random,
) -> str:
    ko = brief.language == "ko"
    titles = [
        fill(p.of(brief.language), slots)
        for p in rng.sample(structure.titles, len(structure.titles))
    ]
    own = (scene.title if scene else story.title).of(brief.language)
    titles.insert(0 if not structure.titles else len(titles), f"‘{own}’ 편" if ko else own)
    if structure.title == "story" and structure.titles and rng.random() < 0.5:
        titles.reverse()
    return _named(brief, titles)


def _named(brief: Brief, titles: Sequence[str]) -> str:
    """Return the product's name with the first title that may be said."""
    ko = brief.language == "ko"
    for title in titles:
        whole = f"{brief.product.name} {title}" if ko else f"{brief.product.name}: {title}"
        if not any(says(whole, phrase) for phrase in brief.must_not_say):
            return whole[:200]
    return brief.product.name


def _concept(brief: Brief, thought: PairText, slots: dict[str, str], tone: str) -> str:
    """Return the thought of the film and the fact on which it rests, never the brief's form."""
    parts = [tidy(fill(thought.of(brief.language), slots))]
    described = first_sentence(brief.product.description)
    fact = described or next(iter(brief.product.selling_points), "")
    if fact and brief.language == "ko":
        parts.append(f"그 끝에 남는 사실 하나, ‘{fact.rstrip('. ')}’.")
    elif fact:
        parts.append(f"What it comes down to: {fact.rstrip('. ')}.")
    if tone:
        parts.append(f"{tone} 톤으로 푼다." if brief.language == "ko" else f"In tone {tone}.")
    return " ".join(parts)[:2000]


def _remarks(brief: Brief) -> tuple[str, ...]:
    """Return a remark about a tone that is not understood, so that it is not silently replaced."""
    if mood.is_heard(brief.tone):
        return ()
    if brief.language == "ko":
        return (
            f"톤: 규칙 기반 작성기가 ‘{brief.tone}’을 알아듣지 못해 업종의 기본 톤으로 썼습니다."
            " ‘유쾌한’, ‘담백한’, ‘레트로’처럼 적어 주세요",
        )
    return (
        f"tone: the rule-based writer does not know “{brief.tone}” and wrote in the usual tone of"
        " the trade; say it as “cheerful”, “plain” or “retro”",
    )
