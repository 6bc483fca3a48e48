"""FallBack: one engine writes where another cannot, and the conte says so. Knows no model."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from conte.brief import Brief
from conte.conte import Treatment
from conte.cut import Cut
from conte.production import Provenance
from deployments.engines.protocols import ConteEngine, ConteError

BEGUN, ENDED = 0.5, 0.75
"""The parts of the time for a conte by which the first engine has to have a treatment, and all."""


class FallBack:
    """Writes with `first`; if that fails, even in the middle, starts over with `second`.

    A server can be silent or slow for longer than a conte may take, with all the patience there is
    for it: whoever waits for the conte would give up, and `second` never be asked. So `first` has
    to be done while some of `timeout_s`, the time for a conte, is left (to a rewriter, too).
    """

    def __init__(self, first: ConteEngine, second: ConteEngine, timeout_s: float) -> None:
        self.id = first.id
        self.prompt_version = first.prompt_version
        self._first = first
        self._second = second
        self._timeout_s = timeout_s

    async def write(self, brief: Brief, seed: int) -> AsyncIterator[Provenance | Treatment | Cut]:
        """What `first` writes; after its failure a `Provenance` that says `instead_of`, then
        everything by `second`.

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
