"""The crew as the plan sees it: five verbs, each a stream."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from conte.brief import Brief
from conte.checks.claims import Claims
from conte.checks.timefit import Rates
from conte.clip import Clip, Film, Shot, Tier
from conte.conte import Conte, Treatment
from conte.variant import VariantOf
from deployments.conte_writer import ContePart
from deployments.engines.protocols import RenderError
from deployments.knowledge.claims import claims
from graphs.outlook import Outlook
from serve.settings import Adapter

_T = TypeVar("_T")


class Crew(Protocol):
    @property
    def tiers(self) -> Sequence[Tier]:
        """The enabled tiers, drafts first. The film of the last one ends a production."""
        ...

    def write(self, brief: Brief, seed: int, production: str) -> AsyncGenerator[ContePart]:
        """Write a conte. `production` selects the prompt and adapter (see serve/registry)."""
        ...

    def write_direction(
        self,
        brief: Brief,
        seed: int,
        production: str,
        index: int,
        before: Sequence[Treatment],
        variant_of: VariantOf | None = None,
    ) -> AsyncGenerator[ContePart]:
        """Write direction `index`, counted from 0.

        `before`: the treatments of earlier directions, as far as written. `variant_of`: the
        direction to vary, if any.
        """
        ...

    def render(self, shot: Shot, cut: int, tier: Tier) -> AsyncGenerator[float | Clip]: ...

    def bring_in(
        self, upload: str, shot: Shot, cut: int, tier: Tier
    ) -> AsyncGenerator[float | Clip]:
        """Make a clip of an uploaded file. `upload`: its vault key."""
        ...

    def cut_ahead(self, conte: Conte, brief: Brief, clips: Sequence[Clip]) -> AsyncGenerator[int]:
        """Cut the pieces of the film that these clips suffice for. `join` reuses them or cuts them
        itself.
        """
        ...

    def join(
        self, conte: Conte, brief: Brief, clips: Sequence[Clip], version: int
    ) -> AsyncGenerator[float | Film]: ...


class CrewMemberDied(Exception):
    """The process that worked on a step died. The step can be tried again elsewhere."""


class CrewError(Exception):
    """A step failed with an unexpected exception; the message is that exception's."""


@dataclass(frozen=True)
class Plan:
    """A director's limits and options for a production. Sizes in pixels, times in seconds."""

    short_side: Mapping[Tier, int]
    clip_timeout_s: Mapping[Tier, float]
    """Longest time between two progress steps, from the clip's first step on."""
    continues: Mapping[Tier, bool] = field(default_factory=dict[Tier, bool])
    """True for the tiers whose engine can start a cut from the last frame of the one before."""
    adapters: Mapping[Tier, Mapping[str, Adapter]] = field(
        default_factory=dict[Tier, Mapping[str, Adapter]]
    )
    """LoRA adapters of a tier's engine, by name@revision."""
    conte_timeout_s: float = 300
    film_timeout_s: float = 300
    """Longest time between two progress steps of a film."""
    handles: Mapping[Tier, int] = field(default_factory=dict[Tier, int])
    """Frames to render before and after the shown part of a cut, where they need no further piece.
    """
    longest_s: Mapping[Tier, float | None] = field(default_factory=dict[Tier, float | None])
    """Seconds that a tier's model renders in one piece; None: unknown."""
    outlooks: Mapping[Tier, Outlook] = field(default_factory=dict[Tier, Outlook])
    """How long renders wait, in the tiers where waits are reported and cost money."""
    away_wait_s: float = 1
    """Pause between two attempts to reach an unavailable language model."""
    max_attempts: int = 3
    rates: Rates = field(default_factory=Rates)
    claims: Claims = field(default_factory=claims)
    transient: tuple[type[Exception], ...] = (CrewMemberDied, CrewError, RenderError, TimeoutError)
    """Exceptions after which a step is tried again."""


async def in_time(steps: AsyncGenerator[_T], idle_s: float) -> AsyncGenerator[_T]:
    """Yield the steps; each must follow the one before within `idle_s`.

    The first step has no limit: until then a clip or a film waits in a queue. If a replica dies in
    that time, its handle raises.

    Raises:
        TimeoutError: if the next step is late, or the stream ended without a step.
    """
    patience_s = None
    async with aclosing(steps):
        while True:
            try:
                async with asyncio.timeout(patience_s):
                    step = await anext(steps)
            except StopAsyncIteration:
                raise TimeoutError("it stopped before its end") from None
            yield step
            patience_s = idle_s


def reason_of(error: BaseException) -> str:
    """Return a readable one-line reason, at most 500 characters."""
    if isinstance(error, TimeoutError) and not str(error):
        return "it took too long"
    first_line = (str(error).strip() or type(error).__name__).splitlines()[0]
    return first_line[:500]
