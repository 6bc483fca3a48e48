"""Makes a plan: captions a sample of the manifest as a separate dataset, then extrapolates.

The sample can be resumed like any dataset, and its paid answers are reused by the whole dataset.
"""

import asyncio
import hashlib
import json
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from crawl.caption.dataset_run import DatasetRun
from crawl.caption.job import CaptionJob
from crawl.caption.manifest import ManifestError, SourceVideo
from crawl.caption.plan import CaptionPlan, extrapolated, paid_for, sample_of, sampled
from crawl.caption.progress import Progress
from crawl.caption.settings import CaptionJobSettings
from crawl.caption.stages import cores
from crawl.caption.work import CaptionWork
from serve.database.engine import Database


def plan_for(
    settings: CaptionJobSettings,
    records: Database,
    manifest: Path,
    videos: int,
    begun: Callable[[CaptionJob], None],
) -> CaptionPlan:
    """Estimate the cost of captioning `videos` videos like those of the manifest.

    Args:
        begun: called with the sample's job, so that the caller can stop it.

    Raises:
        ManifestError: if no video has a permission.
        JobStopped, LostRun, Busy
    """
    sample, listed, crawl = sample_of(manifest)
    if not sample:
        raise ManifestError(f"{manifest}: none of its {listed} videos has a permission")
    name = f"plan-{_digest(settings, sample)}"
    with DatasetRun.begin(
        records, name, settings.round, settings.shaping(), stale_s=settings.take_over_s
    ) as run:
        progress = Progress(settings.out / f"{name}.progress.json")
        job = CaptionJob(settings, run, records, progress)
        begun(job)
        with _listed(sample, settings.out / f"{name}.jsonl") as path:
            job.caption_videos(path)
        progress.told()
        vault = CaptionWork(settings, name, run.id).open().vault
    with asyncio.Runner() as runner:
        taken = sampled(records, name, lambda key: runner.run(vault.stat(key)).size)
    return extrapolated(
        taken,
        videos,
        settings,
        crawl=crawl,
        interval_s=settings.crawl.interval_s,
        cores=cores(),
        paid=paid_for(records, name),
    )


def _digest(settings: CaptionJobSettings, sample: list[SourceVideo]) -> str:
    asked = [settings.shaping(), [video.model_dump(mode="json") for video in sample]]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:12]


@contextmanager
def _listed(sample: list[SourceVideo], path: Path) -> Generator[Path]:
    path.write_text("".join(f"{one.model_dump_json()}\n" for one in sample), encoding="utf-8")
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)
