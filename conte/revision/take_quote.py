"""Quote of takes: how many renders, how long they take and what they cost, before they run."""

from typing import Self

from conte.clip import Tier
from conte.frozen import Frozen
from conte.revision.quote import (
    Measured,
    Money,
    Renderers,
    gpu_seconds,
    price_of,
    render_seconds,
)


class TakeQuote(Frozen):
    renders: int
    gpu_s: float | None
    """GPU-seconds in all; null if nothing like them was measured yet."""
    price: Money | None
    """Price; null if the price of a GPU-hour or the seconds are unknown."""
    p50_s: float | None
    """Median seconds until the takes are ready, as measured recently; null: not measured."""
    p90_s: float | None

    @classmethod
    def of(
        cls, num: int, num_frames: int, tier: Tier, measured: Measured, renderers: Renderers
    ) -> Self:
        """Quote `num` takes of so many frames each."""
        each_s = gpu_seconds(tier, num_frames, measured, renderers)
        gpu_s = None if each_s is None else round(num * each_s, 2)

        def within_s(part: float) -> float | None:
            seconds = render_seconds(tier, [num_frames] * num, measured, renderers, part)
            return None if seconds is None else round(measured.queue_s + seconds, 2)

        return cls(
            renders=num,
            gpu_s=gpu_s,
            price=price_of(None if gpu_s is None else {tier: gpu_s}, renderers),
            p50_s=within_s(0.5),
            p90_s=within_s(0.9),
        )
