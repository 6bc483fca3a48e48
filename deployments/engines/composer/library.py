"""The composer's library, read from the YAML files beside this module. See `notation`."""

from collections.abc import Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BeforeValidator, Field

from conte.frozen import Frozen
from conte.staging import Acting
from conte.timing import MIN_CUTS
from conte.vocabulary import ProductForm, Setting, ShotSize, TimeOfDay
from deployments.engines.composer.notation import (
    Moment,
    MomentSeen,
    Pair,
    Pairs,
    PairText,
    Place,
    Words,
    words,
)

_HERE = Path(__file__).parent
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

MoodName = Literal["warm", "cheerful", "premium", "tense", "plain", "fresh", "tender", "future"]
Role = Literal[
    "need", "strain", "use", "proof", "change", "joy", "heart", "heart_end", "gag", "gag_end",
    "ask", "answer", "interview", "verdict", "meet", "glimpse", "detail", "detail2", "pack",
]  # fmt: skip
Mate = Literal["child", "partner", "friend", "colleague", "parent", "mother", "father"]
_OF_A_STORY = ("need", "strain", "use", "proof", "change", "joy")
_OF_PRODUCT: tuple[Role, ...] = ("meet", "glimpse", "detail", "detail2", "pack")


class Story(Frozen):
    """A story: one situation in one place, a need and its outcome."""

    id: str
    title: Pair
    topic: Pair
    """Noun for the situation, for a world's logline."""
    thought: Pair | None = None
    """Idea of the film in a sentence or two; None: the structure's."""
    turn: Pairs = ()
    """Lines where the product enters, before the structure's own lines."""
    ask: Pairs = ()
    """Question that opens a film of questions; empty: the story cannot open so."""
    mate: Mate | None = None
    """Second person, whom its moments name `$mate`; None: nobody."""
    lead: Literal["female", "male"] | None = None
    """Gender of its first person, where no other makes sense; None: the brief's, or any."""
    audience: Words = ()
    """Audience that the story suits, in the words of a brief; empty: everybody."""
    moods: Words = ()
    """Moods that it suits best."""
    types: Words = ()
    """Product types that the story suits; empty: all of its industry."""
    about: Words = ()
    """Words of which a brief must have one for this story; empty: any brief."""
    at: Place
    when: TimeOfDay
    need: Moment
    strain: Moment
    use: Moment
    proof: Moment
    change: Moment
    joy: Moment

    @cached_property
    def is_in_hand(self) -> bool:
        """Whether somebody holds the product in it."""
        return any(str(one.holds) == "it" for one in self._acting())

    @cached_property
    def is_at_work(self) -> bool:
        """Whether a scene of it is in an office."""
        places = [self.at, *(moment.at for moment in self._moments() if moment.at)]
        return any(place.setting is Setting.OFFICE for place in places)

    @cached_property
    def has_family(self) -> bool:
        """Whether a family sits or stands round somebody."""
        return any(str(one.who) == "family" for one in self._acting())

    def _moments(self) -> tuple[MomentSeen, ...]:
        return (self.need, self.strain, self.use, self.proof, self.change, self.joy)

    def _acting(self) -> Iterator[Acting]:
        for moment in self._moments():
            if moment.staging is not None:
                yield from moment.staging.who


class Scene(Frozen):
    """Two moments with their own title: the emotional story, the joke, the talk."""

    title: Pair
    at: Place
    when: TimeOfDay
    mate: Mate = "friend"
    story: str = ""
    """Id of the story that it belongs to; empty: any."""
    first: Moment
    last: Moment


class World(Frozen):
    """A world: an idea for a film of any product, with its own pictures of the product."""

    id: str
    title: Pair
    logline: Pair
    """Idea in one line."""
    mood: MoodName
    structures: Words
    """Structures that can tell this world's idea, the most suitable first."""
    at: Place
    when: TimeOfDay
    need: Moment
    strain: Moment
    use: Moment
    proof: Moment
    change: Moment
    joy: Moment
    meet: Moment
    glimpse: Moment
    detail: Moment
    detail2: Moment
    pack: Moment

    def story(self, topic: PairText) -> Story:
        """Return its story for a product whose situation is `topic`."""
        moments = {name: getattr(self, name) for name in _OF_A_STORY}
        return Story(
            id=self.id, title=self.title, topic=topic, at=self.at, when=self.when, **moments
        )

    @property
    def kit(self) -> "FormKit":
        """Return the moments in which the product enters, gleams and stands in it."""
        moments = {name: getattr(self, name) for name in ("meet", "glimpse", "detail", "detail2")}
        moments = {name: self._placed(moment) for name, moment in moments.items()}
        return FormKit(pack=(self._placed(self.pack),), **moments)

    def _placed(self, moment: MomentSeen) -> MomentSeen:
        # A form's packshot stands in a studio where it does not say otherwise; a world's does not.
        return moment.model_copy(
            update={"at": moment.at or self.at, "when": moment.when or self.when}
        )


class Testimony(Frozen):
    before: Pairs
    after: Pairs


class Industry(Frozen):
    """An industry: the library's knowledge about one kind of product."""

    id: str
    words: Words
    """Words for it in a brief; "_" stands for a space."""
    form: ProductForm
    noun: Pair
    looks: str
    """Appearance of the product in English, for prompts; $colour is the look's accent."""
    youngest: int = 18
    mood: MoodName = "warm"
    """Mood if the brief gives no tone."""
    wear: Pair | None = None
    music: Pair | None = None
    slogans: Annotated[Pairs, Field(min_length=3)]
    stories: Annotated[tuple[Story, ...], Field(min_length=1)]
    heart: Scene | None = None
    gag: Scene | None = None
    chat: Scene | None = None
    testimony: Testimony | None = None
    kit: "FormKit | None" = None
    """Moments of the product; None: those of its form."""
    avoid: Words = ()
    """Structures that do not suit it."""


class FormKit(Frozen):
    """Moments in which a product of a form enters, gleams and stands."""

    meet: Moment
    glimpse: Moment
    detail: Moment
    detail2: Moment
    pack: tuple[Moment, ...]


class Beat(Frozen):
    """One cut's part in a structure."""

    role: Role
    rank: int
    """Rank: 1 is kept in every length; the highest are dropped first."""
    weight: float = 1.0
    voice: Words = ("moment",)
    """Sources of its narration, best first: moment, turn, ask, desc, point, lines, silent."""
    lines: Pairs = ()
    supers: Pairs = ()
    """Captions for a cut that shows no selling point."""
    point: bool = False
    """True: its caption is one of the brief's selling points."""
    turn: bool = False
    """True: the music changes in this cut."""
    sizes: Annotated[tuple[ShotSize, ...], BeforeValidator(words)] = ()
    as_before: bool = False
    """True: it has the framing of the cut that shows the state before."""


class Structure(Frozen):
    id: str
    name: Pair
    concept: Pair
    title: Literal["story", "heart", "gag", "chat", "product"] = "story"
    titles: Pairs = ()
    moods: dict[MoodName, float] = Field(default_factory=dict)
    """Weights by mood; a mood that is not listed has 1, and 0 excludes it."""
    min_s: float = 5
    needs: Words = ()
    of_things: bool = False
    """True: it shows the product closely, and is left out for products without a body."""
    beats: Annotated[tuple[Beat, ...], Field(min_length=8)]

    @property
    def is_peopled(self) -> bool:
        """Return whether the four cuts that every length keeps show people as well as the
        product."""
        kept = sorted(self.beats, key=lambda beat: beat.rank)[:MIN_CUTS]
        return any(beat.role not in _OF_PRODUCT for beat in kept)


class LookChoice(Frozen):
    palette: Words
    colour: str
    """Accent colour, in English."""


class Looks(Frozen):
    """Korean -> English, for the appearance of characters."""

    nouns: dict[str, str]
    words: dict[str, str]
    """Modifiers of a noun: colours, lengths."""


class Shade(Frozen):
    """A tone that is more specific than its mood, such as 레트로, with its own look and turn."""

    mood: MoodName
    words: Words
    style: Pair
    lighting: Pair
    palette: Words
    colour: str
    """Accent colour, in English."""
    music: Pair
    """Music at the beginning of the film."""
    turn: Pairs = ()
    """Lines where the product enters."""


class MoodKit(Frozen):
    words: Words
    style: Pairs
    lighting: Pairs
    lens: Pairs
    looks: Annotated[tuple[LookChoice, ...], Field(min_length=2)]
    opening: Pairs
    turning: Pairs
    closing: Pairs


def read_yaml(name: str) -> Any:
    with (_HERE / name).open(encoding="utf-8") as file:
        return yaml.load(file, Loader=_LOADER)  # noqa: S506 - a safe loader, either way


@cache
def industries() -> tuple[Industry, ...]:
    """Return all industries; the last one is for known types that none of the others writes for."""
    told, thoughts = _stories(), read_yaml("thoughts.yaml")
    found: list[Industry] = []
    for entry in _entries("industries"):
        stories = [
            story | thoughts.get(f"{entry['id']}.{story['id']}", {})
            for story in (*entry.get("stories", ()), *told.get(entry["id"], ()))
        ]
        found.append(Industry.model_validate(entry | {"stories": stories}))
    return tuple(sorted(found, key=lambda industry: industry.id == "anything"))


def _entries(folder: str) -> list[dict[str, Any]]:
    files = sorted((_HERE / folder).glob("*.yaml"))
    return [entry for file in files for entry in read_yaml(f"{folder}/{file.name}")]


def _stories() -> dict[str, list[dict[str, Any]]]:
    """Return the stories of separate files, by industry."""
    told: dict[str, list[dict[str, Any]]] = {}
    for entry in _entries("stories"):
        for industry in entry.pop("of").split():
            told.setdefault(industry, []).append(entry)
    return told


@cache
def industry_of_type() -> dict[str, str]:
    """Return the industry that writes for each product type by id, or "anything"."""
    return {
        kind: industry
        for industry, kinds in read_yaml("product_types.yaml").items()
        for kind in kinds.split()
        if ":" not in kind
    }


@cache
def industries_of_words() -> dict[str, tuple[tuple[str, str], ...]]:
    """Return, by product type id, pairs of words for some of its products and the industry that
    writes for these.
    """
    found: dict[str, list[tuple[str, str]]] = {}
    for industry, kinds in read_yaml("product_types.yaml").items():
        for kind, _, asked in (entry.partition(":") for entry in kinds.split()):
            found.setdefault(kind, []).extend((w, industry) for w in asked.split(",") if w)
    return {kind: tuple(words) for kind, words in found.items()}


class FormOfType(Frozen):
    """A form of a product type: for all of its products, or only for briefs with one of the
    words."""

    form: ProductForm
    words: tuple[str, ...] = ()


@cache
def forms_of_types() -> dict[str, tuple[FormOfType, ...]]:
    """Return the forms of each product type by id, those with words first."""
    found: dict[str, list[FormOfType]] = {}
    for form, kinds in read_yaml("product_forms.yaml").items():
        for entry in kinds.split():
            kind, _, asked = entry.partition(":")
            one = FormOfType(form=ProductForm(form), words=tuple(asked.split(",")) if asked else ())
            found.setdefault(kind, []).append(one)
    return {kind: tuple(sorted(forms, key=lambda f: not f.words)) for kind, forms in found.items()}


@cache
def structures() -> tuple[Structure, ...]:
    return tuple(Structure.model_validate(entry) for entry in read_yaml("structures.yaml"))


@cache
def metaphor() -> Structure:
    """Return the structure that fits any world and any product, for further directions without
    another one.

    The composer's first choice is among `structures`.
    """
    return Structure.model_validate(read_yaml("metaphor.yaml")[0])


@cache
def worlds() -> tuple[World, ...]:
    return tuple(World.model_validate(entry) for entry in read_yaml("worlds.yaml"))


@cache
def form_kits() -> dict[ProductForm, FormKit]:
    kits: dict[ProductForm, FormKit] = {}
    for entry in read_yaml("forms.yaml"):
        for form in entry.pop("forms").split():
            kits[ProductForm(form)] = FormKit.model_validate(entry)
    return kits


@cache
def moods() -> dict[MoodName, MoodKit]:
    return {name: MoodKit.model_validate(entry) for name, entry in read_yaml("moods.yaml").items()}


@cache
def shades() -> dict[str, Shade]:
    return {name: Shade.model_validate(entry) for name, entry in read_yaml("shades.yaml").items()}


@cache
def looks() -> Looks:
    return Looks.model_validate(read_yaml("looks.yaml"))


@cache
def lexicon() -> dict[str, str]:
    """Return Korean -> English, for things that a brief wants to be seen."""
    return {str(ko): str(en) for ko, en in read_yaml("lexicon.yaml").items()}
