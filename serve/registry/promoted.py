"""Brings promoted weights onto the machine of the process that loads them."""

import asyncio
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from serve.registry.weights_cache import Files, Held, WeightsCache
from serve.settings import Settings, VaultSettings
from serve.vault.opening import vault_at

_held: list[Held] = []
"""What this process has loaded: its files stay as long as it lives."""


@dataclass(frozen=True)
class Promoted:
    """The files of the promoted entries, and where they are fetched from."""

    files: Mapping[str, Files]
    """Entry -> its files. An entry's folder has its name."""
    most_bytes: int
    vault_url: str
    vault: VaultSettings

    @staticmethod
    def of(settings: Settings) -> "Promoted":
        weights = settings.weights
        return Promoted(weights.files, weights.most_bytes, settings.vault_url, settings.vault)

    def hold(self, folders: Iterable[str]) -> None:
        """Fetch what is missing of the folders that are promoted entries' and keep it; ignore
        others. Blocks, however long that takes.

        Raises:
            Broken: if a file differs from the registered one.
            Missing, VaultUnavailable
            OSError: if the disk is full.
        """
        paths = [Path(one) for one in folders if Path(one).name in self.files]
        if paths:
            with ThreadPoolExecutor(1) as aside:  # Serve's constructors run in an event loop
                _held.extend(aside.submit(asyncio.run, self._fetched(paths)).result())

    async def _fetched(self, paths: Iterable[Path]) -> list[Held]:
        vault = vault_at(self.vault_url, self.vault)
        return [
            await WeightsCache(path.parent, self.most_bytes).hold(
                vault, path.name, self.files[path.name]
            )
            for path in paths
        ]
