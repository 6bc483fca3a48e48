"""Command of the caption job. Repeat it until the dataset is published:

ray job submit --address http://127.0.0.1:8265 -- \\
    python -m crawl.caption --manifest videos.parquet --out captions
"""

import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crawl.caption.dataset_run import Busy, DatasetRun, LostRun, OtherSettings
from crawl.caption.manifest import ManifestError
from crawl.caption.settings import SETTINGS, CaptionJobSettings, refusals
from crawl.records.database import open_records
from serve.cluster.job_cluster import cpu_nodes, joined
from serve.database.engine import Database
from serve.database.errors import DatabaseUnavailable
from serve.job_settings import Changes, SettingsFile, command_of, settings_or_exit
from serve.job_settings.ending import fail
from serve.vault.errors import VaultUnavailable

if TYPE_CHECKING:
    from crawl.caption.job import CaptionJob

GRACE_S = 15.0
"""Seconds in which a stopping run may finish what it has begun."""
DONE, STOPPED, WRONG, BUSY = 0, 1, 2, 3
EPILOG = (
    "Exit codes: 0 the dataset is published; 1 stopped, and the same command goes on; 2 the "
    "command, its settings or its manifest is wrong; 3 another run works on the dataset."
)

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(cls=command_of(SETTINGS), epilog=EPILOG)
def caption(
    manifest: Annotated[
        Path,
        typer.Option(help="The videos: .parquet, .csv or .jsonl; see crawl/caption/manifest.py."),
    ],
    out: Annotated[
        Path | None,
        typer.Option(help="Where records, files and datasets lie, unless settings say more."),
    ] = None,
    dataset: Annotated[str, typer.Option(help="The dataset's name.")] = "clips",
    plan: Annotated[
        int, typer.Option(min=0, help="Caption a sample, and tell what so many videos would take.")
    ] = 0,
    retry: Annotated[bool, typer.Option(help="Try again what was quarantined.")] = False,
    address: Annotated[
        str | None, typer.Option(help="A Ray cluster; inside a job it is known already.")
    ] = None,
    settings: SettingsFile = None,
    change: Changes = None,
) -> None:
    """Caption a manifest of videos into a dataset of clips."""
    chosen = settings_or_exit(SETTINGS, settings, change, out=out)
    chosen = chosen.model_copy(update={"out": chosen.out.absolute()})
    try:
        SETTINGS.within(chosen.out, chosen)
        records = open_records(chosen.records_url)
    except (DatabaseUnavailable, ValueError) as error:
        fail(str(error), WRONG)
    try:
        with joined(address) as ray:
            if refused := refusals(chosen, len(cpu_nodes(ray))):
                fail("\n".join(refused), WRONG)
            _work(chosen, records, manifest.absolute(), dataset, plan, retry)
    finally:
        records.close()


def _work(
    settings: CaptionJobSettings,
    records: Database,
    manifest: Path,
    dataset: str,
    plan: int,
    retry: bool,
) -> None:
    from crawl.caption.job import CaptionJob, JobStopped
    from crawl.caption.planning import plan_for
    from crawl.caption.progress import Progress
    from crawl.dataset import Unsettled

    try:
        if plan:
            print(plan_for(settings, records, manifest, plan, _stops_when_told))
            return
        with _held(records, dataset, settings) as run:
            progress = Progress(settings.out / "progress.json")
            job = CaptionJob(settings, run, records, progress)
            _stops_when_told(job)
            try:
                published = job.publish_videos(manifest, retry=retry)
            finally:
                progress.told()
        print(f"dataset  {published.manifest}\nreport   {published.report}")
    except (JobStopped, LostRun) as error:
        fail(f"stopped: {error}", STOPPED)
    except Busy as error:
        fail(str(error), BUSY)
    except (ManifestError, OtherSettings, ValueError) as error:
        fail(str(error), WRONG)
    except (DatabaseUnavailable, VaultUnavailable, Unsettled) as error:
        fail(f"stopped: {error}", STOPPED)


def _stops_when_told(job: "CaptionJob") -> None:
    def stop(*_: object) -> None:
        job.stop()
        # The job may be blocked by a film or a model: then the process ends as if it were killed,
        # which loses nothing.
        end = threading.Timer(GRACE_S, os._exit, (STOPPED,))
        end.daemon = True
        end.start()

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, stop)


def _held(records: Database, dataset: str, settings: CaptionJobSettings) -> DatasetRun:
    """Begin the dataset's run; if a killed run holds it, wait until that one counts as dead."""
    deadline = time.monotonic() + settings.take_over_s + 2
    while True:
        try:
            return DatasetRun.begin(
                records,
                dataset,
                settings.round,
                settings.shaping(),
                command=" ".join(sys.argv),
                stale_s=settings.take_over_s,
            )
        except Busy:
            if time.monotonic() > deadline:
                raise
            time.sleep(settings.take_over_s / 10)


if __name__ == "__main__":
    app()
