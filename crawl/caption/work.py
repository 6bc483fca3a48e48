"""Inputs of a worker of any stage: storage, run and settings.

Values only, so that it can be sent to every worker; `CaptionContext` holds the opened resources.
"""

from dataclasses import dataclass

from crawl.caption.films_first import FilmsFirst
from crawl.caption.rows import Rows
from crawl.caption.settings import CaptionJobSettings
from crawl.records.database import open_records
from serve.database.engine import Database
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
            vault=Vault.open(
                settings.vault_url,
                settings.vault.endpoint,
                settings.vault.region,
                settings.vault.access_key.get_secret_value(),
                settings.vault.secret_key.get_secret_value(),
            ),
            films=FilmsFirst(settings.films_ledger),
        )


@dataclass(frozen=True)
class CaptionContext:
    records: Database
    rows: Rows
    vault: Vault
    films: FilmsFirst
