"""Brief -> conte, part by part. Knows engines, not Ray; passes on nothing that breaks a rule."""

from collections.abc import AsyncGenerator, AsyncIterator

from conte.brief import Brief
from conte.conte import Conte, Treatment
from conte.cut import Cut
from conte.production import Provenance
from deployments.engines.protocols import ConteEngine, ConteError

ContePart = Provenance | Treatment | Cut


class ConteWriter:
    """Streams the parts of a conte in the order they are written."""

    def __init__(self, engine: ConteEngine) -> None:
        self._engine = engine

    async def write(self, brief: Brief, seed: int) -> AsyncIterator[ContePart]:
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
                    treatment = part
                elif isinstance(part, Cut):
                    _check_next(part, cuts, treatment, brief)
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


def _check_next(cut: Cut, before: list[Cut], treatment: Treatment | None, brief: Brief) -> None:
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
