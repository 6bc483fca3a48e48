"""Directed: one direction of a brief, wrapped as an engine. Knows no particular engine."""

from collections.abc import AsyncIterator, Sequence

from conte.brief import Brief
from conte.conte import Treatment
from conte.cut import Cut
from conte.direction import direction_seed
from conte.production import Provenance
from conte.variant import VariantOf
from deployments.engines.protocols import ConteEngine, DirectionEngine


class Directed:
    """Writes direction `index` through the interface of `ConteEngine`.

    An engine without directions writes with another seed: a variant of the same idea.
    """

    def __init__(
        self,
        engine: ConteEngine,
        index: int,
        before: Sequence[Treatment] = (),
        variant_of: VariantOf | None = None,
    ) -> None:
        """Wrap the engine. `before`: treatments of earlier directions, as far as known."""
        self.id, self.prompt_version = engine.id, engine.prompt_version
        self._engine, self._index = engine, index
        self._before, self._variant_of = before, variant_of

    def write(self, brief: Brief, seed: int) -> AsyncIterator[Provenance | Treatment | Cut]:
        engine, index = self._engine, self._index
        if index == 0:
            return engine.write(brief, seed)
        if isinstance(engine, DirectionEngine):
            return engine.write_direction(brief, seed, index, self._before, self._variant_of)
        return engine.write(brief, direction_seed(seed, index))
