"""Deploys what the registry promotes to a running cluster. Knows Serve's configs, no graph."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from serve.database.errors import DatabaseUnavailable
from serve.registry.applied import WEIGHTS, with_servings
from serve.registry.entry import Entry
from serve.registry.registry import Registry, Serving
from serve.registry.weights_cache import Held, WeightsCache
from serve.telemetry import log
from serve.vault import Vault, VaultUnavailable

LOOK_EVERY_S = 1.0

Config = Mapping[str, Any]


class Keeper:
    """Watches the registry. `deploy` gets a whole Serve config; Serve changes only what differs."""

    def __init__(
        self, config: Config, registry: Registry, vault: Vault, cache: WeightsCache,
        deploy: Callable[[Config], None],
    ) -> None:  # fmt: skip
        self._config, self._deploy = config, deploy
        self._registry, self._vault, self._cache = registry, vault, cache
        self._held: dict[str, tuple[Held, Entry]] = {}
        self._applied: dict[str, Serving] | None = None
        self._next = 0.0
        self._changed = False

    def use(self, config: Config) -> None:
        """Deploy another config at the next look, with what is promoted in it."""
        self._config, self._changed, self._next = config, True, 0.0

    def look(self) -> None:
        """Deploy, the first time and whenever the servings have changed.

        An entry that cannot be fetched is logged, and its slot keeps serving the earlier one.

        Raises:
            Exception: as `deploy` does; the next look tries again.
        """
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + LOOK_EVERY_S
        before = self._applied or {}
        try:
            serving = self._registry.serving()
        except DatabaseUnavailable as error:
            _not_applied("", error)
            serving = before
        if serving == self._applied and not self._changed:
            return
        held: dict[str, tuple[Held, Entry]] = {}
        applied: dict[str, Serving] = {}
        for slot, one in serving.items():
            # One by one: an entry whose files are lost does not block other slots.
            for wanted in (one, before.get(slot)):
                if wanted is None:
                    break
                try:
                    held |= self._weights(wanted)
                except (
                    LookupError,
                    ValueError,
                    OSError,
                    DatabaseUnavailable,
                    VaultUnavailable,
                ) as e:
                    _not_applied(slot, e)
                else:
                    applied[slot] = wanted
                    break
        if applied == self._applied and not self._changed:
            return
        folders = {name: one.folder for name, (one, _) in held.items()}
        files = {name: entry.files for name, (_, entry) in held.items()}
        applications = [
            with_servings(one, applied.values(), folders, files) if applied else one
            for one in self._config["applications"]
        ]
        self._deploy({**self._config, "applications": applications})
        # Set only after deploying: a failed deployment is tried again.
        self._applied, self._changed = applied, False
        for name in self._held.keys() - held.keys():
            self._held.pop(name)[0].release()

    def _weights(self, serving: Serving) -> dict[str, tuple[Held, Entry]]:
        """Return entry -> its folder here and the entry itself, for slots with weights."""
        names = (serving.entry, serving.other) if serving.slot in WEIGHTS else ()
        for name in filter(None, names):
            if name not in self._held:
                entry = self._registry.get(name)
                held = asyncio.run(self._cache.hold(self._vault, name, entry.files))
                self._held[name] = held, entry
        return {name: self._held[name] for name in filter(None, names)}


def _not_applied(slot: str, error: Exception) -> None:
    log("registry.not_applied", level=logging.WARNING, slot=slot, reason=str(error))
