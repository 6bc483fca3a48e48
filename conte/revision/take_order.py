"""Take order: another take of a cut, asked for beside the version that stands."""

from typing import Literal

from conte.clip import Source, Tier
from conte.cut import CutId
from conte.frozen import Frozen
from conte.production import Failure

OrderState = Literal["waiting", "ready", "failed"]


class TakeOrder(Frozen):
    """One take that was asked for. `number` counts from 1 within the production."""

    number: int
    cut: CutId
    version: int
    """Whose cut it is rendered from: the newest when it was asked for."""
    tier: Tier
    seed: int
    source: Source = "rendered"
    upload: str | None = None
    """Vault key of the file that it is made from, if it was uploaded."""
    state: OrderState = "waiting"
    take: str | None = None
    """The id of the take, once it is ready."""
    failure: Failure | None = None
