"""Has a running cluster take what the registry says serves. Knows Serve's configs, no graph."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from serve.ledger.errors import LedgerUnavailable
from serve.registry.applied import WEIGHTS, with_servings
from serve.registry.files import Broken, fetch
from serve.registry.registry import Registry, Serving
from serve.telemetry import log
from serve.vault import Missing, Vault, VaultUnavailable

LOOK_EVERY_S = 1.0

Config = Mapping[str, Any]


class Keeper:
    """`deploy` takes a whole Serve config; what changed in it is what Serve changes."""

    def __init__(
        self, config: Config, registry: Registry, vault: Vault, folder: Path,
        deploy: Callable[[Config], None],
    ) -> None:  # fmt: skip
        self._config, self._deploy = config, deploy
        self._registry, self._vault, self._folder = registry, vault, folder
        self._told: dict[str, Serving] | None = None
        self._next = 0.0

    def look(self) -> None:
        """Deploy, the first time and whenever something else serves. What cannot be fetched is
        told in the log, and what served goes on."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + LOOK_EVERY_S
        try:
            serving = self._registry.serving()
            if serving == self._told:
                return
            folders = {
                entry: asyncio.run(fetch(self._vault, self._registry.get(entry), self._folder))
                for one in serving.values()
                if one.slot in WEIGHTS
                for entry in (one.entry, one.other)
                if entry
            }
        except (LedgerUnavailable, VaultUnavailable, Missing, Broken, OSError) as error:
            log("registry.not_applied", level=logging.WARNING, reason=str(error))
            if self._told is None:
                self._told = {}
                self._deploy(self._config)
            return
        self._told = serving
        applications = [
            with_servings(one, serving.values(), folders) if serving else one
            for one in self._config["applications"]
        ]
        self._deploy({**self._config, "applications": applications})
