"""Events as the API sends them: an envelope class for each kind, and their union by the field
`event`.

Kinds that a newer release has added, and unreadable data, have an envelope too, so that a reader
never fails on an unknown event.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal, Union, cast

from pydantic import Field, create_model

from conte.clip import Clip, Film, Tier
from conte.events import KINDS, ClipReady, FilmReady, ProductionDone, TakeReady
from conte.production import AnyKind, Event, EventData, EventKind
from serve.ingress.views import (
    ClipView,
    FilmView,
    Paths,
    View,
    clip_view,
    film_view,
    take_clip_view,
)
from serve.stored import Unreadable, value_of
from serve.stored.lenient import lenient


class ClipReadyView(EventData):
    kind: ClassVar = EventKind.CLIP_READY
    version: int
    cut: int
    tier: Tier
    clip: ClipView


class TakeReadyView(EventData):
    kind: ClassVar = EventKind.TAKE_READY
    order: int
    version: int
    cut: int
    tier: Tier
    clip: ClipView


class FilmReadyView(EventData):
    kind: ClassVar = EventKind.FILM_READY
    version: int
    tier: Tier
    film: FilmView


class ProductionDoneView(EventData):
    kind: ClassVar = EventKind.DONE
    version: int
    film: FilmView


class EventView(View):
    """One event of a production; `id` counts from 1 without gaps."""

    id: int
    event: AnyKind
    """One of `EventKind`, or a kind that a newer release has added."""
    production: str
    at: datetime
    by: str
    """Author of the event: the ingress, a director, or an engine's name and revision."""
    data: EventData | dict[str, Any]
    """A dictionary if the kind is unknown or the data cannot be read."""
    number: int | None = None
    """Number of the event among those of all of the tenant's productions; only in their stream."""

    @classmethod
    def of(cls, event: Event, production: str, root: str = "", **more: Any) -> "EventView":
        """Convert a stored event. `more`: the field `number`, for the tenant's stream."""
        paths = Paths(production, root)
        data = (
            _read_by_hand(event.data, paths)
            if isinstance(event.data, dict)
            else _face(event.data, paths)
        )
        return _ENVELOPES.get(type(data), OtherEvent)(
            id=event.id,
            event=event.kind,
            production=production,
            at=datetime.fromtimestamp(event.at, UTC),
            by=event.by,
            data=data,
            **more,
        )

    @classmethod
    def read(cls, text: str | bytes) -> "EventView":
        """Parse an event as sent by any release.

        Raises:
            ValidationError: if it is not an event.
        """
        return cast(EventView, lenient(AnyEventView).validate_json(text))

    def text(self) -> str:
        """Return JSON with the stored fields: fields added since are not filled in."""
        return self.model_dump_json(exclude_unset=True)

    @property
    def ends(self) -> bool:
        if isinstance(self.data, EventData):
            return self.data.ends
        return isinstance(self.event, EventKind) and self.event.ends


class OtherEvent(EventView):
    """An event of a kind that a newer release has added, or with unreadable data.

    `data` is as stored; if it cannot be read, its `unreadable` says why.
    """

    # Nothing is ever assigned to it.
    data: dict[str, Any]  # pyright: ignore[reportIncompatibleVariableOverride]


_FACES: dict[type[EventData], type[EventData]] = {
    ClipReady: ClipReadyView,
    TakeReady: TakeReadyView,
    FilmReady: FilmReadyView,
    ProductionDone: ProductionDoneView,
}


def _envelope(data: type[EventData]) -> type[EventView]:
    fields: dict[str, Any] = {"event": Literal[data.kind], "data": _FACES.get(data, data)}
    return create_model(f"{data.__name__}Event", __base__=EventView, **fields)


_ENVELOPES: dict[type[Any], type[EventView]] = {
    _FACES.get(data, data): _envelope(data) for data in KINDS
}
_ByKind: Any = Annotated[Union[tuple(_ENVELOPES.values())], Field(discriminator="event")]  # noqa: UP007
AnyEventView: Any = Annotated[_ByKind | OtherEvent, Field(union_mode="left_to_right")]


def _face(data: EventData, paths: Paths) -> EventData:
    """Return the data with URLs in place of vault keys."""
    match data:
        case ClipReady(version=version, cut=cut, tier=tier, clip=clip):
            view = clip_view(clip, paths, version)
            return ClipReadyView(version=version, cut=cut, tier=tier, clip=view)
        case TakeReady(order=order, version=version, cut=cut, tier=tier, clip=clip):
            view = take_clip_view(clip, paths, version)
            return TakeReadyView(order=order, version=version, cut=cut, tier=tier, clip=view)
        case FilmReady(version=version, tier=tier, film=film):
            view = film_view(film, paths, version)
            return FilmReadyView(version=version, tier=tier, film=view)
        case ProductionDone(version=version, film=film):
            return ProductionDoneView(version=version, film=film_view(film, paths, version))
        case _:
            return data


def _read_by_hand(data: dict[str, Any], paths: Paths) -> dict[str, Any]:
    """Replace vault keys in untyped data, too. An unreadable clip or film becomes null."""
    faces: tuple[tuple[str, type[Clip] | type[Film]], ...] = (("clip", Clip), ("film", Film))
    for name, type_ in faces:
        if not isinstance(data.get(name), dict):
            continue
        try:
            found, number = value_of(type_, data[name]), int(data["version"])
        except (Unreadable, LookupError, TypeError) as error:
            data = data | {name: None, "unreadable": str(error)}
            continue
        of_clip = take_clip_view if "order" in data else clip_view
        view = (
            of_clip(found, paths, number)
            if isinstance(found, Clip)
            else film_view(found, paths, number)
        )
        data = data | {name: view.model_dump(mode="json")}
    return data
