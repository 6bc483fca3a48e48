"""Command of the videos job. Repeat it until nothing is left to download:

ray job submit --address http://127.0.0.1:8265 -- \\
    python -m crawl.videos gather --channels channels.yaml --out videos
"""

import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from crawl.polite.manners import CrawlSettings
from crawl.polite.outcome import Failure, Refusal
from crawl.videos.channel_hash import ChannelHash, secret_in
from crawl.videos.channels import YOUTUBE, Channels, ChannelsError
from crawl.videos.settings import SETTINGS, VideoJobSettings
from crawl.videos.worker_context import WorkerContext
from serve.database.errors import DatabaseUnavailable
from serve.job_settings import Changes, SettingsFile, command_of, settings_or_exit
from serve.job_settings.ending import fail
from serve.vault.errors import VaultUnavailable

DONE, FAILED, WRONG = 0, 1, 2
PROGRESS = "gathering.json"
"""File of the progress. Not `progress.json`, which the caption job may write in the same folder."""
EPILOG = (
    "Exit codes: 0 done; 1 stopped on the way, and the same command goes on; 2 the command, its "
    "settings or its files are wrong; 130 or 143 it was told to stop."
)
Out = Annotated[Path | None, typer.Option(help="Where all of it lies, unless settings say more.")]
Ids = Annotated[list[str], typer.Argument(help="Videos' ids, as the manifest has them.")]
Given = tuple[Path | None, list[str] | None, Path | None]
"""Settings file, changes of `--set`, and `--out`."""

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, help=__doc__)
COMMAND = command_of(SETTINGS)


@app.command(cls=COMMAND, epilog=EPILOG)
def gather(
    channels: Annotated[
        Path | None, typer.Option(help="Who permits what: YAML, see crawl/videos/channels.py.")
    ] = None,
    out: Out = None,
    queries: Annotated[
        Path | None,
        typer.Option(help="What is searched for: CSV with query and product_type, or lines."),
    ] = None,
    retry: Annotated[bool, typer.Option(help="Try again what was given up.")] = False,
    address: Annotated[
        str | None, typer.Option(help="A Ray cluster; inside a job it is known already.")
    ] = None,
    settings: SettingsFile = None,
    change: Changes = None,
) -> None:
    """Find videos, check their permissions, and download those that have one."""
    from crawl.videos.listings import Titles
    from crawl.videos.queries import QueriesError, of_product_types, read_queries
    from deployments.knowledge.product_types import product_types_of

    with _context((settings, change, out)) as context:
        SETTINGS.within(context.settings.out, context.settings)
        wanted = context.settings.search
        try:
            table = product_types_of(context.settings.product_types)
            hashed = ChannelHash(_secret(context.settings))
            listed = Channels.read(channels, hashed)
            searched = (
                read_queries(queries, table, wanted.language)
                if queries
                else of_product_types(table, wanted.language, wanted.product_types)
            )
        except (ChannelsError, QueriesError, ValueError, OSError) as error:
            fail(str(error), WRONG)
        youtube = context.settings.youtube.key.get_secret_value()
        if youtube and not context.settings.download.has_extractor(YOUTUBE):
            fail(
                "youtube.key (SIAN_VIDEOS_YOUTUBE__KEY): what the API finds could not be"
                " downloaded, for download.extractors (SIAN_VIDEOS_DOWNLOAD__EXTRACTORS) has no"
                f" {YOUTUBE!r}; add it, or give no key",
                WRONG,
            )
        if retry:
            context.seen.retry_failed()
        _gather(context, listed, Titles(table), searched, address)


def _gather(
    context: WorkerContext, channels: Channels, titles: Any, queries: Any, address: str | None
) -> None:
    from crawl.videos.job import Gathering
    from crawl.videos.manifest import MANIFEST, write_manifest
    from crawl.videos.progress import Progress
    from crawl.videos.report import write_report
    from serve.cluster.job_cluster import joined

    folder = context.settings.out
    progress = Progress(folder / PROGRESS)
    job = Gathering(context, channels, titles, progress)
    came: list[int] = []

    def stop(number: int, _: object) -> None:
        came.append(number)
        job.stop()

    with joined(address) as ray:
        # After Ray has started, which installs handlers of its own.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        did = job.gather(ray, queries)
    progress.told()
    num_rows = write_manifest(context.records, folder / MANIFEST)
    report = write_report(context, did, num_rows)
    print(f"manifest  {folder / MANIFEST} ({num_rows:,} videos)\nreport    {report}", flush=True)
    if came:
        raise typer.Exit(128 + came[0])
    if did.notes:
        raise typer.Exit(FAILED)


@app.command(cls=COMMAND)
def remove(
    ids: Ids,
    reason: Annotated[str, typer.Option(help="Who asked for it, or why.")],
    out: Annotated[
        list[Path] | None,
        typer.Option(help="Every folder that jobs worked in; none is `videos`."),
    ] = None,
    settings: SettingsFile = None,
    change: Changes = None,
) -> None:
    """Remove videos for good: files, clips, captions, frames, and from published datasets."""
    from crawl.videos.removal import Removal

    for given in dict.fromkeys(out or [None]):
        with _context((settings, change, given), asks=False) as context:
            folder = given or context.settings.out
            removal = Removal(context)
            for one in removal.remove(ids, reason):
                shared = f", {one.kept_files} files stay, which others use" * bool(one.kept_files)
                print(
                    f"{one.video}: removed from {folder}, with {one.files} files, "
                    f"{one.clips} clips, {one.answers} answers, "
                    f"{one.published_clips} published clips{shared}",
                    flush=True,
                )
            removal.finish()


@app.command(cls=COMMAND)
def status(out: Out = None, settings: SettingsFile = None, change: Changes = None) -> None:
    """Show the videos by state, the stopped hosts, and what is used of today's quota."""
    from crawl.videos.status import lines_of

    with _context((settings, change, out), asks=False) as context:
        for line in lines_of(context):
            print(line)


@app.command(cls=COMMAND)
def manifest(
    to: Annotated[Path, typer.Argument(help="A .parquet file.")],
    out: Out = None,
    settings: SettingsFile = None,
    change: Changes = None,
) -> None:
    """Write the manifest for the caption job: videos that are downloaded and may be used now."""
    from crawl.videos.manifest import write_manifest

    with _context((settings, change, out), asks=False) as context:
        print(f"{write_manifest(context.records, to):,} videos in {to}")


@app.command(cls=COMMAND)
def best(
    ids: Ids,
    out: Out = None,
    settings: SettingsFile = None,
    change: Changes = None,
) -> None:
    """Download the best renditions of videos whose clips are worth cutting, and print their
    keys."""
    from crawl.videos.best import fetch_best

    with _context((settings, change, out)) as context:
        failed = 0
        for one in ids:
            try:
                print(f"{one}  {fetch_best(context, one)}", flush=True)
            except (Refusal, Failure) as error:
                failed += 1
                print(str(error), file=sys.stderr, flush=True)
        if failed:
            raise typer.Exit(FAILED)


@contextmanager
def _context(given: Given, asks: bool = True) -> Generator[WorkerContext]:
    """Open the job's resources. `asks`: whether sites are requested, which needs a contact."""
    file, changes, out = given
    settings = settings_or_exit(SETTINGS, file, changes, out=out)
    settings = settings.model_copy(update={"out": settings.out.absolute()})
    try:
        settings.out.mkdir(parents=True, exist_ok=True)
        crawl = settings.crawl if asks else CrawlSettings(contact="https://example.invalid/")
        manners = crawl.manners()
        manners = manners.model_copy(update={"cache": manners.cache.absolute()})
        context = WorkerContext.open(settings, manners)
    except ValidationError as error:
        fail(str(error.errors()[0]["msg"]).removeprefix("Value error, "), WRONG)
    except (ValueError, OSError) as error:
        fail(str(error), WRONG)
    except (DatabaseUnavailable, VaultUnavailable) as error:
        fail(str(error), FAILED)
    try:
        yield context
    except (DatabaseUnavailable, VaultUnavailable) as error:
        fail(f"stopped: {error}", FAILED)
    finally:
        context.close()


def _secret(settings: VideoJobSettings) -> bytes:
    given = settings.channel_secret.get_secret_value()
    return given.encode() if given else secret_in(settings.out / "channel.secret")


if __name__ == "__main__":
    app()
