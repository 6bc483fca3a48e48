"""A read sheet and a person's additions -> a brief and its first conte, or the reasons why there is
none.

Nothing is adjusted silently: a sheet that makes no valid conte is refused with its numbers and a
way to mend it. What a conte needs and the sheet lacks gets a plain default value, which is listed.
"""

import re
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from conte.brief import AspectRatio, Brief, Fps, Name, Product, Words
from conte.clip import EngineId
from conte.conte import Conte, Look, ProductEntry, Treatment
from conte.cut import Cut
from conte.frozen import Frozen, Line, digest
from conte.storyboards.folding import one_line
from conte.storyboards.lawful import Obstacle, Settle, settled_frames
from conte.storyboards.sheet import NotRead, SheetCut, SpokenLine, StoryboardSheet
from conte.storyboards.surroundings import form_of, setting_of, shows_product
from conte.timing import MAX_CUTS, MIN_CUTS
from conte.vocabulary import (
    Angle,
    CameraMove,
    Language,
    Setting,
    ShotSize,
    Term,
    TimeOfDay,
    Transition,
)

IMPORTED = EngineId(
    name="imported", revision="1", label="imported (an agency's own storyboard, as it was read)"
)
STRUCTURE = "imported"
USUAL_FPS, USUAL_RATIO = 30, "16:9"
MOST_SPOKEN = 4
_PLAIN: dict[str, Term] = {
    "size": ShotSize.MS, "angle": Angle.EYE_LEVEL, "move": CameraMove.STATIC,
    "time_of_day": TimeOfDay.DAY,
}  # fmt: skip
_LOOK = Look(
    style="실사 광고",
    lighting="자연광",
    lens="표준 렌즈",
    palette=("#f4f1ea", "#8a94a3", "#1f2933"),
    prompt="photorealistic commercial film, natural light, standard lens, restrained colours",
)
_VOICE = {"ko": "목소리", "en": "Voice"}
_RANGE = re.compile(r"\s*(\d{1,2})\s*(?:[-~]\s*(\d{1,2})\s*)?")


class Adopting(Frozen):
    """A person's additions to a sheet; empty fields keep the sheet's values."""

    product: Name | Literal[""] = ""
    advertiser: Words = ""
    title: Line = ""
    fps: Fps | None = None
    aspect_ratio: AspectRatio | None = None
    duration_s: Annotated[float, Field(ge=5, le=120)] | None = None
    """Length of the film in seconds, if the sheet has none or another one."""
    cuts: Annotated[str, Field(max_length=80)] = ""
    """Places, from 1, of the sheet's cuts to use: `1-6` or `1,3,5-8`; empty: all."""
    settle: Settle | None = None
    """Rule for lengths that do not sum to a film of whole frames; None: such lengths are refused.
    """


class Adopted(Frozen):
    brief: Brief
    conte: Conte
    panels: tuple[int | None, ...]
    """Picture of each cut, by its index among the file's pictures."""
    assumed: tuple[NotRead, ...]
    """Fields that the sheet lacks, with the default values that were used."""


class NotLawful(ValueError):
    """The sheet makes no conte."""

    def __init__(self, obstacles: Sequence[Obstacle]) -> None:
        super().__init__("; ".join(one.told for one in obstacles))
        self.obstacles = tuple(obstacles)


def report_hash(sheet: StoryboardSheet, adopting: Adopting) -> str:
    """Return the hash of the report that a person saw and accepts."""
    return digest([sheet.model_dump(mode="json"), adopting.model_dump(mode="json")])


def adopt(sheet: StoryboardSheet, adopting: Adopting, *, english: bool = False) -> Adopted:
    """Make a brief and a conte from a sheet.

    Args:
        sheet: as it was read.
        adopting: a person's additions.
        english: whether to keep the sheet's words, which may be Korean, out of video prompts.

    Raises:
        NotLawful: with every obstacle and a way to remove it.
    """
    return _Adoption(sheet, adopting, english).adopted()


class _Adoption:
    def __init__(self, sheet: StoryboardSheet, said: Adopting, english: bool) -> None:
        self._sheet, self._said, self._english = sheet, said, english
        self._language: Language = sheet.language
        self._obstacles: list[Obstacle] = []
        self._assumed: list[NotRead] = []
        self._lacking: dict[str, list[int]] = {}

    def adopted(self) -> Adopted:
        cuts = self._chosen()
        fps = self._said.fps or (self._sheet.fps.value if self._sheet.fps else None)
        if fps is None:
            fps = USUAL_FPS
            self._assume("fps", f"not on the sheet; {fps} frames a second stand")
        frames = settled_frames(
            cuts, fps, self._total(len(cuts)), self._said.settle, self._obstacles
        )
        product = self._said.product or (self._sheet.product.value if self._sheet.product else "")
        if not product:
            self._hinder("product", "the product's name, which the sheet does not give", None)
        if self._obstacles:
            raise NotLawful(self._obstacles)
        brief = self._brief(product, fps, sum(frames))
        conte = self._conte(brief, cuts, frames)
        if self._obstacles:
            raise NotLawful(self._obstacles)
        self._tell_lacking()
        panels = tuple(cut.picture.value if cut.picture else None for cut in cuts)
        return Adopted(brief=brief, conte=conte, panels=panels, assumed=tuple(self._assumed))

    def _hinder(self, field: str, wanted: str, got: str | None) -> None:
        self._obstacles.append(Obstacle(field=field, wanted=wanted, got=got))

    def _assume(self, place: str, reason: str) -> None:
        self._assumed.append(NotRead(place=place, reason=reason))

    def _chosen(self) -> tuple[SheetCut, ...]:
        cuts = self._sheet.cuts
        if self._said.cuts:
            places = _places(self._said.cuts)
            if places is None or max(places) > len(cuts):
                self._hinder("cuts", f"places from 1 to {len(cuts)} such as 1-6", self._said.cuts)
                return cuts
            cuts = tuple(cuts[at - 1] for at in places)
        if not MIN_CUTS <= len(cuts) <= MAX_CUTS:
            way = (
                f"choose some of them, such as cuts=1-{MAX_CUTS}, and import the others as another"
                " film"
                if len(cuts) > MAX_CUTS
                else "divide a cut of the sheet, or add one, and import it again"
            )
            self._hinder("cuts", f"{MIN_CUTS} to {MAX_CUTS} cuts; {way}", f"{len(cuts)} cuts")
        return cuts

    def _total(self, num: int) -> float | None:
        """Return the film's length in seconds, from the person or else the sheet."""
        if self._said.duration_s is not None:
            return self._said.duration_s
        if self._sheet.total is None or num != len(self._sheet.cuts):
            return None
        fps = self._said.fps or (self._sheet.fps.value if self._sheet.fps else USUAL_FPS)
        return self._sheet.total.value.in_frames(fps) / fps

    def _brief(self, product: str, fps: int, num_frames: int) -> Brief:
        ratio = self._said.aspect_ratio or (self._sheet.ratio.value if self._sheet.ratio else None)
        if ratio is None:
            ratio = USUAL_RATIO
            self._assume("aspect_ratio", f"not on the sheet; {ratio} stands")
        by = self._said.advertiser or (
            self._sheet.advertiser.value if self._sheet.advertiser else ""
        )
        try:
            return Brief.model_validate(
                {
                    "advertiser": by,
                    "product": Product(name=product),
                    "language": self._language,
                    "duration_s": num_frames / fps,
                    "aspect_ratio": ratio,
                    "fps": fps,
                }
            )
        except ValidationError as error:
            self._hinder_all("brief", error)
            raise NotLawful(self._obstacles) from None

    def _conte(self, brief: Brief, cuts: Sequence[SheetCut], frames: Sequence[int]) -> Conte:
        entry = ProductEntry(
            id="product", name=brief.product.name, form=form_of(brief.product.name),
            description="", prompt=f"the product, {form_of(brief.product.name).en}",
        )  # fmt: skip
        self._assume("look", "not on the sheet; a plain one stands")
        title = self._said.title or (self._sheet.title.value if self._sheet.title else "")
        if not title:
            title = brief.product.name
            self._assume("title", f"not on the sheet; {title} stands")
        made: list[Cut] = []
        for number, (cut, num_frames) in enumerate(zip(cuts, frames, strict=True), 1):
            try:
                made.append(self._cut(cut, number, num_frames, brief))
            except ValidationError as error:
                self._hinder_all(f"cut {number}", error)
        if self._obstacles:
            raise NotLawful(self._obstacles)
        treatment = Treatment(
            title=title, structure=STRUCTURE, concept="", slogan="", look=_LOOK, sheet=(entry,)
        )
        return Conte.of(treatment, tuple(made)).check_fits(brief)

    def _cut(self, cut: SheetCut, number: int, num_frames: int, brief: Brief) -> Cut:
        told: dict[str, Any] = {}
        for name, plain in _PLAIN.items():
            seen = getattr(cut, name)
            if seen is None:
                self._lacking.setdefault(name, []).append(number)
            told[name] = plain if seen is None else seen.value
        action = cut.action.value if cut.action else ""
        if not action:
            self._lacking.setdefault("action", []).append(number)
        place = cut.location.value if cut.location else ""
        setting = setting_of(place, action)
        if setting is None:
            setting = Setting.STUDIO
            self._lacking.setdefault("setting", []).append(number)
        for name in ("narration", "sound_effect", "music"):
            seen = getattr(cut, name)
            told[name] = one_line(seen.value) if seen else ""
        for name in ("caption", "legal"):
            seen = getattr(cut, name)
            told[name] = seen.value if seen else ""
        shown = shows_product(action, brief.product.name)
        return Cut.model_validate(
            {
                **told,
                "number": number,
                "num_frames": num_frames,
                "transition": cut.transition.value if cut.transition else Transition.CUT,
                "setting": setting,
                "place": place,
                "action": action,
                "dialogue": self._dialogue(cut, number),
                "video_prompt": self._prompt(told, number, setting, action, shown),
                "shows": ("product",) if shown else (),
            }
        )

    def _dialogue(self, cut: SheetCut, number: int) -> list[dict[str, str]]:
        lines: Sequence[SpokenLine] = cut.dialogue.value if cut.dialogue else ()
        if any(not line.speaker for line in lines):
            self._assume(f"cut {number}", "dialogue without a speaker: a voice says it")
        return [
            {"speaker": line.speaker or _VOICE[self._language], "text": one_line(line.text)}
            for line in lines
        ]

    def _prompt(
        self, told: dict[str, Any], number: int, setting: Setting, action: str, shown: bool
    ) -> str:
        parts = [
            f"{told['size'].en.capitalize()}, {told['angle'].en}, {told['move'].en} camera.",
            f"{setting.en.capitalize()}, {told['time_of_day'].en}.",
            "The product is in view." if shown else "",
        ]
        if action and (not self._english or self._language == "en"):
            parts.append(one_line(action))
        else:
            parts.append(f"Cut {number} of the film.")
        return " ".join(filter(None, parts))[:2000]

    def _hinder_all(self, place: str, error: ValidationError) -> None:
        for one in error.errors(include_url=False):
            field = ".".join(str(part) for part in one["loc"])
            got = one.get("input")
            text = f"{got!s}"[:80] if isinstance(got, str | int | float) else None
            self._hinder(f"{place} {field}".strip(), one["msg"], text)

    def _tell_lacking(self) -> None:
        stands = {name: term.en for name, term in _PLAIN.items()} | {
            "setting": Setting.STUDIO.en, "action": "nothing",
        }  # fmt: skip
        for name, numbers in self._lacking.items():
            cuts = ", ".join(map(str, numbers))
            self._assume(name.replace("_", " "), f"not read in cut {cuts}; {stands[name]} stands")


def _places(text: str) -> list[int] | None:
    found: list[int] = []
    for part in text.split(","):
        match = _RANGE.fullmatch(part)
        if match is None:
            return None
        first, last = int(match[1]), int(match[2] or match[1])
        if not 1 <= first <= last:
            return None
        found += range(first, last + 1)
    return found if len(set(found)) == len(found) else None
