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
    """Id of the cut."""
    number: int
    source: int
    """Number of the cut in the version."""
    role: Role
    """Role for which it was chosen."""
    start: int
    """First frame, on the format's own timeline."""
    num_frames: int


class FormatClipView(View):
    """What happens to a cut's clip of one tier."""

    cut: str
    number: int
    tier: str
    how: How
    why: Code
    reason: str
    """The reason `why`, in the brief's language."""
    window: Window | None
    """Part of the clip's picture that is shown, in shares of width and height; null: all of it, or
    it is rendered anew.
    """

    @classmethod
    def of(cls, fate: FormatFate, language: Language) -> Self:
        return cls(
            **fate.model_dump(exclude={"clip"}),
            reason=reason_of(fate.why, language),
            window=fate.clip.window if fate.clip else None,
        )


class FormatView(View):
    """A film in the format: its cuts and clips, what it renders, takes and costs."""

    format: Format
    cuts: tuple[FormatCutView, ...]
    left_out: tuple[int, ...]
    """Numbers of the version's cuts that it omits."""
    clips: tuple[FormatClipView, ...]
    findings: tuple[Finding, ...]
    conte: Conte
    renders: int
    gpu_s: float | None
    price: Money | None
    """Price; null if the price of a GPU-hour or the seconds are not known."""
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
    """Hash to send with `POST .../formats`, which then refuses anything that was not quoted."""
    formats: tuple[FormatView, ...]


class MadeFormatsView(View):
    """One production for each format, in the order of the request, or of their creation."""

    productions: tuple[ProductionView, ...]
