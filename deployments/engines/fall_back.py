"""FallBack: a second engine writes where the first cannot; the conte says so. Knows no model."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing

from conte.brief import Brief
from conte.conte import Treatment
from conte.cut import Cut
from conte.production import Provenance
from conte.variant import VariantOf
from deployments.engines.directed import Directed
from deployments.engines.protocols import ConteEngine, ConteError

BEGUN, ENDED = 0.5, 0.75
"""Shares of a conte's time by which the first engine must have sent a treatment, and everything."""


class FallBack:
    """Writes with `first`; if that fails, even midway, starts over with `second`.

    A server may be silent or slow for longer than a conte may take; the caller would give up before
    `second` is tried. So `first` must finish while some of `timeout_s`, the time for a conte, is
    left (for a rewriter, too).
    """

    def __init__(self, first: ConteEngine, second: ConteEngine, timeout_s: float) -> None:
        self.id = first.id
        self.prompt_version = first.prompt_version
        self._first = first
        self._second = second
        self._timeout_s = timeout_s

    async def write(self, brief: Brief, seed: int) -> AsyncIterator[Provenance | Treatment | Cut]:
        """Yield the parts of `first`; if it fails, a `Provenance` with `instead_of`, then the parts
        of `second`.

        Raises:
            ConteError: if neither can write.
        """
        clock = asyncio.get_running_loop().time
        began, within = clock(), BEGUN
        try:
            async with aclosing(_said_by(self._first, brief, seed)) as parts:
                while True:
                    try:
                        async with asyncio.timeout_at(began + within * self._timeout_s):
                            part = await anext(parts)
                    except StopAsyncIteration:
                        return
                    if not isinstance(part, Provenance):
                        within = ENDED
                    yield part
        except TimeoutError:
            what = "did not begin" if within == BEGUN else "was not done"
            why = f"{self._first.id.name}: {what} in {within * self._timeout_s:g} s"
        except ConteError as error:
            why = f"{self._first.id.name}: {error}"
        async with aclosing(_said_by(self._second, brief, seed)) as parts:
            async for part in parts:
                if isinstance(part, Provenance):
                    part = part.model_copy(update={"instead_of": why})
                yield part

    def write_direction(
        self,
        brief: Brief,
        seed: int,
        index: int,
        before: Sequence[Treatment],
        variant_of: VariantOf | None = None,
    ) -> AsyncIterator[Provenance | Treatment | Cut]:
        """Yield the parts of a direction by `first` or, after its failure, by `second`, as `write`
        does.
        """
        first, second = (
            Directed(one, index, before, variant_of) for one in (self._first, self._second)
        )
        return FallBack(first, second, self._timeout_s).write(brief, seed)


async def _said_by(
    engine: ConteEngine, brief: Brief, seed: int
) -> AsyncGenerator[Provenance | Treatment | Cut]:
    """Yield the engine's parts, with a provenance first."""
    first = True
    parts = engine.write(brief, seed)
    try:
        async for part in parts:
            if first and not isinstance(part, Provenance):
                yield Provenance(engine=engine.id, seed=seed, prompt_version=engine.prompt_version)
            first = False
            yield part
    finally:
        # Stop a model whose output is no longer read.
        if isinstance(parts, AsyncGenerator):
            await parts.aclose()
