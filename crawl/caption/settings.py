"""Settings of the caption job: read once at its door, handed to every worker whole."""

import os
from pathlib import Path
from typing import Any

from pydantic import Field

from crawl.analysis.settings import AnalysisSettings
from crawl.duplicates import DuplicateSettings
from crawl.filters import FilterSettings
from crawl.polite.manners import CRAWL, CrawlSettings
from crawl.videos.work_folder import scratch_in
from serve.cluster import FILMS_LEDGER
from serve.job_settings import JobSettings
from serve.settings import CaptionSettings, Part, VaultSettings

MIB = 1 << 20


class BoundSettings(Part):
    """What one video may take before it is given up."""

    memory_bytes: int = Field(default=2048 * MIB, ge=256 * MIB)
    cpu_s: float = Field(default=3600, gt=0)
    wall_s: float = Field(default=7200, gt=0)
    file_bytes: int = Field(default=8192 * MIB, gt=0)
    duration_s: float = Field(default=4 * 3600, gt=0)
    """Longer videos are left out: they are streams and compilations, not films."""
    max_attempts: int = Field(default=3, ge=1)
    max_interruptions: int = Field(default=10, ge=1)
    """How many workers may die over a video before it is taken for the cause."""


class PriceSettings(Part):
    """In KRW: what a plan reckons with. Machines by the hour, storage by GB (1e9 bytes) a month."""

    core_hour: float = Field(default=60, ge=0)
    gpu_hour: float = Field(default=4000, ge=0)
    gb_month: float = Field(default=28, ge=0)


class CaptionJobSettings(Part):
    """All of them; the manifest and the dataset's name are options of the command."""

    out: Path = Path("captions")
    """Records, vault and datasets lie here, unless their own settings say otherwise."""
    records: str = ""
    """SQLAlchemy URL; empty is SQLite under `out`. Workers on several nodes want PostgreSQL."""
    vault: VaultSettings = VaultSettings()
    """Where key frames and clips lie; empty is a folder under `out`."""
    work: Path | None = None
    """Where a node keeps the video that it works on; empty is a folder under `out`."""
    dataset_url: str = ""
    """Where datasets are published: a folder or `s3://bucket/prefix`; empty is under `out`."""
    films_ledger: str = Field(default_factory=lambda: os.environ.get(FILMS_LEDGER, ""))
    """The ledger of the films that are made on the same cluster, which
    passes it to its jobs; empty: there are none."""

    round: int = Field(default=2000, ge=1)
    """Videos that are analysed before near-duplicates are looked for and captions are asked."""
    workers: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1)
    """Videos that are analysed at once, a core each."""
    worker_cpus: float = Field(default=1, ge=0)
    """CPUs that each of them takes from the cluster; 0 lets them run beside what has them all."""
    captioners: int = Field(default=1, ge=1)
    captions_at_once: int = Field(default=16, ge=1)
    """Clips that a captioner asks for at once."""
    object_store_bytes: int = Field(default=256 * MIB, gt=0)
    take_over_s: float = Field(default=10, gt=0)
    """Silence after which a run is taken for dead, and another one may go on."""
    no_progress_timeout_s: int = Field(default=1800, ge=60)
    """For how long films may hold everything up before Ray takes the job for dead."""

    bounds: BoundSettings = BoundSettings()
    analysis: AnalysisSettings = AnalysisSettings()
    filters: FilterSettings = FilterSettings()
    duplicates: DuplicateSettings = DuplicateSettings()
    caption: CaptionSettings = CaptionSettings()
    prices: PriceSettings = PriceSettings()
    crawl: CrawlSettings = CrawlSettings()
    """For videos that a manifest names by a URL."""

    @property
    def records_url(self) -> str:
        return self.records or f"sqlite:///{self.out.absolute() / 'records.db'}"

    @property
    def vault_url(self) -> str:
        return self.vault.url or str(self.out.absolute() / "vault")

    @property
    def scratch(self) -> Path:
        return scratch_in((self.work or self.out / "work").absolute())

    @property
    def datasets(self) -> str:
        return self.dataset_url or str(self.out.absolute() / "datasets")

    @property
    def gives_way(self) -> bool:
        """Whether captions take what films need: a vision model's share of the GPUs."""
        return self.caption.engine == "vision"

    def shaping(self) -> dict[str, Any]:
        """The settings that shape what comes out; a dataset keeps to those it was begun with."""
        caption = self.caption.model_dump(mode="json")
        # Who is asked, and for how much money, may change; what it is asked may not.
        for server in ("vision", "refine"):
            if isinstance(caption.get(server), dict):
                caption[server] = {"model": caption[server].get("model")}
        return {
            "analysis": self.analysis.model_dump(mode="json"),
            "filters": self.filters.model_dump(mode="json"),
            "duplicates": self.duplicates.model_dump(mode="json"),
            "caption": caption,
            "duration_s": self.bounds.duration_s,
        }


SETTINGS = JobSettings(CaptionJobSettings, "SIAN_CAPTIONS_", {"crawl": CRAWL})
