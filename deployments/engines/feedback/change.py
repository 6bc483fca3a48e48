"""A cut under change: new field values, with the video prompt kept consistent; then operations."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import to_jsonable_python

from conte.bilingual import BilingualText
from conte.conte import CastMember, ProductEntry
from conte.cut import Cut
from conte.field_words import CUT_FIELDS, field_label
from conte.korean import with_particle
from conte.revision.operations import EDITABLE, Edit, Operation
from conte.revision.working import Working
from conte.vocabulary import Angle, CameraMove, Language, Setting, ShotSize, TimeOfDay
from deployments.engines.composer.phrasing import capital, fill, spoken_name
from deployments.engines.feedback.prompt_words import PromptWords, noun_of, sentences
from deployments.engines.feedback.table import Note, notes

_ORDER = BilingualText(ko="순서", en="Place in order")


def called(field: str, language: Language) -> str:
    """Return a field's name for use within a sentence."""
    table = {**CUT_FIELDS, "number": _ORDER}
    name = field_label(table, field, language)
    return name if language == "ko" else name[:1].lower() + name[1:]


class Unable(Exception):
    """The wish changes nothing; the message gives the reason in both languages."""

    def __init__(self, ko: str, en: str) -> None:
        super().__init__(en)
        self.ko, self.en = ko, en

    def of(self, language: Language) -> str:
        return self.ko if language == "ko" else self.en


class Unclear(Unable):
    """The wish is ambiguous; the message says what would help."""


def locked(cut: Cut, name: str) -> Unable:
    return Unable(
        f"컷 {cut.number}의 {with_particle(called(name, 'ko'), '은/는')} 잠겨 있어 바꾸지"
        " 않았습니다.",
        f"cut {cut.number}'s {called(name, 'en')} is locked and was not changed.",
    )


@dataclass
class CutChange:
    working: Working
    cut: Cut
    values: dict[str, Any] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    """Sentences for the message to the person."""
    words: PromptWords = field(init=False)

    def __post_init__(self) -> None:
        self.words = PromptWords.of(self.cut.video_prompt, self.working.conte.sheet)

    @property
    def language(self) -> Language:
        return self.working.brief.language

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name, getattr(self.cut, name))

    def __setitem__(self, name: str, value: Any) -> None:
        self.values[name] = value

    @property
    def operations(self) -> tuple[Operation, ...]:
        """Return an edit for each changed field.

        Raises:
            Unable: if one of the fields is locked.
        """
        new = dict(self.values)
        if self.words != PromptWords.of(self.cut.video_prompt, self.working.conte.sheet):
            new["video_prompt"] = self.words.text
        made: list[Operation] = []
        for name in EDITABLE:
            if name not in new or new[name] == getattr(self.cut, name):
                continue
            if name in self.cut.locked:
                raise locked(self.cut, name)
            before, after = (to_jsonable_python(v) for v in (getattr(self.cut, name), new[name]))
            made.append(Edit(cut=self.cut.id, field=name, before=before, after=after))
        return tuple(made)

    def remark(self, ko: str, en: str) -> None:
        self.remarks.append(ko if self.language == "ko" else en)

    def filmed(
        self,
        size: ShotSize | None = None,
        angle: Angle | None = None,
        move: CameraMove | None = None,
    ) -> None:
        """Change size, angle or move, in the video prompt as well."""
        before = (self["size"], self["angle"], self["move"])
        after = (size or before[0], angle or before[1], move or before[2])
        self["size"], self["angle"], self["move"] = after
        self.words = self.words.filmed(before, after)

    def lit(self, setting: Setting | None = None, when: TimeOfDay | None = None) -> None:
        """Change place or time of day, and the light in the video prompt with it."""
        if setting is not None:
            self["setting"] = setting
        if when is not None:
            self["time_of_day"] = when
        self.words = self.words.lit(self["setting"], self["time_of_day"])

    # Sentences

    def say(self, note: Note, **slots: str) -> None:
        """Add a note's sentences, replacing other notes of its group."""
        for other in notes().get(note.group, ()):
            if other.text != note.text:
                self.unsay(other, **slots)
        action, prompt = self._said(note, slots)
        if action not in self["action"]:
            self["action"] = f"{self['action']} {action}".strip()
        self.words = self.words.also(prompt)

    def unsay(self, note: Note, **slots: str) -> None:
        """Remove a note's sentences."""
        action, prompt = self._said(note, slots)
        if action in self["action"]:
            self["action"] = " ".join(self["action"].replace(action, " ").split())
        self.words = self.words.without([prompt], [])

    def _said(self, note: Note, slots: dict[str, str]) -> tuple[str, str]:
        """Return a note's sentences, for the action and for the prompt, which names nobody."""
        slots = {"it": "", "who": "", "noun": ""} | slots
        named = slots | {"noun": slots["it"] or slots["who"] or slots["noun"]}
        action = capital(fill(note.text.of(self.language), named))
        return action, capital(fill(note.text.en, slots))

    # People and things on screen

    @property
    def product(self) -> ProductEntry:
        """Return the product of the sheet.

        Raises:
            Unable: if the sheet has none.
        """
        for entry in self.working.conte.sheet:
            if isinstance(entry, ProductEntry):
                return entry
        raise Unable("시트에 제품이 없습니다.", "the sheet has no product.")

    @property
    def cast(self) -> tuple[CastMember, ...]:
        return tuple(e for e in self.working.conte.sheet if isinstance(e, CastMember))

    @property
    def played(self) -> tuple[CastMember, ...]:
        """Cast members on screen."""
        return tuple(entry for entry in self.cast if entry.id in self["shows"])

    def noun(self, entry: CastMember | ProductEntry) -> str:
        prompts = [cut.video_prompt for cut in self.working.conte.cuts]
        return noun_of(entry, [self.cut.video_prompt, *prompts])

    def show(self, entry: CastMember | ProductEntry, first: bool = False) -> None:
        """Put a sheet entry on screen."""
        shows: tuple[str, ...] = self["shows"]
        if entry.id in shows and not first:
            return
        others = tuple(shown for shown in shows if shown != entry.id)
        if entry.id not in shows and len(shows) >= _MOST_SHOWN:
            raise Unable(
                f"컷 {self.cut.number}에 이미 {len(shows)}가지가 나옵니다. 많아야"
                f" {_MOST_SHOWN}가지입니다.",
                f"cut {self.cut.number} shows {len(shows)} already, wanted at most {_MOST_SHOWN}.",
            )
        self["shows"] = (entry.id, *others) if first else (*others, entry.id)
        self.words = self.words.with_entry(self.noun(entry), entry.prompt)

    def hide(self, entries: Sequence[CastMember | ProductEntry]) -> bool:
        """Take entries off the screen and remove the sentences that name them.

        Returns False, with action and prompt unchanged, if these name nothing else.
        """
        gone = {entry.id for entry in entries}
        action = self.without_mentions([entry.name for entry in entries])
        nouns = [noun for entry in entries for noun in (self.noun(entry), entry.name)]
        see = _without(self.words.see, nouns)
        self["shows"] = tuple(shown for shown in self["shows"] if shown not in gone)
        self.words = self.words.without([], [entry.prompt for entry in entries])
        if not action or not see:
            return False
        self["action"] = action
        self.words = self.words.seeing(lambda _: see)
        return True

    def without_mentions(self, names: Sequence[str]) -> str:
        return _without(self["action"], names)

    def slots(self) -> dict[str, str]:
        """Return the values for sentences of the action."""
        product = self.product
        who = self.played[0].name if self.played else ""
        return {"it": spoken_name(product.name), "who": who}


_MOST_SHOWN = 6


def _without(text: str, names: Sequence[str]) -> str:
    """Return the sentences that contain none of these names."""
    folded = [name.casefold() for name in names if name]
    kept = [s for s in sentences(text) if not any(name in s.casefold() for name in folded)]
    return " ".join(kept)
