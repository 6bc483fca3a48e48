"""Quote of formats: what each renders, how long that takes and what it costs, before it runs."""

from collections.abc import Sequence

from conte.checks.finding import Finding
from conte.clip import Tier
from conte.formats.fates import FormatFate
from conte.formats.plan import FormatPlan
from conte.frozen import Frozen, digest
from conte.revision.quote import Measured, Priced, Renderers, priced
from conte.revision.working import Working


class PlannedFormat(Frozen):
    """A format, and the fates of the version's clips in it."""

    plan: FormatPlan
    fates: tuple[FormatFate, ...]
    findings: tuple[Finding, ...]
    """Losses through the format, and findings of the checks."""

    @property
    def working(self) -> Working:
        return self.plan.working

    @property
    def rendered(self) -> tuple[FormatFate, ...]:
        return tuple(fate for fate in self.fates if fate.how == "render")


def priced_format(made: PlannedFormat, measured: Measured, renderers: Renderers) -> Priced:
    """Price one format. Formats run in parallel, so each is priced as if it were alone."""
    frames = {cut.id: cut.num_frames for cut in made.working.conte.cuts}
    renders: list[tuple[Tier, int]] = [(fate.tier, frames[fate.cut]) for fate in made.rendered]
    return priced(renders, measured, renderers)


def hash_of_formats(production: str, version: int, made: Sequence[PlannedFormat]) -> str:
    """Return the hash of a quote's content: the same films of the same version, with the same
    renders.
    """
    what = [
        [
            one.working.model_dump(mode="json"),
            [(fate.cut, fate.tier, fate.how, fate.clip and fate.clip.key) for fate in one.fates],
        ]
        for one in made
    ]
    return digest([production, version, what])[:32]
