"""Estimates the cost of captioning many videos from a sample that was captioned.

Every figure is the sample's mean times the number of videos, with a 95 % interval of that mean, cut
off at 0. The interval assumes a normal distribution: Student's t would be wider by a tenth at 20
videos, but how the sample was chosen matters more.
"""

import hashlib
import json
import statistics
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import func, select

from crawl.caption.fetching import in_vault
from crawl.caption.manifest import CRAWLED_BEST, SourceVideo, read_manifest
from crawl.caption.settings import CaptionJobSettings, PriceSettings
from crawl.records.tables import clips, rows, videos
from deployments.engines.paid.tables import answers
from serve.database.engine import Database
from serve.stored import data_of, read

SAMPLE = 24
GB = 1e9

# CPU seconds beside decoding and encoding, by `python -m tests.bench scale` (on busy cores).
VIDEO_S = 0.02
"""Records and storage of a video, in its workers and in the driver."""
CLIP_S = 0.004
"""The same for each of its clips."""
PUBLISHED_S = 0.002
"""A clip that is published: one process writes all shards."""
START_S = 4.5
"""A worker's start: imports."""


@dataclass(frozen=True)
class Estimate:
    """A sum over all videos, and half the width of its confidence interval."""

    total: float
    margin: float

    @classmethod
    def of(cls, sample: Sequence[float], videos: int) -> "Estimate":
        if not sample:
            return cls(0.0, 0.0)
        spread = statistics.stdev(sample) if len(sample) > 1 else 0.0
        return cls(statistics.fmean(sample) * videos, 1.96 * spread / len(sample) ** 0.5 * videos)

    def scaled(self, factor: float) -> "Estimate":
        return Estimate(self.total * factor, self.margin * factor)


@dataclass(frozen=True)
class Sampled:
    """One video of the sample: CPU seconds, seconds of the models, and bytes.

    `source_bytes` counts both downloads: the rendition that is analysed, and the one that is cut.
    """

    analyse_s: float
    caption_s: float
    cut_s: float
    source_bytes: float
    clip_bytes: float
    num_clips: int
    duration_s: float
    sources_read: int = 0
    """Renditions that were read from the vault."""

    @property
    def beside_s(self) -> float:
        """CPU seconds beside decoding and encoding."""
        return VIDEO_S + CLIP_S * self.num_clips

    @property
    def puts(self) -> int:
        """The file of key frames, and each clip's."""
        return (self.num_clips > 0) + self.num_clips

    @property
    def gets(self) -> int:
        """A HEAD before each PUT; sources; each clip's key frames, once; and at publication a
        HEAD, the head of each clip's file, and the file."""
        return self.puts + self.sources_read + self.num_clips * (1 + 3)


@dataclass(frozen=True)
class CaptionPlan:
    """Estimated totals for all videos."""

    videos: int
    sample: int
    clips: Estimate
    core_hours: Estimate
    """CPU hours of all processes: decoding, encoding, records and storage, starts, publishing."""
    model_hours: Estimate
    """Hours of the vision model, with as many replicas as captioned the sample; 0 without a
    model."""
    download_gb: Estimate
    stored_gb: Estimate
    puts: Estimate
    gets: Estimate
    """Requests to the vault, if it is a bucket: PUT; GET and HEAD."""
    paid: Estimate
    """Cost of refining captions, in the currency of the model's prices."""
    crawl_days: float
    """Days at the polite rate, with all hosts in parallel: those of the busiest host."""
    core_days: Estimate
    model_days: Estimate
    publishing_days: Estimate
    """On one core, after everything else."""
    workers: int
    """Number of cores for which `core_days` is computed."""
    cost: Estimate
    """Cost of cores, GPUs, requests and a month of storage, in KRW, as far as prices are set;
    without `paid`."""

    @property
    def bottleneck(self) -> tuple[str, float]:
        days = {
            "the polite crawl rate": self.crawl_days,
            "cores for analysis and cutting": self.core_days.total,
            "the vision model": self.model_days.total,
            "publishing, on one core": self.publishing_days.total,
        }
        name = max(days, key=lambda key: days[key])
        return name, days[name]

    def __str__(self) -> str:
        name, days = self.bottleneck
        lines = [
            f"{self.videos:,} videos, from a sample of {self.sample} that was captioned:",
            f"  clips          {_told(self.clips, '')}",
            f"  core-hours     {_told(self.core_hours, 'h')}",
            f"  model-hours    {_told(self.model_hours, 'h')}",
            f"  download       {_told(self.download_gb, 'GB')}",
            f"  stored         {_told(self.stored_gb, 'GB')}",
            f"  PUT            {_told(self.puts, 'requests')}",
            f"  GET and HEAD   {_told(self.gets, 'requests')}",
            f"  machines       {_told(self.cost, 'KRW')}",
            f"  refining       {_told(self.paid, 'in the currency of its prices')}",
            f"  days           crawl {self.crawl_days:,.1f}, model {self.model_days.total:,.1f},"
            f" {self.workers} cores {self.core_days.total:,.1f},"
            f" publishing {self.publishing_days.total:,.1f}",
            f"bottleneck: {name}, {days:,.1f} days",
        ]
        return "\n".join(lines)


@dataclass(frozen=True)
class Crawl:
    """How a manifest's videos spread over web hosts. Hosts are crawled in parallel."""

    busiest: float = 0.0
    """Largest share of the videos on one host, which determines how long the crawl takes."""
    requests: int = 1
    """Requests per rendition: 1 for a file's URL, 2 where its page comes first."""


def sample_of(manifest: Path, size: int = SAMPLE) -> tuple[list[SourceVideo], int, Crawl]:
    """Return a sample chosen by the hash of the ids, the number of all videos, and their hosts.

    Only videos with a permission are chosen. The manifest is read in one pass.
    """
    chosen: list[tuple[str, SourceVideo]] = []
    hosts: Counter[str] = Counter()
    total, requests = 0, 1
    for batch in read_manifest(manifest):
        for video in batch:
            total += 1
            if video.best_uri == CRAWLED_BEST:
                # The file is in the vault; its id begins with its site.
                hosts[video.id.partition(":")[0]] += 1
                requests = 2
            elif _on_the_web(video.uri):
                hosts[urlsplit(video.uri).hostname or ""] += 1
            if video.permission is not None and not video.left_out:
                chosen.append((hashlib.sha256(video.id.encode()).hexdigest(), video))
        chosen = sorted(chosen, key=lambda pair: pair[0])[:size]
    busiest = max(hosts.values(), default=0) / max(total, 1)
    return [video for _, video in chosen], total, Crawl(busiest, requests)


def sampled(records: Database, dataset: str, num_bytes: Callable[[str], int]) -> list[Sampled]:
    """Return what a finished run over the sample used. `num_bytes`: size of a vault's key."""
    c, r, v = clips.c, rows.c, videos.c
    files: dict[str, list[str]] = {}
    with records.reading() as connection:
        for row in connection.execute(
            select(c.video, c.file_key).where(c.dataset == dataset, c.file_key != "")
        ):
            files.setdefault(row.video, []).append(row.file_key)
        found = connection.execute(
            select(r.id, r.seconds, r.stream, r.source, v.analysis_key, v.best_key)
            .join(videos, v.id == r.id, isouter=True)
            .where(r.dataset == dataset)
        ).all()
    told: list[Sampled] = []
    for row in found:
        seconds = json.loads(row.seconds or "{}")
        stream = data_of(row.stream or "{}", "Stream")
        keys = files.get(row.id, [])
        source_bytes = best_bytes = stream.get("size_bytes", 0)
        source = read(SourceVideo, row.source)
        if source.best_uri == CRAWLED_BEST:
            is_another = row.best_key and row.best_key != row.analysis_key
            best_bytes = num_bytes(row.best_key) if is_another else 0
        elif source.best_uri or not keys or not _on_the_web(source.uri):
            best_bytes = 0  # never fetched, or its size is unknown
        told.append(
            Sampled(
                analyse_s=seconds.get("analyse", 0.0),
                caption_s=seconds.get("caption", 0.0),
                cut_s=seconds.get("cut", 0.0),
                source_bytes=source_bytes + best_bytes,
                clip_bytes=sum(num_bytes(key) for key in keys),
                num_clips=len(keys),
                duration_s=stream.get("duration_s", 0.0),
                sources_read=1 + bool(keys) if in_vault(source.uri) else 0,
            )
        )
    return told


def extrapolated(
    sample: Sequence[Sampled],
    videos: int,
    settings: CaptionJobSettings,
    *,
    crawl: Crawl,
    interval_s: float,
    cores: int,
    paid: float = 0.0,
) -> CaptionPlan:
    """Scale the sample up to `videos`.

    Args:
        interval_s: seconds between two requests to a host.
        cores: the cluster's, on which as many workers run unless settings name their number.
        paid: cost of the sample's paid answers.
    """
    prices: PriceSettings = settings.prices
    workers = settings.workers or cores

    def over(value: Callable[[Sampled], float]) -> Estimate:
        return Estimate.of([value(one) for one in sample], videos)

    def renditions(one: Sampled) -> int:
        # The rendition that clips are cut from is fetched only if clips survive the analysis.
        return 1 + (one.num_clips > 0)

    videos_hours = over(lambda one: (one.analyse_s + one.cut_s + one.beside_s) / 3600)
    publishing_hours = over(lambda one: one.num_clips * PUBLISHED_S / 3600)
    starts = Estimate(workers * START_S / 3600, 0.0)
    core_hours = _sum(videos_hours, publishing_hours, starts)
    model_hours = (
        over(lambda one: one.caption_s / 3600) if settings.gives_way else Estimate(0.0, 0.0)
    )
    stored = over(lambda one: one.clip_bytes / GB)
    puts, gets = over(lambda one: one.puts), over(lambda one: one.gets)
    cost = _sum(
        puts.scaled(prices.million_puts / 1e6),
        gets.scaled(prices.million_gets / 1e6),
        core_hours.scaled(prices.core_hour),
        model_hours.scaled(prices.gpu_hour),
        stored.scaled(prices.gb_month),
    )
    return CaptionPlan(
        videos=videos,
        sample=len(sample),
        clips=over(lambda one: one.num_clips),
        core_hours=core_hours,
        model_hours=model_hours,
        download_gb=over(lambda one: one.source_bytes / GB),
        stored_gb=stored,
        puts=puts,
        gets=gets,
        paid=Estimate(paid / max(len(sample), 1) * videos, 0.0),
        crawl_days=over(renditions).total * crawl.requests * crawl.busiest * interval_s / 86400,
        core_days=videos_hours.scaled(1 / 24 / workers),
        publishing_days=publishing_hours.scaled(1 / 24),
        model_days=model_hours.scaled(1 / 24 / settings.captioners),
        workers=workers,
        cost=cost,
    )


def paid_for(records: Database, dataset: str) -> float:
    """Return the cost of all paid answers about a dataset's clips, of all runs."""
    mine = select(clips.c.id).where(clips.c.dataset == dataset)
    total = select(func.coalesce(func.sum(answers.c.cost), 0)).where(answers.c.clip.in_(mine))
    with records.asking() as connection:
        return float(connection.execute(total).scalar_one())


def _on_the_web(uri: str) -> bool:
    return urlsplit(uri).scheme in ("http", "https")


def _sum(*parts: Estimate) -> Estimate:
    return Estimate(sum(p.total for p in parts), sum(p.margin**2 for p in parts) ** 0.5)


def _told(estimate: Estimate, unit: str) -> str:
    # The lower bound is cut off at 0.
    low, high = max(0.0, estimate.total - estimate.margin), estimate.total + estimate.margin
    return f"{estimate.total:>14,.1f} [{low:,.1f}, {high:,.1f}] {unit}".rstrip()
