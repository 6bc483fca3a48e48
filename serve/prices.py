"""Settings -> prices of GPU time and ceilings of a day: one for quotes, charges and the policy."""

from conte.clip import Tier
from conte.spending import Ceilings, Prices
from serve.settings import ClipSettings, Settings


def tiers_of(settings: Settings) -> dict[Tier, ClipSettings]:
    """Return the settings of the enabled tiers."""
    tiers: dict[Tier, ClipSettings] = {"draft": settings.draft, "final": settings.final}
    return {tier: clip for tier, clip in tiers.items() if clip.enabled}


def prices_of(settings: Settings) -> Prices:
    return Prices(
        currency=settings.price.currency,
        gpu_hour=settings.price.gpu_hour,
        gpu_hours=settings.spending.gpu_hours,
        gpus={tier: clip.num_gpus for tier, clip in tiers_of(settings).items()},
        utc_offset_h=settings.spending.utc_offset_h,
    )


def ceilings_of(settings: Settings) -> Ceilings:
    spending = settings.spending
    return Ceilings(
        house=spending.house_a_day, each=spending.tenant_a_day, tenants=spending.tenants_a_day
    )


def hour_of(settings: Settings, tier: Tier) -> float | None:
    """Return a tier's price of a GPU-hour; None: not known."""
    clip = tiers_of(settings)[tier]
    return prices_of(settings).hour(clip.engine, clip.short_side)
