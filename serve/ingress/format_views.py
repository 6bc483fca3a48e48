"""Formats of a version as JSON. The client reads the same types; no HTTP here."""

from typing import Any, Self

from conte.checks.finding import Finding
from conte.conte import Conte
from conte.formats.choosing import Role
from conte.formats.fates import FormatFate
from conte.formats.format import Format
from conte.formats.quote import PlannedFormat
from conte.formats.reasons import reason_of
from conte.formats.reframing import Code, How
from conte.revision.quote import Money, Priced
from conte.vocabulary import Language
from conte.window import Window
from serve.ingress.views import ProductionView, View


class FormatCutView(View):
    """A cut of the film in the format."""

    cut: str
    """The cut's id."""
    number: int
    source: int
    """Its number in the version."""
    role: Role
    """Why it was chosen."""
    start: int
    """Its first frame, on its own timeline."""
    num_frames: int


class FormatClipView(View):
    """What becomes of a cut's clip of one tier."""

    cut: str
    number: int
    tier: str
    how: How
    why: Code
    reason: str
    """`why` in the brief's language."""
    window: Window | None
    """What is shown of its picture, in shares of width and height; null: all, or rendered."""

    @classmethod
    def of(cls, fate: FormatFate, language: Language) -> Self:
        return cls(
            **fate.model_dump(exclude={"clip"}),
            reason=reason_of(fate.why, language),
            window=fate.clip.window if fate.clip else None,
        )


class FormatView(View):
    """What a film in the format is made of, what it renders, takes and costs."""

    format: Format
    cuts: tuple[FormatCutView, ...]
    left_out: tuple[int, ...]
    """Numbers of the version's cuts that it does not show."""
    clips: tuple[FormatClipView, ...]
    findings: tuple[Finding, ...]
    conte: Conte
    renders: int
    gpu_s: float | None
    price: Money | None
    """Null if the price of a GPU-hour or the seconds are not known."""
    p50_s: float | None
    p90_s: float | None

    @classmethod
    def of(cls, made: PlannedFormat, told: Priced) -> Self:
        conte, brief = made.working.conte, made.working.brief
        cuts = tuple(
            FormatCutView(
                **planned.model_dump(include={"cut", "number", "source", "role"}),
                start=cut.start,
                num_frames=cut.num_frames,
            )
            for planned, cut in zip(made.plan.cuts, conte.cuts, strict=True)
        )
        priced: dict[str, Any] = dict(told)
        return cls(
            format=made.plan.format,
            cuts=cuts,
            left_out=made.plan.left_out,
            clips=tuple(FormatClipView.of(fate, brief.language) for fate in made.fates),
            findings=made.findings,
            conte=conte,
            renders=len(made.rendered),
            **priced,
        )


class FormatsView(View):
    """A quote of formats."""

    production: str
    version: int
    hash: str
    """Send it with `POST .../formats`: anything else than what was quoted is then refused."""
    formats: tuple[FormatView, ...]


class MadeFormatsView(View):
    """A production for each format, in the order of the request, or as they were made."""

    productions: tuple[ProductionView, ...]
