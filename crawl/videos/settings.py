"""Settings of the videos job: read once at its door, handed to every worker whole."""

import re
from pathlib import Path

from pydantic import Field, SecretStr

from conte.vocabulary import Language
from crawl.polite.manners import CRAWL, CrawlSettings
from serve.job_settings import JobSettings
from serve.settings import Part, VaultSettings

MIB = 1 << 20


class DownloadSettings(Part):
    """What one video may take."""

    height: int = Field(default=360, ge=64)
    """Lines of the rendition that is analysed: the largest up to this one, or the smallest."""
    file_bytes: int = Field(default=8192 * MIB, gt=0)
    """Bytes read for one rendition."""
    duration_s: float = Field(default=4 * 3600, gt=0)
    """Longer videos are left out: they are streams and compilations, not films."""
    wall_s: float = Field(default=3600, gt=0)
    memory_bytes: int = Field(default=2048 * MIB, ge=512 * MIB)
    """Address space of the process that reads the site."""
    max_attempts: int = Field(default=4, ge=1)
    retry_s: float = Field(default=600, ge=0)
    """After a failure of the video's own; its host's back-off comes on top."""
    lease_s: float = Field(default=30, gt=1)
    """How long nobody else takes a video up after the last sign of life of who downloads it."""
    extractors: tuple[str, ...] = ("generic", "html5", "youtube")
    """yt-dlp's extractors that may be used, as regular expressions of their names: of pages with a
    player, and of the one site that is asked who permits what."""

    def has_extractor(self, name: str) -> bool:
        return any(re.fullmatch(one, name, re.IGNORECASE) for one in self.extractors)


class YouTubeSettings(Part):
    """The YouTube Data API, v3. Without a key it is not asked."""

    key: SecretStr = SecretStr("")
    url: str = "https://youtube.googleapis.com/youtube/v3"
    searches_a_day: int = Field(default=100, ge=0)
    """`search.list` has a bucket of its own."""
    units_a_day: int = Field(default=10_000, ge=0)
    """All other methods together."""
    pages: int = Field(default=1, ge=1)
    """Pages of 50 results requested for one query."""
    interval_s: float = Field(default=0.1, ge=0)
    """Between two requests to the API, of all workers together."""
    trainability: bool = True
    """Ask who may train on a video that no list permits."""
    party: str = ""
    """Our name, as creators give it where they permit training to some companies only."""
    trainable_days: float = Field(default=30, gt=0)
    """How long an answer is kept to before it is asked again."""


class SearchSettings(Part):
    """What is searched for, unless the command names a file of queries."""

    product_types: tuple[str, ...] = ()
    """Ids of product types; none: all of them."""
    language: Language = "ko"
    """Language of the queries: ko or en."""


class VideoJobSettings(Part):
    """All of them; what is searched for, and who permits what, are options of the command."""

    out: Path = Path("videos")
    """Records, vault, work folder and manifest lie here, unless settings say otherwise."""
    records: str = ""
    """SQLAlchemy URL; empty is SQLite under `out`. Workers on several nodes want PostgreSQL."""
    vault: VaultSettings = VaultSettings()
    """Where the videos lie; empty is a folder under `out`."""
    work: Path | None = None
    """Where a node keeps what it has begun to download; empty is a folder under `out`."""
    datasets: tuple[str, ...] = ()
    """Where captioned clips are published, folders or `s3://bucket/prefix`: a removal takes a video
    out of them, too. Empty is under `out`, where a caption job with the same `--out` puts them."""
    product_types: str = ""
    """The table that `python -m crawl.products` has extended, which queries are made of; empty is
    the one of the install."""
    channel_secret: SecretStr = SecretStr("")
    """The key of the channels' hashes; empty is a file under `out`, made at the first run."""

    workers: int = Field(default=8, ge=1)
    """Videos that are downloaded at once. Their hosts' pace is kept whatever their number."""
    workers_a_host: int = Field(default=2, ge=1)
    worker_cpus: float = Field(default=0.1, ge=0)
    """CPUs that each of them takes from the cluster; they wait more than they work."""
    relist_s: float = Field(default=24 * 3600.0, ge=0)
    """How long a channel's list of videos is not asked for again."""
    listed: int = Field(default=10_000, ge=1)
    """Videos taken from one list at most."""
    patience_s: float = Field(default=300, ge=0)
    """How long a run waits for hosts that asked for quiet, and for videos that are to be retried;
    then it ends, and another run goes on."""

    search: SearchSettings = SearchSettings()
    download: DownloadSettings = DownloadSettings()
    youtube: YouTubeSettings = YouTubeSettings()
    crawl: CrawlSettings = CrawlSettings()

    @property
    def records_url(self) -> str:
        return self.records or f"sqlite:///{self.out.absolute() / 'records.db'}"

    @property
    def vault_url(self) -> str:
        return self.vault.url or str(self.out.absolute() / "vault")

    @property
    def dataset_urls(self) -> tuple[str, ...]:
        return self.datasets or (str(self.out.absolute() / "datasets"),)

    @property
    def work_folder(self) -> Path:
        return (self.work or self.out / "work").absolute()


SETTINGS = JobSettings(
    VideoJobSettings, "SIAN_VIDEOS_", {"crawl": CRAWL}, {"product_type": "search.product_types"}
)
