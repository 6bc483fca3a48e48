"""Settings of the videos job: read once at the start, and passed whole to every worker."""

import re
from pathlib import Path

from pydantic import Field, SecretStr

from conte.vocabulary import Language
from crawl.job_storage import JobStorage
from crawl.polite.manners import CRAWL, CrawlSettings
from serve.job_settings import JobSettings
from serve.settings import Part, VaultSettings

MIB = 1 << 20


class DownloadSettings(Part):
    """Limits and choices for the download of one video."""

    height: int = Field(default=360, ge=64)
    """Lines of the rendition for analysis: the largest with at most so many, or the smallest."""
    file_bytes: int = Field(default=8192 * MIB, gt=0)
    """Largest size of one rendition, in bytes."""
    duration_s: float = Field(default=4 * 3600, gt=0)
    """Longest video in seconds; longer ones are mostly streams and compilations."""
    wall_s: float = Field(default=3600, gt=0)
    memory_bytes: int = Field(default=2048 * MIB, ge=512 * MIB)
    """Address space of the process that reads the site, in bytes."""
    max_attempts: int = Field(default=4, ge=1)
    retry_s: float = Field(default=600, ge=0)
    """Seconds after the first failure of a video, then doubled; its host's back-off is added."""
    lease_s: float = Field(default=30, gt=1)
    """Seconds without a renewal after which another worker may take over a download."""
    extractors: tuple[str, ...] = ("generic", "html5", "youtube")
    """yt-dlp's extractors that may be used, as regular expressions of their names: those for pages
    with a player, and the one for the site with an API for permissions."""

    def has_extractor(self, name: str) -> bool:
        return any(re.fullmatch(one, name, re.IGNORECASE) for one in self.extractors)


class YouTubeSettings(Part):
    """Settings of the YouTube Data API, v3. Without a key only trainability is requested."""

    key: SecretStr = SecretStr("")
    url: str = "https://youtube.googleapis.com/youtube/v3"
    searches_a_day: int = Field(default=100, ge=0)
    """Daily calls of `search.list`, which has a separate quota."""
    units_a_day: int = Field(default=10_000, ge=0)
    """Daily units for all other methods together."""
    pages: int = Field(default=1, ge=1)
    """Pages of 50 results requested for one query."""
    interval_s: float = Field(default=0.1, ge=0)
    """Seconds between two requests to the API, over all workers."""
    trainability: bool = True
    """Whether the API is asked who may train on a video that no channel's consent permits."""
    party: str = ""
    """Our name, as creators enter it if they permit training to certain companies only."""
    trainable_days: float = Field(default=30, gt=0)
    """Days for which an answer on trainability is valid."""


class SearchSettings(Part):
    """Searches, unless the command names a file of queries."""

    product_types: tuple[str, ...] = ()
    """Ids of the product types that are searched for; empty: all."""
    language: Language = "ko"
    """Language of the queries: ko or en."""


class VideoJobSettings(JobStorage):
    """All settings of the job; queries and channels are options of the command."""

    out: Path = Path("videos")
    """Folder of the records, the vault, unfinished files and the manifest, unless settings name
    another."""
    vault: VaultSettings = VaultSettings()
    """Storage of the videos; an empty URL is a folder under `out`."""
    work: Path | None = None
    """Folder for unfinished downloads on a node; empty is a folder under `out`."""
    datasets: tuple[str, ...] = ()
    """Places of published datasets, folders or `s3://bucket/prefix`, from which a removal deletes a
    video as well. Empty is under `out`, where a caption job with the same `--out` publishes."""
    product_types: str = ""
    """File with a table made by `python -m crawl.products`, from which queries are made; empty is
    the built-in table."""
    channel_secret: SecretStr = SecretStr("")
    """Key of the channels' hashes; empty is a file under `out`, created in the first run."""

    workers: int = Field(default=8, ge=1)
    """Videos that are downloaded at once. Each host's pace is kept regardless."""
    workers_a_host: int = Field(default=2, ge=1)
    worker_cpus: float = Field(default=0.1, ge=0)
    """CPUs that Ray reserves per worker; workers mostly wait."""
    relist_s: float = Field(default=24 * 3600.0, ge=0)
    """Seconds for which a channel's list of videos is not requested again."""
    listed: int = Field(default=10_000, ge=1)
    """Largest number of videos from one list."""
    patience_s: float = Field(default=300, ge=0)
    """Seconds that a run waits for hosts that asked for a pause, and for retries of videos; then it
    ends, and another run continues."""

    search: SearchSettings = SearchSettings()
    download: DownloadSettings = DownloadSettings()
    youtube: YouTubeSettings = YouTubeSettings()
    crawl: CrawlSettings = CrawlSettings()

    @property
    def dataset_urls(self) -> tuple[str, ...]:
        return self.datasets or (str(self.out.absolute() / "datasets"),)


SETTINGS = JobSettings(
    VideoJobSettings, "SIAN_VIDEOS_", {"crawl": CRAWL}, {"product_type": "search.product_types"}
)
