"""FallBack: one engine writes where another cannot, and the conte says so. Knows no model."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from conte.brief import Brief
from conte.conte import Treatment
from conte.cut import Cut
from conte.production import Provenance
from deployments.engines.protocols import ConteEngine, ConteError


class FallBack:
    """Writes with `first`; if that fails, even in the middle, starts over with `second`."""

    def __init__(self, first: ConteEngine, second: ConteEngine) -> None:
        self.id = first.id
        self.prompt_version = first.prompt_version
        self._first = first
        self._second = second

    async def write(self, brief: Brief, seed: int) -> AsyncIterator[Provenance | Treatment | Cut]:
        """What `first` writes; after its failure a `Provenance` that says `instead_of`, then
        everything by `second`.

        Raises:
            ConteError: if neither can write.
        """
        try:
            async with aclosing(_said_by(self._first, brief, seed)) as parts:
                async for part in parts:
                    yield part
            return
        except ConteError as error:
            why = f"{self._first.id.name}: {error}"
        async with aclosing(_said_by(self._second, brief, seed)) as parts:
            async for part in parts:
                if isinstance(part, Provenance):
                    part = part.model_copy(update={"instead_of": why})
                yield part


async def _said_by(
    engine: ConteEngine, brief: Brief, seed: int
) -> AsyncGenerator[Provenance | Treatment | Cut]:
    """The engine's parts, with a provenance first."""
    first = True
    parts = engine.write(brief, seed)
    try:
        async for part in parts:
            if first and not isinstance(part, Provenance):
                yield Provenance(engine=engine.id, seed=seed, prompt_version=engine.prompt_version)
            first = False
            yield part
    finally:
        # A model that nobody listens to any more is to stop.
        if isinstance(parts, AsyncGenerator):
            await parts.aclose()
