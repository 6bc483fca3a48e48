"""Formats of stored values, and upgrades from older ones.

A format number increases when this release could not read what the one before wrote: a renamed or
redefined field, a word removed from a vocabulary. An added field with a default needs no new one.
"""

from collections.abc import Callable, Mapping
from typing import Any

Upgrade = Callable[[dict[str, Any]], dict[str, Any]]

UPGRADES: Mapping[str, tuple[Upgrade, ...]] = {}
"""Kind of value -> its upgrades, in order: from format 1 to 2, from 2 to 3, ...

A kind is the name of a type, such as "Brief", or "event" for an event's data.
"""

Upgrades = Mapping[str, tuple[Upgrade, ...]]


def newest(kind: str, upgrades: Upgrades = UPGRADES) -> int:
    """Return the format that this release writes."""
    return 1 + len(upgrades.get(kind, ()))


def upgraded(
    kind: str, data: dict[str, Any], found: int, upgrades: Upgrades = UPGRADES
) -> dict[str, Any]:
    """Return the data in the newest format.

    Raises:
        ValueError: if the format is newer than this release.
    """
    if not 1 <= found <= newest(kind, upgrades):
        raise ValueError(f"got format {found}, wanted at most {newest(kind, upgrades)}")
    for upgrade in upgrades.get(kind, ())[found - 1 :]:
        data = upgrade(data)
    return data
