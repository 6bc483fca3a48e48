"""Take order: a request for another take of a cut, beside the existing version."""

from typing import Literal

from conte.clip import Source, Tier
from conte.cut import CutId
from conte.frozen import Frozen
from conte.production import Failure

OrderState = Literal["waiting", "ready", "failed"]


class TakeOrder(Frozen):
    """A requested take. `number` counts from 1 within the production."""

    number: int
    cut: CutId
    version: int
    """Version whose cut it is rendered from: the newest when it was requested."""
    tier: Tier
    seed: int
    source: Source = "rendered"
    upload: str | None = None
    """Vault key of the uploaded file from which it is made; None: it is rendered."""
    state: OrderState = "waiting"
    take: str | None = None
    """Id of the take, once it is ready."""
    failure: Failure | None = None
