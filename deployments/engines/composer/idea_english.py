"""An idea's scene -> English for the prompt, and its place and time, as far as words are known."""

import re
from functools import cache

from pydantic import BaseModel

from conte.checks.brief_kept import drawn_text
from conte.frozen import Frozen
from conte.ideas import ReadIdea, without_quotes
from conte.vocabulary import TimeOfDay
from conte.word_roots import words_by_root
from deployments.engines.composer.library import lexicon, looks, read_yaml
from deployments.engines.composer.notation import Place, PlaceName
from deployments.engines.composer.phrasing import PARTICLES, capital, is_latin, sentence

_SUBJECT = re.compile(r"(?:이|가|은|는|들이|들은)$")
_AT = re.compile(r"(?:에서|에|으로|로|앞|안|위|옆|밖|속)+(?:에서|에|으로|로)?$")
_BEFORE = re.compile(r"(?:앞|안|위|옆|밖|속|사이)(?:에서|에|으로|로)?")
"""Particles that mark the noun before them as a place."""
_OF_A_NOUN = re.compile(r"(?:는|은|운|인|[난린신킨친긴진쓴든선한간본])$")
"""Endings of a verb that describes the noun after it."""
_OPENS = re.compile(
    r"^(?:(?:it|the film|we)\s+)?(?:open|start|begin|end|close)s?\s+(?:on|with|in|at)\s+",
    re.IGNORECASE,
)
_ENOUGH = 0.6
"""Share of an idea's words that must be translatable for the English to replace it."""


class SceneWords(BaseModel):
    """Content of `scenes.yaml`."""

    places: dict[str, Place]
    times: dict[TimeOfDay, str]
    nouns: dict[str, str]
    adjectives: dict[str, str]
    verbs: dict[str, str]


class InEnglish(Frozen):
    """English for an idea's scene."""

    prompt: str = ""
    """Sentences for the prompt; empty: no word is known, or it may not be said."""
    is_whole: bool = False
    """True: the prompt replaces the scene. False: the library's own picture is kept."""
    unknown: tuple[str, ...] = ()
    """Words that are not in the prompt."""
    place: PlaceName | None = None
    when: TimeOfDay | None = None


@cache
def scene_words() -> SceneWords:
    return SceneWords.model_validate(read_yaml("scenes.yaml"))


def in_english(read: ReadIdea, names: dict[str, str], lead: str) -> InEnglish:
    """Translate a scene. `names`: names of product and people -> their nouns in prompts; `lead`:
    who acts if the idea does not say.
    """
    text = without_quotes(read.scene).strip(" .,:;!?")
    place, when = _place(text), _when(text)
    bare = text
    for name, noun in names.items():
        bare = re.sub(rf"(?<!\w){re.escape(name)}(?=\W|$|[가-힣])", noun, bare)
    if is_latin(text):
        said = sentence(capital(_OPENS.sub("", bare))) if bare else ""
        if not is_latin(bare) or drawn_text(bare):
            return InEnglish(unknown=(text,), place=place, when=when)
        return InEnglish(prompt=said, is_whole=bool(bare), place=place, when=when)
    return _from_korean(read, names, lead, place, when)


def _from_korean(
    read: ReadIdea,
    names: dict[str, str],
    lead: str,
    place: PlaceName | None,
    when: TimeOfDay | None,
) -> InEnglish:
    words = scene_words()
    text = without_quotes(read.scene)
    asked = {word for root, word in words_by_root(text).items() if root in read.words}
    known, unknown = 0, list[str]()
    said, before = _Said(lead), list[str]()
    for eojeol in re.findall(r"[가-힣A-Za-z0-9]+", text):
        if eojeol not in asked:
            continue
        bare = PARTICLES.sub("", eojeol) if len(eojeol) > 1 else eojeol
        if noun := _noun(eojeol, bare, names):
            said.noun(" ".join((*before, noun)), eojeol)
            before = []
        elif (word := words.adjectives.get(eojeol)) is not None or (
            word := looks().words.get(eojeol)
        ) is not None:
            before += [word] if word else []
        elif act := _verb(eojeol):
            if not _OF_A_NOUN.search(eojeol):
                said.act(act)
            elif not said.of_last(act):
                before.append(act)
        elif _BEFORE.fullmatch(eojeol) or bare in words.places or _is_time(eojeol):
            pass
        else:
            unknown.append(eojeol)
            continue
        known += 1
    seen = said.seen()
    prompt = f"In clear view: {', '.join(seen)}." if seen else ""
    if drawn_text(prompt):
        prompt = ""
    whole = bool(prompt) and known >= _ENOUGH * (known + len(unknown))
    return InEnglish(prompt=prompt, is_whole=whole, unknown=tuple(unknown), place=place, when=when)


class _Said:
    """Collects nouns and their actions: in a Korean sentence the verbs follow."""

    def __init__(self, lead: str) -> None:
        self._lead = lead
        self._nouns: list[str] = []
        self._subject = self._object = -1
        self._bare = False

    def noun(self, noun: str, eojeol: str) -> None:
        self._nouns.append(_in_order(noun))
        at = len(self._nouns) - 1
        self._bare = not PARTICLES.search(eojeol)
        if _SUBJECT.search(eojeol) and not self._bare and self._subject < 0:
            self._subject = at
        self._object = at if eojeol.endswith(("을", "를")) else -1

    def act(self, act: str) -> None:
        if self._subject < 0:
            self._nouns.insert(0, self._lead)
            self._subject = 0
            self._object += self._object >= 0
        done = ""
        if self._object >= 0 and self._object != self._subject:
            done = f" {self._nouns[self._object]}"
            self._nouns[self._object] = ""
            self._object = -1
        at = self._nouns[self._subject]
        self._nouns[self._subject] = f"{at} {'and ' if 'ing' in at else ''}{act}{done}"

    def of_last(self, act: str) -> bool:
        """Attach an act to the last noun, as in 비 오는: rain falling. False if its noun follows,
        as in 달리는 강아지.
        """
        if not self._nouns or not (self._bare or self._subject == len(self._nouns) - 1):
            return False
        self._nouns[-1] += f" {act}"
        return True

    def seen(self) -> list[str]:
        return [noun for noun in dict.fromkeys(self._nouns) if noun]


def _noun(eojeol: str, bare: str, names: dict[str, str]) -> str:
    for name, noun in names.items():
        if eojeol.startswith(name):
            return noun
    for known in (scene_words().nouns, lexicon()):
        for form in (eojeol, bare):
            if form in known:
                return known[form]
    return ""


def _verb(eojeol: str) -> str:
    verbs = scene_words().verbs
    stems = [stem for stem in verbs if eojeol.startswith(stem) and len(eojeol) > len(stem) - 1]
    # One syllable is a stem only with an ending: 서 of 서울 is none.
    stems = [
        s for s in stems if len(s) > 1 or re.match(rf"{s}(?:[고며는으]|어|서|은|을|다)", eojeol)
    ]
    return verbs[max(stems, key=len)] if stems else ""


def _in_order(noun: str) -> str:
    """Reorder "wet a road" -> "a wet road"."""
    return re.sub(r"^((?:[a-z]+ )+?)(an?|the) (?=[a-z])", _article_first, noun)


def _article_first(found: re.Match[str]) -> str:
    before = found[1].strip()
    article = found[2]
    if article != "the":
        article = "an" if before[0] in "aeiou" else "a"
    return f"{article} {before} "


def _place(text: str) -> PlaceName | None:
    words = scene_words()
    tokens = re.findall("[가-힣]+", text)
    for eojeol, following in zip(tokens, [*tokens[1:], ""], strict=False):
        stem = _AT.sub("", PARTICLES.sub("", eojeol)) or eojeol
        name = eojeol if eojeol in words.places else stem
        if name not in words.places:
            continue
        # 차가 멈춘다 shows a car; 차 안에서 is where.
        if _BEFORE.fullmatch(following) or (not _SUBJECT.search(eojeol) and len(name) > 1):
            return words.places[name]
    lower = f" {text.lower()} "
    for place in words.places.values():
        bare = re.sub(r"^(?:inside |at )?(?:an?|the) ", "", place.name.en)
        if re.search(rf"\b{re.escape(bare)}\b", lower):
            return place
    return None


def _when(text: str) -> TimeOfDay | None:
    for when, spelled in scene_words().times.items():
        for word in spelled.split():
            pattern = rf"\b{word}\b" if word.isascii() else rf"(?<![가-힣]){word}"
            if re.search(pattern, text, re.IGNORECASE):
                return when
    return None


def _is_time(eojeol: str) -> bool:
    return any(
        eojeol.startswith(word)
        for spelled in scene_words().times.values()
        for word in spelled.split()
    )
