"""Safe zones: where platforms leave room for lettering, and the lettering outside of them."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from conte.bilingual import Bilingual
from conte.brief import AspectRatio, Brief
from conte.checks.finding import Finding
from conte.frozen import Frozen, Line, Paragraph

TOLERANCE_PX = 4.0
"""Tolerance in pixels of a canvas: sides of overlays are rounded to even pixels."""

Element = Literal["caption", "subtitle", "label", "legal"]
_NAMES: dict[Element, tuple[str, str, str]] = {
    "caption": ("자막이", "the caption", "caption"),
    "subtitle": ("말 자막이", "the subtitle", "narration"),
    "label": ("AI 표시가", "the AI label", "label"),
    "legal": ("고지 문구가", "the legal line", "legal"),
}
_SIDES = (("위", "top"), ("오른쪽", "right"), ("아래", "bottom"), ("왼쪽", "left"))


def _numbers(value: Any) -> Any:
    return tuple(value.replace("x", " ").split()) if isinstance(value, str) else value


def _words(value: Any) -> Any:
    return tuple(value.split()) if isinstance(value, str) else value


Pixels = Annotated[int, Field(ge=0, le=10_000)]


class SafeZone(Frozen):
    """A platform's safe zone: the canvas without its margins."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
    platform: Bilingual
    canvas: Annotated[tuple[Pixels, Pixels], BeforeValidator(_numbers)]
    ratios: Annotated[tuple[AspectRatio, ...], BeforeValidator(_words), Field(min_length=1)]
    margins: Annotated[tuple[Pixels, Pixels, Pixels, Pixels], BeforeValidator(_numbers)]
    """Margins: top, right, bottom, left, in pixels."""
    source: Annotated[Paragraph, StringConstraints(min_length=1)]
    date: datetime.date
    """Day on which the source was looked up."""
    estimate: bool = False
    """True: the platform publishes no such numbers; `note` says how they were chosen."""
    note: Paragraph = ""

    @model_validator(mode="after")
    def _has_room(self) -> Self:
        top, right, bottom, left = self.margins
        width, height = self.canvas
        if top + bottom >= height or left + right >= width:
            raise ValueError(f"margins {self.margins} leave nothing of {width}x{height}")
        return self

    def outside(self, box: "Lettered") -> tuple[float, float, float, float]:
        """Return by how many canvas pixels a box exceeds the zone: top, right, bottom, left."""
        width, height = self.canvas
        scale = width / box.frame[0]
        drop = (height - box.frame[1] * scale) / 2
        top, right, bottom, left = self.margins
        return (
            max(0.0, top - (box.top * scale + drop)),
            max(0.0, box.right * scale - (width - right)),
            max(0.0, box.bottom * scale + drop - (height - bottom)),
            max(0.0, left - box.left * scale),
        )


class SafeZones(Frozen):
    version: Annotated[Line, StringConstraints(min_length=1)]
    zones: Annotated[tuple[SafeZone, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _are_told_apart(self) -> Self:
        ids = [zone.id for zone in self.zones]
        if twice := [name for name in ids if ids.count(name) > 1]:
            raise ValueError(f"zone {twice[0]!r} stands there twice")
        return self

    def of(self, ratio: AspectRatio) -> tuple[SafeZone, ...]:
        """Return the zones that apply to films of this ratio."""
        return tuple(zone for zone in self.zones if ratio in zone.ratios)


@dataclass(frozen=True)
class Lettered:
    """Box of a text in a film, in pixels of its frame."""

    element: Element
    cut: int
    left: float
    top: float
    right: float
    bottom: float
    frame: tuple[int, int]
    """Width and height of the film."""


def check_safe_zones(
    boxes: Sequence[Lettered], zones: Iterable[SafeZone], brief: Brief
) -> tuple[Finding, ...]:
    """Return a finding for each zone and element that exceeds the zone.

    It names the cut that exceeds the zone most. Findings for an estimated zone are notes.
    """
    findings: list[Finding] = []
    for zone in zones:
        for element in _NAMES:
            own = [box for box in boxes if box.element == element]
            worst = max(own, key=lambda box: max(zone.outside(box)), default=None)
            if worst is not None and max(zone.outside(worst)) > TOLERANCE_PX:
                findings.append(_finding(zone, worst, brief))
    return tuple(findings)


def _finding(zone: SafeZone, box: Lettered, brief: Brief) -> Finding:
    ko = brief.language == "ko"
    out = [
        (side[0 if ko else 1], round(by))
        for side, by in zip(_SIDES, zone.outside(box), strict=True)
        if by > TOLERANCE_PX
    ]
    name_ko, name_en, field = _NAMES[box.element]
    where = ", ".join(f"{side} {by}px" for side, by in out)
    platform = zone.platform.of(brief.language)
    if ko:
        message = f"{name_ko} {platform} 안전 영역을 벗어납니다 ({where})"
        proposal = "자막을 줄이거나 다른 비율로 만드세요" if field == "caption" else (
            "이 매체에 올리기 전에 가려지는지 확인하세요"
        )  # fmt: skip
    else:
        message = f"{name_en} stands outside the safe zone of {platform} ({where})"
        proposal = "shorten the caption, or make another ratio" if field == "caption" else (
            "see whether it is covered before it goes there"
        )  # fmt: skip
    return Finding(
        check=f"safe_zone.{zone.id}",
        cut=box.cut,
        field=field,
        severity="note" if zone.estimate else "warning",
        message=message,
        proposal=proposal,
    )
