"""A cut's video prompt in parts: camera, content, the sheet's words, place and light, look.

An edit changes one part and leaves the others unchanged, letter for letter. A prompt that the
composer did not write has fewer parts: its camera words are found by their names, and words that
are not found are added at its beginning.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Self

from conte.conte import SheetEntry
from conte.vocabulary import Angle, CameraMove, Setting, ShotSize, TimeOfDay
from deployments.engines.composer.phrasing import capital
from deployments.engines.composer.prompting import ANGLES, MOVES, camera_words, light_words


def _any(words: Sequence[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_HERO = "Product hero shot, "
_HEAD = re.compile(
    rf"^({_HERO})?(?:{_any([size.en for size in ShotSize])}) (?:{_any(list(ANGLES.values()))}),"
    rf" (?:{_any(list(MOVES.values()))})\.(?: |$)",
    re.IGNORECASE,
)
_TAIL = re.compile(r"(?:^|(?<= ))Setting: (?P<place>.*?); (?P<light>[^;]*?)\. (?P<look>Look: .*)$")
_SIZE = re.compile(
    r"\b(?:extreme close[- ]?up|medium close[- ]?up|close[- ]?up|medium long shot|medium shot"
    r"|full shot|extreme long shot|long shot|extreme wide shot|wide shot)\b",
    re.IGNORECASE,
)
_ANGLE = re.compile(
    r"\b(?:(?:from|at) (?:an? )?(?:low|high|eye[- ]level|tilted dutch|dutch) angle|at eye level"
    r"|(?:low|high|dutch)[- ]angle|eye[- ]level|from directly above|top[- ]down|overhead"
    r"|over[- ]the[- ]shoulder)\b",
    re.IGNORECASE,
)
_MOVE = re.compile(
    r"\b(?:the )?(?:camera )?(?:(?:slow|gentle|smooth|subtle)(?:ly)? )*"
    r"(?:static(?: camera| shot)?|locked[- ]off(?: camera| shot)?|hand-?held(?: camera| shot)?"
    r"|(?:pan|track|truck)(?:s|ning|ing)?(?: \w+ly)?(?: to the)? (?:left|right)"
    r"(?: with the subject)?"
    r"|(?:tilt|crane|boom)(?:s|ing)?(?: \w+ly)? (?:up|down)"
    r"|(?:zoom|dolly|push|pull)(?:s|ies|ing)?(?: \w+ly)? (?:in|out|back))\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True)
class PromptWords:
    head: str
    """Camera words with the space after them; empty if the prompt does not begin with them."""
    see: str
    sheet: tuple[str, ...]
    """Sentences with the sheet's own words: "The tyre: a new black car tyre.\""""
    place: str
    light: str
    look: str
    """Look of the film. Place, light and look are empty if the prompt does not end with them."""

    @classmethod
    def of(cls, prompt: str, sheet: Sequence[SheetEntry]) -> Self:
        place = light = look = ""
        rest = prompt
        if tail := _TAIL.search(prompt):
            place, light, look = tail["place"], tail["light"], tail["look"]
            rest = prompt[: tail.start()].rstrip()
        head = found[0] if (found := _HEAD.match(rest)) else ""
        rest = rest[len(head) :]
        begins, said = len(rest), list[str]()
        if entries := [entry.prompt for entry in sheet if entry.prompt]:
            shown = re.compile(rf"(?:^|(?<=\. ))The [^.:]{{1,40}}: (?:{_any(entries)})\.?(?= |$)")
            for sentence in shown.finditer(rest):
                begins = min(begins, sentence.start())
                said.append(sentence[0])
            if said and rest[begins:].strip() != " ".join(said):
                begins, said = len(rest), []  # other text lies between: it is kept unchanged
        return cls(head, rest[:begins].rstrip(), tuple(said), place, light, look)

    @property
    def text(self) -> str:
        parts = [self.head.rstrip(), self.see, *self.sheet]
        if self.look:
            parts.append(f"Setting: {self.place}; {self.light}. {self.look}")
        return " ".join(part for part in parts if part)

    def filmed(
        self, before: tuple[ShotSize, Angle, CameraMove], after: tuple[ShotSize, Angle, CameraMove]
    ) -> Self:
        """Return the prompt with another size, angle or move."""
        if self.head:
            hero = _HERO if self.head.startswith(_HERO) else ""
            words = camera_words(*after)
            return replace(self, head=f"{hero}{words if hero else capital(words)}. ")
        see, unsaid = self.see, list[str]()
        said = ((_SIZE, after[0].en), (_ANGLE, ANGLES[after[1]]), (_MOVE, MOVES[after[2]]))
        for (pattern, words), old, new in zip(said, before, after, strict=True):
            if old == new:
                continue
            see, found = pattern.subn(_in_case(words), see, count=1)
            if not found:
                unsaid.append(words)
        if unsaid:
            see = f"{capital(', '.join(unsaid))}. {see}"
        return replace(self, see=see)

    def lit(self, setting: Setting, when: TimeOfDay) -> Self:
        """Return the prompt with the light of a place at a time of day."""
        words = light_words(setting, when)
        if setting is Setting.STUDIO:
            words += f", {_STUDIO_LIGHT[when]}"
        if self.look:
            return replace(self, light=words)
        see = self.without([f"{capital(light)}." for light in _LIGHTS], []).see
        return replace(self, see=f"{see} {capital(words)}.")

    def at(self, place: str) -> Self:
        """Return the prompt with another place, in English."""
        if self.look:
            return replace(self, place=place)
        see = " ".join(s for s in sentences(self.see) if not s.startswith("Setting: "))
        return replace(self, see=f"{see} Setting: {place}.")

    def seeing(self, change: Callable[[str], str]) -> Self:
        return replace(self, see=change(self.see))

    def without(self, said: Sequence[str], entries: Sequence[str]) -> Self:
        """Return the prompt without these sentences, and without entries that have such prompts."""
        see = " ".join(s for s in sentences(self.see) if s not in said)
        kept = tuple(
            s for s in self.sheet if not any(s.rstrip(".").endswith(f": {e}") for e in entries)
        )
        return replace(self, see=see, sheet=kept)

    def also(self, sentence: str) -> Self:
        if sentence in self.see:
            return self
        return replace(self, see=f"{self.see} {sentence}".strip())

    def with_entry(self, noun: str, prompt: str) -> Self:
        """Return the prompt with a sheet entry: "The tyre: a new black car tyre."."""
        if not prompt or any(prompt in said for said in (self.see, *self.sheet)):
            return self
        sentence = f"{capital(noun)}: {prompt}."
        if not self.look:
            return replace(self, see=f"{self.see} {sentence}")
        return replace(self, sheet=(*self.sheet, sentence))


_STUDIO_LIGHT = {
    TimeOfDay.DAWN: "cool and blue as before sunrise",
    TimeOfDay.MORNING: "low and clear as in the morning",
    TimeOfDay.DAY: "bright as daylight",
    TimeOfDay.SUNSET: "golden as at sunset",
    TimeOfDay.NIGHT: "dark as at night, pools of light",
}
_LIGHTS = tuple(
    dict.fromkeys(
        light_words(setting, when)
        + (f", {_STUDIO_LIGHT[when]}" if setting is Setting.STUDIO else "")
        for setting in Setting
        for when in TimeOfDay
    )
)


def sentences(text: str) -> list[str]:
    return [one for one in _SENTENCE.split(text) if one]


def noun_of(entry: SheetEntry, prompts: Sequence[str]) -> str:
    """Return the noun phrase of a sheet entry in prompts: "the tyre", "the woman"."""
    if entry.prompt:
        called = re.compile(rf"(?:^|(?<=\. ))The ([^.:]{{1,40}}): {re.escape(entry.prompt)}")
        for prompt in prompts:
            if found := called.search(prompt):
                return f"the {found[1]}"
    if entry.kind == "product":
        return f"the {entry.form.en}" if entry.form.value != "service" else "the product"
    found = re.search(r"\b(woman|man|girl|boy)\b", entry.prompt)
    return f"the {found[1]}" if found else "the person"


def _in_case(words: str) -> Callable[[re.Match[str]], str]:
    def one(found: re.Match[str]) -> str:
        return capital(words) if found[0][:1].isupper() else words

    return one
