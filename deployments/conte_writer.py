"""Brief -> conte, part by part. Knows engines, not Ray; passes on nothing that breaks a rule.

Notices whose words the law gives are laid on the last cut here, and the brief's pictures of its
characters put beside them, whoever wrote the rest.
"""

from collections.abc import AsyncGenerator

from conte.brief import Brief
from conte.checks.claims import Claims
from conte.conte import Conte, Treatment
from conte.cut import Cut
from conte.production import Provenance
from deployments.engines.protocols import ConteEngine, ConteError
from deployments.knowledge.claims import claims as claims_of_the_install

ContePart = Provenance | Treatment | Cut


class ConteWriter:
    """Streams the parts of a conte in the order they are written."""

    def __init__(self, engine: ConteEngine, claims: Claims | None = None) -> None:
        self._engine = engine
        self._claims = claims or claims_of_the_install()

    async def write(self, brief: Brief, seed: int) -> AsyncGenerator[ContePart]:
        """A `Provenance`, a `Treatment`, then each `Cut` the moment it is complete.

        Another `Provenance` says that somebody else has started over.

        A cut leaves only if it is the next in order, shows nothing the sheet does not have, and
        leaves frames for the ones to come; the last one makes the sum exact.

        Raises:
            ConteError: if the engine breaks one of these rules.
        """
        engine = self._engine
        provenance: Provenance | None = None
        treatment: Treatment | None = None
        cuts: list[Cut] = []
        parts = engine.write(brief, seed)
        try:
            async for part in parts:
                if isinstance(part, Provenance):
                    provenance, treatment, cuts = part, None, []
                elif provenance is None:
                    provenance = Provenance(
                        engine=engine.id, seed=seed, prompt_version=engine.prompt_version
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
            # At once, not when the collector comes by: a model writes on as long as it is open.
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
        """The last cut with the notices that the film needs and does not have; another as it is."""
        cuts = [*before, cut]
        if sum(one.num_frames for one in cuts) < brief.num_frames:
            return cut
        missing = self._claims.notices(treatment, cuts, brief)
        legal = "\n".join(line for line in (cut.legal, *missing) if line)
        return cut.model_copy(update={"legal": legal}) if missing else cut


def _check_next(
    cut: Cut, before: list[Cut], treatment: Treatment | None, brief: Brief
) -> Treatment:
    """The treatment, which has to come before any cut."""
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
