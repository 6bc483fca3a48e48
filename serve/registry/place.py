"""Locates promotable weights in a graph's settings, as each engine's settings declare them."""

from dataclasses import dataclass
from typing import Any

from serve.registry.entry import EntryKind
from serve.settings import Settings, WeightsSettings

PARTS = {EntryKind.CONTE_MODEL: "conte", EntryKind.VIDEO_MODEL: "final"}
"""Kind of weights -> the part of the settings in which it serves. Drafts take no promotions."""


@dataclass(frozen=True)
class Place:
    """Location of one engine's settings: the part, and in it the field named like the engine."""

    part: str
    engine: str
    turned_on: bool
    """True: promoting weights selects this engine."""
    adapters: tuple[str, ...]
    """Field names that lead to the adapters' settings: the part, or the engine within it."""

    @property
    def setting(self) -> str:
        return f"{self.part}.{self.engine}"

    def checkpoint(self, settings: Settings) -> str:
        return getattr(getattr(settings, self.part), self.engine).checkpoint

    def adapters_in(self, settings: Settings) -> Any:
        found: Any = settings
        for name in (*self.adapters, "adapters"):
            found = getattr(found, name)
        return found


def place_of(weights: EntryKind, engine: str = "") -> Place:
    """Return the place of a kind of weights: of `engine` if it takes them, else of the first that
    does.

    Raises:
        LookupError: if no engine takes them.
    """
    part = PARTS[weights]
    of_part: Any = Settings.model_fields[part].annotation
    takes = {
        name: field.annotation
        for name, field in of_part.model_fields.items()
        if isinstance(field.annotation, type)
        and issubclass(field.annotation, WeightsSettings)
        and field.annotation.promotes == weights
    }
    if not takes:
        raise LookupError(f"no engine of {part} says that it promotes a {weights}")
    name = engine if engine in takes else next(iter(takes))
    within = "adapters" in takes[name].model_fields
    return Place(part, name, takes[name].turned_on, (part, name) if within else (part,))
