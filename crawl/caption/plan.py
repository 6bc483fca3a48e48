"""What many videos would take, told from a sample of them that was really captioned.

Every figure is the sample's mean times the number of videos, with a 95 % interval of that mean
(Student's t would be wider by a tenth at 20 videos; what the sample is of matters more).
"""

import hashlib
import json
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import func, select

from crawl.caption.manifest import SourceVideo, read_manifest
from crawl.caption.settings import CaptionJobSettings, PriceSettings
from crawl.records.tables import answers, clips, rows
from serve.ledger.engine import Database

SAMPLE = 24
GB = 1e9


@dataclass(frozen=True)
class Estimate:
    """A sum over all videos, and how far off it may be, either way."""

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
    """One video of the sample. Seconds of processor, of the models' time, and bytes."""

    analyse_s: float
    caption_s: float
    cut_s: float
    source_bytes: float
    clip_bytes: float
    num_clips: int
    duration_s: float


@dataclass(frozen=True)
class Plan:
    """For all videos together."""

    videos: int
    sample: int
    clips: Estimate
    core_hours: Estimate
    model_hours: Estimate
    """Of the vision model's replicas, as many as captioned the sample; 0 without one."""
    download_gb: Estimate
    stored_gb: Estimate
    paid: Estimate
    """For refining, in the currency of its prices."""
    crawl_days: float
    """At the polite rate, all hosts at once."""
    core_days: Estimate
    model_days: Estimate
    workers: int
    """Cores that `core_days` is told for."""
    cost: Estimate
    """Cores, GPUs and a month of storage, in the prices' currency; without what is paid above."""

    @property
    def bottleneck(self) -> tuple[str, float]:
        days = {
            "the polite crawl rate": self.crawl_days,
            "cores for analysis and cutting": self.core_days.total,
            "the vision model": self.model_days.total,
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
            f"  machines       {_told(self.cost, 'KRW')}",
            f"  refining       {_told(self.paid, 'in the currency of its prices')}",
            f"  days           crawl {self.crawl_days:,.1f}, model {self.model_days.total:,.1f},"
            f" {self.workers} cores {self.core_days.total:,.1f}",
            f"bottleneck: {name}, {days:,.1f} days",
        ]
        return "\n".join(lines)


def sample_of(manifest: Path, size: int = SAMPLE) -> tuple[list[SourceVideo], int, int]:
    """Videos chosen by the hash of their ids, how many there are, and on how many web hosts.

    Only videos that may be fetched are chosen from. Any manifest is read in one pass.
    """
    chosen: list[tuple[str, SourceVideo]] = []
    hosts: set[str] = set()
    total = 0
    for batch in read_manifest(manifest):
        for video in batch:
            total += 1
            if (url := urlsplit(video.uri)).scheme in ("http", "https"):
                hosts.add(url.hostname or "")
            if video.permission is not None:
                chosen.append((hashlib.sha256(video.id.encode()).hexdigest(), video))
        chosen = sorted(chosen, key=lambda pair: pair[0])[:size]
    return [video for _, video in chosen], total, len(hosts)


def sampled(records: Database, dataset: str, clip_bytes: Callable[[str], int]) -> list[Sampled]:
    """What a finished run over the sample took."""
    c, r = clips.c, rows.c
    files: dict[str, list[str]] = {}
    with records.reading() as connection:
        for row in connection.execute(
            select(c.video, c.file_key).where(c.dataset == dataset, c.file_key != "")
        ):
            files.setdefault(row.video, []).append(row.file_key)
        found = connection.execute(
            select(r.id, r.seconds, r.stream).where(r.dataset == dataset)
        ).all()
    told: list[Sampled] = []
    for row in found:
        seconds = json.loads(row.seconds or "{}")
        stream = json.loads(row.stream or "{}")
        keys = files.get(row.id, [])
        told.append(
            Sampled(
                analyse_s=seconds.get("analyse", 0.0),
                caption_s=seconds.get("caption", 0.0),
                cut_s=seconds.get("cut", 0.0),
                source_bytes=stream.get("size_bytes", 0),
                clip_bytes=sum(clip_bytes(key) for key in keys),
                num_clips=len(keys),
                duration_s=stream.get("duration_s", 0.0),
            )
        )
    return told


def extrapolated(
    sample: Sequence[Sampled],
    videos: int,
    settings: CaptionJobSettings,
    *,
    hosts: int,
    interval_s: float,
    paid: float = 0.0,
) -> Plan:
    """`hosts` are asked at once, each every `interval_s`; `paid` is what the sample cost."""
    prices: PriceSettings = settings.prices

    def over(value: Callable[[Sampled], float]) -> Estimate:
        return Estimate.of([value(one) for one in sample], videos)

    core_hours = over(lambda one: (one.analyse_s + one.cut_s) / 3600)
    model_hours = (
        over(lambda one: one.caption_s / 3600) if settings.gives_way else Estimate(0.0, 0.0)
    )
    stored = over(lambda one: one.clip_bytes / GB)
    cost = _sum(
        core_hours.scaled(prices.core_hour),
        model_hours.scaled(prices.gpu_hour),
        stored.scaled(prices.gb_month),
    )
    return Plan(
        videos=videos,
        sample=len(sample),
        clips=over(lambda one: one.num_clips),
        core_hours=core_hours,
        model_hours=model_hours,
        download_gb=over(lambda one: one.source_bytes / GB),
        stored_gb=stored,
        paid=Estimate(paid / max(len(sample), 1) * videos, 0.0),
        crawl_days=videos * interval_s / hosts / 86400 if hosts else 0.0,
        core_days=core_hours.scaled(1 / 24 / settings.workers),
        model_days=model_hours.scaled(1 / 24 / settings.captioners),
        workers=settings.workers,
        cost=cost,
    )


def paid_for(records: Database, dataset: str) -> float:
    """What answers about a dataset's clips cost, whichever run asked for them."""
    mine = select(clips.c.id).where(clips.c.dataset == dataset)
    total = select(func.coalesce(func.sum(answers.c.cost), 0)).where(answers.c.clip.in_(mine))
    with records.asking() as connection:
        return float(connection.execute(total).scalar_one())


def _sum(*parts: Estimate) -> Estimate:
    return Estimate(sum(p.total for p in parts), sum(p.margin**2 for p in parts) ** 0.5)


def _told(estimate: Estimate, unit: str) -> str:
    return f"{estimate.total:>14,.1f} ± {estimate.margin:,.1f} {unit}".rstrip()
