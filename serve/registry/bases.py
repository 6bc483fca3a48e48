"""Checks that an adapter fits the serving weights. Compares records; loads nothing."""

import json
from collections.abc import Iterator
from pathlib import Path

from serve.registry.entry import ADAPTERS, Entry, EntryKind
from serve.registry.gate import PromotionRefused
from serve.registry.place import PARTS, Place, place_of
from serve.registry.registry import Registry
from serve.revision import revision_of
from serve.settings import Adapter, Settings

_MANIFEST = "manifest.json"
"""File beside trained weights that names their base."""


class Bases:
    """Weights and adapters that a graph serves: promoted entries, else those of its settings."""

    def __init__(self, registry: Registry, settings: Settings) -> None:
        self._registry, self._settings = registry, settings.at_home()
        self._serving = registry.serving()

    def check(self, entry: Entry) -> None:
        """Check that the entry fits the serving weights and adapters.

        Raises:
            PromotionRefused: if it is an adapter trained on other weights than those that serve, or
                weights that a serving adapter was not trained on. The message names both.
        """
        if entry.kind in ADAPTERS:
            base = self.serving(ADAPTERS[entry.kind])
            if not same(entry.base, base):
                raise PromotionRefused(f"{entry.id} was learnt on {entry.base}, and {base} serves")
        self.check_under(entry.kind, entry.name)

    def check_under(self, weights: EntryKind, base: str = "") -> None:
        """Check that the serving adapters were trained on these weights.

        `base`: revision of the weights; by default, that of the settings' weights.

        Raises:
            PromotionRefused: if an adapter was not.
        """
        for kind in (kind for kind, of in ADAPTERS.items() if of is weights):
            for name, learnt_on, way_out in self._adapters(kind):
                base = base or self._named(weights)
                if not same(learnt_on, base):
                    raise PromotionRefused(
                        f"{name} serves and was learnt on {learnt_on}, not on {base}: {way_out}"
                    )

    def serving(self, weights: EntryKind) -> str:
        """Return the revision of the serving weights.

        Raises:
            PromotionRefused: if it cannot be determined, with the reason.
        """
        now = self._serving.get(weights)
        return self._registry.get(now.entry).name if now and now.entry else self._named(weights)

    def _named(self, weights: EntryKind) -> str:
        place, engine = self._place(weights)
        path = place.checkpoint(self._settings)
        if engine != place.engine:
            raise PromotionRefused(
                f"{place.part}.engine is {engine}, wanted {place.engine}: there are no weights that"
                " an adapter could be put on"
            )
        folder = Path(path).expanduser()
        if not path or not folder.is_dir():
            raise PromotionRefused(
                f"{place.setting}.checkpoint: there is no folder {path or 'named'} here to"
                " compare an adapter's base with"
            )
        return revision_of(folder.resolve())

    def _adapters(self, kind: EntryKind) -> Iterator[tuple[str, str, str]]:
        """Yield each serving adapter's name, its base, and how to remove it."""
        if now := self._serving.get(kind):
            for entry in filter(None, (now.entry, now.other)):
                yield entry, self._registry.get(entry).base, f"`sian rollback {kind}` first"
        place, _ = self._place(ADAPTERS[kind])
        setting = ".".join((*place.adapters, "adapters"))
        for name, adapter in place.adapters_in(self._settings).items():
            if base := _base_told(adapter):
                yield f"{setting}.{name}", base, "take it out of the graph first"

    def _place(self, weights: EntryKind) -> tuple[Place, str]:
        """Return the place of the weights in the settings, and the engine that the settings
        select."""
        engine = getattr(self._settings, PARTS[weights]).engine
        return place_of(weights, engine), engine


def same(one: str, other: str) -> bool:
    """Return whether two revisions have equal digests: folders may have any name."""
    return one.rpartition("@")[2] == other.rpartition("@")[2]


def _base_told(adapter: Adapter) -> str:
    """Return the adapter's recorded base; empty: none is recorded, so a misfit shows on loading."""
    try:
        base = json.loads((Path(adapter.path) / _MANIFEST).read_text("utf-8"))["base"]
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return str(base["name"] if isinstance(base, dict) else base)
