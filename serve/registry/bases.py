"""Does an adapter fit the weights that serve? What was recorded is compared; nothing is loaded."""

import json
from collections.abc import Iterator
from pathlib import Path

from serve.registry.entry import ADAPTERS, Entry, Kind
from serve.registry.gate import Refused
from serve.registry.registry import Registry
from serve.revision import revision_of
from serve.settings import Adapter, Settings

_MANIFEST = "manifest.json"
"""Beside what `training` has made: what it began as, among others."""


class Bases:
    """Of a graph: what serves, and what its settings name where nothing is promoted."""

    def __init__(self, registry: Registry, settings: Settings) -> None:
        self._registry, self._settings = registry, settings.at_home()
        self._serving = registry.serving()

    def check(self, entry: Entry) -> None:
        """
        Raises:
            Refused: if it is an adapter of other weights than serve, or weights that an adapter
                which serves was not learnt on. Both are named.
        """
        if entry.kind in ADAPTERS:
            base = self.serving(ADAPTERS[entry.kind])
            if not same(entry.base, base):
                raise Refused(f"{entry.id} was learnt on {entry.base}, and {base} serves")
        self.check_under(entry.kind, entry.name)

    def check_under(self, weights: Kind, base: str = "") -> None:
        """The same of weights that are to serve; `base`: by default what the settings name.

        Raises:
            Refused
        """
        for kind in (kind for kind, of in ADAPTERS.items() if of is weights):
            for name, learnt_on, way_out in self._adapters(kind):
                base = base or self._named(weights)
                if not same(learnt_on, base):
                    raise Refused(
                        f"{name} serves and was learnt on {learnt_on}, not on {base}: {way_out}"
                    )

    def serving(self, weights: Kind) -> str:
        """Revision of the weights that serve.

        Raises:
            Refused: if it cannot be told, and why.
        """
        now = self._serving.get(weights)
        return self._registry.get(now.entry).name if now and now.entry else self._named(weights)

    def _named(self, weights: Kind) -> str:
        conte, final = self._settings.conte, self._settings.final
        setting, engine, wanted, path = (
            ("conte", conte.engine, "vllm", conte.vllm.checkpoint)
            if weights is Kind.CONTE_MODEL
            else ("final", final.engine, "diffusers", final.diffusers.checkpoint)
        )
        if engine != wanted:
            raise Refused(
                f"{setting}.engine is {engine}, wanted {wanted}: there are no weights that an"
                " adapter could be put on"
            )
        folder = Path(path).expanduser()
        if not path or not folder.is_dir():
            raise Refused(
                f"{setting}.{wanted}.checkpoint: there is no folder {path or 'named'} here to"
                " compare an adapter's base with"
            )
        return revision_of(folder.resolve())

    def _adapters(self, kind: Kind) -> Iterator[tuple[str, str, str]]:
        """Of each that serves its name, its base, and how it is taken away."""
        if now := self._serving.get(kind):
            for entry in filter(None, (now.entry, now.other)):
                yield entry, self._registry.get(entry).base, f"`sian rollback {kind}` first"
        conte = kind is Kind.CONTE_ADAPTER
        part = self._settings.conte if conte else self._settings.final.diffusers
        setting = "conte.adapters" if conte else "final.diffusers.adapters"
        for name, adapter in part.adapters.items():
            if base := _base_told(adapter):
                yield f"{setting}.{name}", base, "take it out of the graph first"


def same(one: str, other: str) -> bool:
    """By the digest of the files: folders may be called anything."""
    return one.rpartition("@")[2] == other.rpartition("@")[2]


def _base_told(adapter: Adapter) -> str:
    """Empty where nobody has written it down: then it shows when it is loaded."""
    try:
        base = json.loads((Path(adapter.path) / _MANIFEST).read_text("utf-8"))["base"]
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return str(base["name"] if isinstance(base, dict) else base)
