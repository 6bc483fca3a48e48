"""The crew as the plan sees it: three verbs, each a stream."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from conte.brief import Brief
from conte.checks.claims import Claims
from conte.checks.timefit import Rates
from conte.clip import Clip, Film, Shot, Tier
from conte.conte import Conte
from deployments.conte_writer import ContePart
from deployments.engines.protocols import RenderError
from deployments.knowledge.claims import claims
from serve.settings import Adapter

_T = TypeVar("_T")


class Crew(Protocol):
    @property
    def tiers(self) -> Sequence[Tier]:
        """The tiers that are switched on, drafts first; the last one's film ends a production."""
        ...

    def write(self, brief: Brief, seed: int, production: str) -> AsyncGenerator[ContePart]:
        """`production` decides who writes where several share the work (see serve/registry)."""
        ...

    def render(self, shot: Shot, cut: int, tier: Tier) -> AsyncGenerator[float | Clip]: ...

    def join(
        self, conte: Conte, brief: Brief, clips: Sequence[Clip], version: int
    ) -> AsyncGenerator[float | Film]: ...


class CrewMemberDied(Exception):
    """The process that worked on a step is gone; the step can be tried again elsewhere."""


class CrewError(Exception):
    """A step failed in a way nobody foresaw; the message is the cause's."""


@dataclass(frozen=True)
class Plan:
    """How a director goes about a production. Sizes in pixels, times in seconds."""

    short_side: Mapping[Tier, int]
    clip_timeout_s: Mapping[Tier, float]
    """How long a clip may go without a step of progress, once it has begun."""
    continues: Mapping[Tier, bool] = field(default_factory=dict[Tier, bool])
    """True for the tiers whose engine can start a cut from the last frame of the one before."""
    adapters: Mapping[Tier, Mapping[str, Adapter]] = field(
        default_factory=dict[Tier, Mapping[str, Adapter]]
    )
    """LoRA adapters of a tier's engine, by name@revision."""
    conte_timeout_s: float = 300
    film_timeout_s: float = 300
    away_wait_s: float = 1
    """Between two looks for a language model that is away."""
    max_attempts: int = 3
    rates: Rates = field(default_factory=Rates)
    claims: Claims = field(default_factory=claims)
    transient: tuple[type[Exception], ...] = (CrewMemberDied, CrewError, RenderError, TimeoutError)
    """What is worth another attempt."""


async def in_time(steps: AsyncGenerator[_T], idle_s: float) -> AsyncGenerator[_T]:
    """The steps, none of them later than `idle_s` after the one before.

    The first may take as long as it will: until then a clip waits behind others, which is no
    silence. A replica that dies meanwhile is told by whoever holds its handle.

    Raises:
        TimeoutError: if the next one does not come, or there was none.
    """
    patience_s = None
    async with aclosing(steps):
        while True:
            try:
                async with asyncio.timeout(patience_s):
                    step = await anext(steps)
            except StopAsyncIteration:
                raise TimeoutError("the renderer stopped without a clip") from None
            yield step
            patience_s = idle_s


def reason_of(error: BaseException) -> str:
    """One line for a person."""
    if isinstance(error, TimeoutError) and not str(error):
        return "it took too long"
    first_line = (str(error).strip() or type(error).__name__).splitlines()[0]
    return first_line[:500]
