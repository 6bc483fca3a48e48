"""Storage of a job, as settings: one folder for everything, unless other settings name places."""

from pathlib import Path

from serve.settings import Part, VaultSettings


class JobStorage(Part):
    out: Path
    records: str = ""
    """SQLAlchemy URL; empty is SQLite under `out`. Workers on several nodes need PostgreSQL."""
    vault: VaultSettings = VaultSettings()
    work: Path | None = None

    @property
    def records_url(self) -> str:
        return self.records or f"sqlite:///{self.out.absolute() / 'records.db'}"

    @property
    def vault_url(self) -> str:
        return self.vault.url or str(self.out.absolute() / "vault")

    @property
    def work_folder(self) -> Path:
        return (self.work or self.out / "work").absolute()
