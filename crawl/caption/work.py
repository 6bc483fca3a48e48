"""Inputs of a worker of any stage: storage, run and settings.

Values only, so that it can be sent to every worker; `CaptionContext` holds the opened resources.
"""

from dataclasses import dataclass

from crawl.caption.fetching import Fetching
from crawl.caption.films_first import FilmsFirst
from crawl.caption.rows import Rows
from crawl.caption.settings import CaptionJobSettings
from crawl.records.database import open_records
from crawl.videos.work_folder import sweep
from serve.bounded import Bounded, CallLimits
from serve.database.engine import Database
from serve.vault.opening import vault_at
from serve.vault.vault import Vault


@dataclass(frozen=True)
class CaptionWork:
    settings: CaptionJobSettings
    dataset: str
    run: str

    def open(self) -> "CaptionContext":
        settings = self.settings
        records = open_records(settings.records_url)
        return CaptionContext(
            records=records,
            rows=Rows(records, self.dataset, self.run),
            vault=vault_at(settings.vault_url, settings.vault),
            films=FilmsFirst(settings.films_ledger),
        )

    def child(self) -> Bounded:
        """Return a bounded child process within the settings' limits for one video."""
        bounds = self.settings.bounds
        return Bounded(
            CallLimits(memory_bytes=bounds.memory_bytes, cpu_s=bounds.cpu_s, wall_s=bounds.wall_s)
        )


@dataclass(frozen=True)
class CaptionContext:
    records: Database
    rows: Rows
    vault: Vault
    films: FilmsFirst

    def fetching(self, settings: CaptionJobSettings) -> Fetching:
        """Return what fetches videos into the scratch folder, emptied of dead workers' files."""
        sweep(settings.scratch)
        most = settings.bounds.file_bytes
        return Fetching(self.vault, self.records, most, settings.scratch, settings.crawl)
