"""Settings of the caption job: read once at the start, and passed whole to every worker."""

import os
from pathlib import Path
from typing import Any

from pydantic import Field

from crawl.analysis.settings import AnalysisSettings
from crawl.duplicates import DuplicateSettings
from crawl.filters import FilterSettings
from crawl.job_storage import JobStorage
from crawl.polite.manners import CRAWL, CrawlSettings
from crawl.videos.work_folder import scratch_in
from serve.cluster import FILMS_LEDGER
from serve.job_settings import JobSettings
from serve.settings import CaptionSettings, Part, VaultSettings
from serve.several_machines import of_one_machine

MIB = 1 << 20


class BoundSettings(Part):
    """Limits for one video; beyond these it is given up."""

    memory_bytes: int = Field(default=2048 * MIB, ge=256 * MIB)
    cpu_s: float = Field(default=3600, gt=0)
    wall_s: float = Field(default=7200, gt=0)
    file_bytes: int = Field(default=8192 * MIB, gt=0)
    duration_s: float = Field(default=4 * 3600, gt=0)
    """Longest video in seconds; longer ones are mostly streams and compilations."""
    max_attempts: int = Field(default=3, ge=1)
    max_interruptions: int = Field(default=10, ge=1)
    """Number of workers that may die on a video before it is quarantined."""


class PriceSettings(Part):
    """Prices for a plan, in KRW: per core hour, per GPU hour, per GB (1e9 bytes) and month, per
    million requests to a bucket; 0 leaves a price out."""

    core_hour: float = Field(default=60, ge=0)
    gpu_hour: float = Field(default=4000, ge=0)
    gb_month: float = Field(default=28, ge=0)
    million_puts: float = Field(default=0, ge=0)
    million_gets: float = Field(default=0, ge=0)
    """For GET and HEAD."""


class CaptionJobSettings(JobStorage):
    """All settings of the job; the manifest and the dataset's name are options of the command."""

    out: Path = Path("captions")
    """Folder of the records, the vault and the datasets, unless their own settings name another."""
    vault: VaultSettings = VaultSettings()
    """Storage of key frames and clips; an empty URL is a folder under `out`."""
    work: Path | None = None
    """Folder for the videos in process on a node; empty is a folder under `out`."""
    dataset_url: str = ""
    """Target of published datasets: a folder or `s3://bucket/prefix`; empty is under `out`."""
    films_ledger: str = Field(default_factory=lambda: os.environ.get(FILMS_LEDGER, ""))
    """URL of the ledger of films made on the same cluster, which passes it to its jobs; empty if no
    films are made there."""

    round: int = Field(default=2000, ge=1)
    """Videos per round: near-duplicates are marked and captions begin once a round is analysed."""
    workers: int | None = Field(default=None, ge=1)
    """Videos that are analysed or cut at once, each on one core; null is as many as the cluster has
    free CPUs for, nodes that join included. A number makes the cluster start nodes for it.
    """
    worker_cpus: float = Field(default=1, ge=0)
    """CPUs that Ray reserves per worker; 0 lets workers run while all CPUs are reserved."""
    captioners: int = Field(default=1, ge=1)
    captions_at_once: int = Field(default=16, ge=1)
    """Clips that one captioner captions concurrently."""
    captions_floor: int = Field(default=0, ge=0)
    """Clips that each captioner goes on with while finals wait for GPUs. With a single GPU leave it
    at 0: the vision model holds what the finals wait for.
    """
    take_over_s: float = Field(default=10, gt=0)
    """Seconds without a heart-beat after which another run may take the dataset over."""

    bounds: BoundSettings = BoundSettings()
    analysis: AnalysisSettings = AnalysisSettings()
    filters: FilterSettings = FilterSettings()
    duplicates: DuplicateSettings = DuplicateSettings()
    caption: CaptionSettings = CaptionSettings()
    prices: PriceSettings = PriceSettings()
    crawl: CrawlSettings = CrawlSettings()
    """Manners for downloading videos that a manifest names by a URL."""

    @property
    def scratch(self) -> Path:
        return scratch_in(self.work_folder)

    @property
    def datasets(self) -> str:
        return self.dataset_url or str(self.out.absolute() / "datasets")

    @property
    def gives_way(self) -> bool:
        """Return whether captions compete with films for GPUs: only the vision model does."""
        return self.caption.engine == "vision"

    def shaping(self) -> dict[str, Any]:
        """Return the settings that change the results; a dataset keeps those it was begun with."""
        caption = self.caption.model_dump(mode="json")
        # The server and its budget may change; the model may not.
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


def refusals(settings: CaptionJobSettings, machines: int) -> list[str]:
    """Return a sentence for each place that workers on other machines do not see."""
    if machines < 2:
        return []
    return of_one_machine(
        f"this cluster has workers on {machines} machines",
        {"records": settings.records_url},
        {"vault.url": settings.vault_url},
    )


SETTINGS = JobSettings(CaptionJobSettings, "SIAN_CAPTIONS_", {"crawl": CRAWL})
