"""Brief -> conte, part by part. Knows engines, not Ray; yields nothing that breaks a rule.

Adds legal notices to the last cut, and the brief's pictures to its characters, for every engine.
"""

from collections.abc import AsyncGenerator, Sequence

from conte.brief import Brief
from conte.checks.claims import Claims
from conte.conte import Conte, Treatment
from conte.cut import Cut
from conte.production import Provenance
from conte.variant import VariantOf
from deployments.engines.directed import Directed
from deployments.engines.protocols import ConteEngine, ConteError
from deployments.knowledge.claims import claims as claims_of_the_install

ContePart = Provenance | Treatment | Cut


class ConteWriter:
    """Streams the parts of a conte in the order they are written."""

    def __init__(self, engine: ConteEngine, claims: Claims | None = None) -> None:
        self._engine = engine
        self._claims = claims or claims_of_the_install()

    async def write(
        self,
        brief: Brief,
        seed: int,
        direction: int = 0,
        before: Sequence[Treatment] = (),
        variant_of: VariantOf | None = None,
    ) -> AsyncGenerator[ContePart]:
        """Yield a `Provenance`, a `Treatment`, then each `Cut` as soon as it is complete.

        `direction` counts the brief's directions from 0; `before`: the treatments of earlier
        directions, as far as known; `variant_of`: the direction to vary, if any.

        A further `Provenance` means that another engine has started over.

        A cut is yielded only if it is the next in order, shows only what the sheet has, and leaves
        frames for the cuts to come; with the last one the frames sum exactly.

        Raises:
            ConteError: if the engine breaks one of these rules.
        """
        engine = self._engine
        variation = variant_of.variation if variant_of else None
        provenance: Provenance | None = None
        treatment: Treatment | None = None
        cuts: list[Cut] = []
        parts = Directed(engine, direction, before, variant_of).write(brief, seed)
        try:
            async for part in parts:
                if isinstance(part, Provenance):
                    part = part.model_copy(update={"variation": variation})
                    provenance, treatment, cuts = part, None, []
                elif provenance is None:
                    provenance = Provenance(
                        engine=engine.id,
                        seed=seed,
                        prompt_version=engine.prompt_version,
                        direction=direction,
                        variation=variation,
                    )
                    yield provenance
                if isinstance(part, Treatment):
                    treatment = part = part.with_pictures(brief)
                elif isinstance(part, Cut):
                    treatment = _check_next(part, cuts, treatment, brief)
                    part = self._with_notices(part, cuts, treatment, brief)
                    cuts.append(part)
                yield part
        finally:
            # Close at once, not when it is garbage-collected: a model goes on writing while its
            # stream is open.
            if isinstance(parts, AsyncGenerator):
                await parts.aclose()
        if treatment is None:
            raise ConteError(f"{engine.id.name} wrote no treatment")
        try:
            Conte.of(treatment, tuple(cuts)).check_fits(brief)
        except ValueError as error:
            raise ConteError(
                f"{engine.id.name} wrote a conte that breaks a rule: {error}"
            ) from error

    def _with_notices(self, cut: Cut, before: list[Cut], treatment: Treatment, brief: Brief) -> Cut:
        """Return the last cut with the missing legal notices; other cuts unchanged."""
        cuts = [*before, cut]
        if sum(one.num_frames for one in cuts) < brief.num_frames:
            return cut
        missing = self._claims.notices(treatment, cuts, brief)
        legal = "\n".join(line for line in (cut.legal, *missing) if line)
        return cut.model_copy(update={"legal": legal}) if missing else cut


def _check_next(
    cut: Cut, before: list[Cut], treatment: Treatment | None, brief: Brief
) -> Treatment:
    """Check that the cut is the next one, and return the treatment, which must come first."""
    if treatment is None:
        raise ConteError(f"cut {cut.number} came before the treatment")
    if cut.number != len(before) + 1:
        raise ConteError(f"cut {cut.number} came, cut {len(before) + 1} was next")
    used = cut.num_frames + sum(earlier.num_frames for earlier in before)
    if used > brief.num_frames:
        raise ConteError(
            f"cuts 1 to {cut.number} last {used} frames, the brief asks for {brief.num_frames}"
        )
    ids = {entry.id for entry in treatment.sheet}
    if unknown := [entry for entry in cut.shows if entry not in ids]:
        raise ConteError(f"cut {cut.number} shows {unknown}, which the sheet does not have")
    return treatment
