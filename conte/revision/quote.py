"""Quote: what sealing a draft renders, how long that takes and what it costs, before it runs."""

from collections.abc import Mapping, Sequence
from math import ceil
from statistics import quantiles
from typing import Annotated

from pydantic import Field

from conte.clip import Tier
from conte.frozen import Frozen, digest
from conte.revision.draft import WholeDraft
from conte.revision.fate import Fate


class QuotedCut(Fate):
    """What happens to a cut's clip of one tier, and the GPU time expected for it."""

    gpu_s: float | None = None
    """GPU-seconds; null if it is not rendered, or nothing like it was measured yet."""


class Money(Frozen):
    amount: float
    currency: str


class Quote(Frozen):
    """Quote of a draft. `hash` binds it to the draft's base, its operations and the renders."""

    hash: str
    base: int
    revision: int
    """Revision of the draft at the time of the quote."""
    renders: int
    cuts: tuple[QuotedCut, ...]
    gpu_s: float | None
    """GPU-seconds in all; null if one clip's are unknown."""
    price: Money | None
    """Price; null, never 0, if the price of a GPU-hour or the seconds are unknown."""
    p50_s: float | None
    """Median seconds until the film is ready, as measured recently; null: not measured."""
    p90_s: float | None


class Measured(Frozen):
    """Recent render and film times. Unmeasured parts are empty."""

    seconds_per_frame: Mapping[Tier, tuple[float, ...]]
    edit_s: tuple[float, ...]
    queue_s: float = 0
    """Expected seconds until the work that waits before it is done."""


class Renderers(Frozen):
    """Renderers of each tier, and the price of their time."""

    gpus: Mapping[Tier, float]
    """GPUs of one renderer; 0: it runs on a CPU and costs no GPU-seconds."""
    replicas: Mapping[Tier, int]
    gpu_hour: Annotated[float | None, Field(ge=0)] = None
    """Price of a GPU-hour of a tier that `gpu_hours` does not name."""
    currency: str = "KRW"
    gpu_hours: Mapping[Tier, float] = Field(default_factory=dict)

    def hour(self, tier: Tier) -> float | None:
        return self.gpu_hours.get(tier, self.gpu_hour)


class Priced(Frozen):
    """Time and price of renders; the fields are those of a quote."""

    gpu_s: float | None
    price: Money | None
    p50_s: float | None
    p90_s: float | None


def quote(
    draft: WholeDraft, fates: Sequence[Fate], measured: Measured, renderers: Renderers
) -> Quote:
    """Price the fates of a draft's clips."""
    frames = {cut.id: cut.num_frames for cut in draft.working.conte.cuts}
    rendered = [fate for fate in fates if fate.what == "rendered"]
    told = priced([(one.tier, frames[one.cut]) for one in rendered], measured, renderers)
    return Quote(
        hash=hash_of(draft, fates),
        base=draft.base,
        revision=draft.revision,
        renders=len(rendered),
        cuts=tuple(_quoted(fate, frames[fate.cut], measured, renderers) for fate in fates),
        **dict(told),
    )


def priced(
    rendered: Sequence[tuple[Tier, int]], measured: Measured, renderers: Renderers
) -> Priced:
    """Price renders, each a tier and a number of frames."""
    by_tier: dict[Tier, float] | None = {}
    for tier, frames in rendered:
        seconds = gpu_seconds(tier, frames, measured, renderers)
        if seconds is None:
            by_tier = None
            break
        by_tier[tier] = by_tier.get(tier, 0.0) + seconds
    return Priced(
        gpu_s=None if by_tier is None else sum(by_tier.values()),
        price=price_of(by_tier, renderers),
        p50_s=_seconds(rendered, measured, renderers, 0.5),
        p90_s=_seconds(rendered, measured, renderers, 0.9),
    )


def hash_of(draft: WholeDraft, fates: Sequence[Fate]) -> str:
    """Return the hash of what a quote promises: the same draft, the same renders."""
    what = [(fate.cut, fate.tier, fate.what) for fate in fates]
    return digest([draft.production, draft.base, draft.operations, what])[:32]


def _quoted(fate: Fate, num_frames: int, measured: Measured, renderers: Renderers) -> QuotedCut:
    gpu_s = None
    if fate.what == "rendered":
        gpu_s = gpu_seconds(fate.tier, num_frames, measured, renderers)
    return QuotedCut(**dict(fate), gpu_s=gpu_s)


def _seconds(
    rendered: Sequence[tuple[Tier, int]], measured: Measured, renderers: Renderers, part: float
) -> float | None:
    """Return the seconds of queue, renders and film; None if one was never measured."""
    total = percentile(measured.edit_s, part)
    if total is None:
        return None
    total += measured.queue_s
    tiers: set[Tier] = {tier for tier, _ in rendered}
    for tier in sorted(tiers):
        clips = [frames for of_tier, frames in rendered if of_tier == tier]
        seconds = render_seconds(tier, clips, measured, renderers, part)
        if seconds is None:
            return None
        total += seconds
    return round(total, 2)


def price_of(gpu_s: Mapping[Tier, float] | None, renderers: Renderers) -> Money | None:
    """Return the price of each tier's GPU-seconds; None, never 0, if a price or the seconds are
    unknown.
    """
    if gpu_s is None or (renderers.gpu_hour is None and not renderers.gpu_hours):
        return None
    amount = 0.0
    for tier, seconds in gpu_s.items():
        hour = renderers.hour(tier)
        if hour is None and seconds:
            return None
        amount += seconds / 3600 * (hour or 0.0)
    return Money(amount=round(amount, 2), currency=renderers.currency)


def gpu_seconds(
    tier: Tier, num_frames: int, measured: Measured, renderers: Renderers
) -> float | None:
    """Return the GPU-seconds of a clip; None if nothing like it was measured yet."""
    gpus = renderers.gpus.get(tier, 0)
    if not gpus:
        return 0.0
    seconds = percentile(measured.seconds_per_frame.get(tier, ()), 0.5)
    return None if seconds is None else round(gpus * seconds * num_frames, 2)


def render_seconds(
    tier: Tier, clips: Sequence[int], measured: Measured, renderers: Renderers, part: float
) -> float | None:
    """Return the seconds to render clips of so many frames together; None: never measured."""
    each = percentile(measured.seconds_per_frame.get(tier, ()), part)
    if each is None:
        return None
    replicas = max(1, renderers.replicas.get(tier, 1))
    return each * max(sum(clips) / replicas, max(clips), ceil(len(clips) / replicas))


def percentile(values: Sequence[float], part: float) -> float | None:
    """Return the percentile `part` (0..1), interpolated; None without values."""
    if not values:
        return None
    if len(values) == 1:
        return values[0]
    return quantiles(values, n=100, method="inclusive")[round(part * 100) - 1]
