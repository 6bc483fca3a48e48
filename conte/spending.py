"""Money: what GPU time costs, and how much of it a day may cost. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import Field

from conte.clip import Clip, Tier
from conte.frozen import Frozen

Amount = Annotated[float, Field(ge=0)]
DAY_S = 24 * 3600.0


class Prices(Frozen):
    """Price of a GPU-hour, by engine and size. What is not known has no price, never 0."""

    currency: str = "KRW"
    gpu_hour: Amount | None = None
    """Price of a GPU-hour for engines without their own price."""
    gpu_hours: Mapping[str, Amount] = Field(default_factory=dict)
    """Prices by engine, or by engine and shorter side in pixels: `diffusers`, `diffusers/1080`."""
    gpus: Mapping[Tier, float] = Field(default_factory=dict)
    """GPUs per renderer; 0: it runs on a CPU, which has no price."""
    utc_offset_h: float = 9
    """Offset from UTC, in hours, of the clock by which a day begins."""

    def hour(self, engine: str, short_side: int) -> float | None:
        for name in (f"{engine}/{short_side}", engine):
            if name in self.gpu_hours:
                return self.gpu_hours[name]
        return self.gpu_hour

    def gpu_s(self, clip: Clip) -> float:
        """Return the GPU-seconds that a clip took, also for a clip found in the vault; 0 on a
        CPU."""
        if clip.source != "rendered":
            return 0.0
        seconds = clip.took_s if clip.reused else clip.render_s
        return seconds * self.gpus.get(clip.tier, 0.0)

    def of(self, clip: Clip) -> float | None:
        """Return the cost of a clip; None if its GPU-hour has no known price."""
        hour = self.hour(clip.engine.name, min(clip.width, clip.height))
        return None if hour is None else self.gpu_s(clip) / 3600 * hour

    def day(self, at: float) -> str:
        """Return the day of a time in seconds since the epoch, such as 2026-11-30."""
        return datetime.fromtimestamp(at + 3600 * self.utc_offset_h, UTC).date().isoformat()

    def day_before(self, at: float, days: int) -> str:
        return self.day((datetime.fromtimestamp(at, UTC) - timedelta(days=days)).timestamp())

    def ends_in_s(self, at: float) -> float:
        """Return the seconds until the day of a time ends."""
        return DAY_S - (at + 3600 * self.utc_offset_h) % DAY_S


class Ceilings(Frozen):
    """Largest amounts that finals may cost per day."""

    house: Amount | None = None
    """Ceiling of all tenants together; None: none."""
    each: Amount | None = None
    """Ceiling of each tenant that has no separate one; None: none."""
    tenants: Mapping[str, Amount] = Field(default_factory=dict)

    @property
    def any(self) -> bool:
        return self.house is not None or self.each is not None or bool(self.tenants)

    def of(self, tenant: str) -> float | None:
        return self.tenants.get(tenant, self.each)

    def left(self, tenant: str, spent: Mapping[str, float]) -> float | None:
        """Return what a tenant may still spend; None: no ceiling. `spent`: today, by tenant."""
        own, house = self.of(tenant), self.house_left(spent)
        mine = None if own is None else max(0.0, own - spent.get(tenant, 0.0))
        known = [one for one in (mine, house) if one is not None]
        return min(known, default=None)

    def house_left(self, spent: Mapping[str, float]) -> float | None:
        return None if self.house is None else max(0.0, self.house - sum(spent.values()))
