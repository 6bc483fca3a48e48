"""Deploys what the registry promotes to a running cluster. Knows Serve's configs, no graph."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from serve.database.errors import DatabaseUnavailable
from serve.registry.applied import WEIGHTS, with_servings
from serve.registry.files import fetch
from serve.registry.registry import Registry, Serving
from serve.telemetry import log
from serve.vault import Vault, VaultUnavailable

LOOK_EVERY_S = 1.0

Config = Mapping[str, Any]


class Keeper:
    """Watches the registry. `deploy` gets a whole Serve config; Serve changes only what differs."""

    def __init__(
        self, config: Config, registry: Registry, vault: Vault, folder: Path,
        deploy: Callable[[Config], None],
    ) -> None:  # fmt: skip
        self._config, self._deploy = config, deploy
        self._registry, self._vault, self._folder = registry, vault, folder
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
        folders: dict[str, Path] = {}
        applied: dict[str, Serving] = {}
        for slot, one in serving.items():
            # One by one: an entry whose files are lost does not block other slots.
            for wanted in (one, before.get(slot)):
                if wanted is None:
                    break
                try:
                    folders |= self._folders(wanted)
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
        applications = [
            with_servings(one, applied.values(), folders) if applied else one
            for one in self._config["applications"]
        ]
        self._deploy({**self._config, "applications": applications})
        # Set only after deploying: a failed deployment is tried again.
        self._applied, self._changed = applied, False

    def _folders(self, serving: Serving) -> dict[str, Path]:
        """Return entry -> folder of its fetched files, for slots with weights."""
        entries = (serving.entry, serving.other) if serving.slot in WEIGHTS else ()
        return {
            entry: asyncio.run(fetch(self._vault, self._registry.get(entry), self._folder))
            for entry in entries
            if entry
        }


def _not_applied(slot: str, error: Exception) -> None:
    log("registry.not_applied", level=logging.WARNING, slot=slot, reason=str(error))
