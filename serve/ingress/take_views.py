"""Takes and their orders as JSON. The client reads the same types; no HTTP here."""

from collections.abc import Mapping, Sequence
from typing import Self

from conte.clip import Clip, Source, Tier
from conte.production import Failure
from conte.revision.take_order import OrderState, TakeOrder
from serve.ingress.views import Paths, View


class TakeView(View):
    """A take: a clip that a cut has had, or that was made to be picked."""

    take: str
    cut: str
    """Id of the cut."""
    tier: Tier
    source: Source
    engine: str
    """Label of the engine that made it."""
    num_frames: int
    head: int
    tail: int
    seed: int
    remarks: tuple[str, ...]
    url: str
    """URL of its video."""
    poster: str
    """URL of a still, the middle frame of its video."""

    @classmethod
    def of(cls, take: str, clip: Clip, paths: Paths) -> Self:
        return cls(
            take=take,
            cut=clip.cut_id,
            tier=clip.tier,
            source=clip.source,
            engine=clip.engine.label,
            num_frames=clip.num_frames,
            head=clip.head,
            tail=clip.tail,
            seed=clip.seed,
            remarks=clip.remarks,
            url=paths.take(take, clip.key),
            poster=paths.take_poster(take, clip),
        )


class TakeOrderView(View):
    """A take that was ordered."""

    order: int
    """Number of the order within the production, from 1."""
    cut: str
    """Id of the cut."""
    version: int
    tier: Tier
    source: Source
    state: OrderState
    take: str | None
    """Id of the take, once it is ready."""
    failure: Failure | None

    @classmethod
    def of(cls, order: TakeOrder) -> Self:
        found = order.model_dump(include={"cut", "version", "tier", "source", "state", "take"})
        return cls(order=order.number, failure=order.failure, **found)


class TakesView(View):
    takes: tuple[TakeView, ...]
    """Takes, the oldest first."""
    orders: tuple[TakeOrderView, ...] = ()
    """Orders, the oldest first."""

    @classmethod
    def of(cls, takes: Mapping[str, Clip], orders: Sequence[TakeOrder], paths: Paths) -> Self:
        return cls(
            takes=tuple(TakeView.of(take, clip, paths) for take, clip in takes.items()),
            orders=tuple(TakeOrderView.of(order) for order in orders),
        )


class UploadedView(View):
    """An uploaded file that becomes a take of a cut."""

    order: TakeOrderView
    num_frames: int
    """Frames of the take, at the film's rate."""
    duration_s: float
    """Seconds of the file; for a still picture, of the take."""
    cut_frames: int
    """Frames of the cut."""
    covers: bool
    """False: the take is shorter than the cut, which has to be shortened (`retime`) to show it."""
    remarks: tuple[str, ...] = ()
    """Notes on its conversion, such as "its sound is left out"."""


class OrderedView(View):
    """Takes that are being made."""

    orders: tuple[TakeOrderView, ...]
