"""The videos job. Any number of times, until it has what it may have:

ray job submit --address http://127.0.0.1:8265 -- \\
    python -m crawl.videos gather --channels channels.yaml --out videos
"""

import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from pydantic import ValidationError

from crawl.polite import Manners
from crawl.polite.outcome import Failure, Refusal
from crawl.videos.channel_hash import ChannelHash, secret_in
from crawl.videos.channels import YOUTUBE, Channels, ChannelsError
from crawl.videos.settings import VideoJobSettings
from crawl.videos.worker_context import WorkerContext
from serve.database.errors import DatabaseUnavailable
from serve.vault.errors import VaultUnavailable

DONE, FAILED, WRONG = 0, 1, 2
PROGRESS = "gathering.json"
"""Not `progress.json`, which is the caption job's: both may work in one folder."""
EPILOG = (
    "Exit codes: 0 done; 1 stopped on the way, and the same command goes on; 2 the command, its "
    "settings or its files are wrong; 130 or 143 it was told to stop."
)
Out = Annotated[Path, typer.Option(help="Where all of it lies, unless settings say more.")]
Ids = Annotated[list[str], typer.Argument(help="Videos' ids, as the manifest has them.")]

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, help=__doc__)


@app.command(epilog=EPILOG)
def gather(
    channels: Annotated[
        Path | None, typer.Option(help="Who permits what: YAML, see crawl/videos/channels.py.")
    ] = None,
    out: Out = Path("videos"),
    queries: Annotated[
        Path | None,
        typer.Option(help="What is searched for: CSV with query and product_type, or lines."),
    ] = None,
    product_type: Annotated[
        list[str] | None, typer.Option(help="Search for these types only; none: for all.")
    ] = None,
    language: Annotated[str, typer.Option(help="Of the queries: ko or en.")] = "ko",
    retry: Annotated[bool, typer.Option(help="Try again what was given up.")] = False,
    address: Annotated[
        str | None, typer.Option(help="A Ray cluster; inside a job it is known already.")
    ] = None,
) -> None:
    """Find videos, ask for permission, download those that have it. Settings: SIAN_VIDEOS_..."""
    from crawl.videos.listings import Titles
    from crawl.videos.queries import QueriesError, of_product_types, read_queries
    from deployments.knowledge.product_types import product_types_of

    if language not in ("ko", "en"):
        raise typer.BadParameter("wanted ko or en", param_hint="--language")
    with _context(out) as context:
        try:
            table = product_types_of(context.settings.product_types)
            hashed = ChannelHash(_secret(context.settings))
            listed = Channels.read(channels, hashed)
            searched = (
                read_queries(queries, table, language)
                if queries
                else of_product_types(table, language, product_type or ())
            )
        except (ChannelsError, QueriesError, ValueError, OSError) as error:
            _fail(str(error), WRONG)
        youtube = context.settings.youtube.key.get_secret_value()
        if youtube and not context.settings.download.has_extractor(YOUTUBE):
            _fail(
                "SIAN_VIDEOS_YOUTUBE__KEY: what the API finds could not be downloaded, for"
                f" SIAN_VIDEOS_DOWNLOAD__EXTRACTORS has no {YOUTUBE!r}; add it, or give no key",
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
        # After Ray's start, which brings handlers of its own.
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


@app.command()
def remove(
    ids: Ids,
    reason: Annotated[str, typer.Option(help="Who asked for it, or why.")],
    out: Annotated[
        list[Path] | None,
        typer.Option(help="Every folder that jobs worked in; none is `videos`."),
    ] = None,
) -> None:
    """Remove videos for good: files, clips, captions, frames, and from published datasets."""
    from crawl.videos.removal import Removal

    for folder in dict.fromkeys(out or [Path("videos")]):
        with _context(folder, asks=False) as context:
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


@app.command()
def status(out: Out = Path("videos")) -> None:
    """What was seen, what became of it, which hosts are not asked, what today's quota has left."""
    from crawl.videos.status import lines_of

    with _context(out, asks=False) as context:
        for line in lines_of(context):
            print(line)


@app.command()
def manifest(
    to: Annotated[Path, typer.Argument(help="A .parquet file.")],
    out: Out = Path("videos"),
) -> None:
    """Write the manifest for the caption job: what was downloaded, and may be used now."""
    from crawl.videos.manifest import write_manifest

    with _context(out, asks=False) as context:
        print(f"{write_manifest(context.records, to):,} videos in {to}")


@app.command()
def best(
    ids: Ids,
    out: Out = Path("videos"),
) -> None:
    """Fetch the best renditions of videos that survived the analysis, and tell their keys."""
    from crawl.videos.best import fetch_best

    with _context(out) as context:
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
def _context(out: Path, asks: bool = True) -> Generator[WorkerContext]:
    """`asks`: whether a site is asked for anything, so that somebody has to be named."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        settings = VideoJobSettings(out=out.absolute())
        manners = Manners() if asks else Manners(contact="https://example.invalid/")
        manners = manners.model_copy(update={"cache": manners.cache.absolute()})
        context = WorkerContext.open(settings, manners)
    except ValidationError as error:
        _fail(_told(error), WRONG)
    except (ValueError, OSError) as error:
        _fail(str(error), WRONG)
    except (DatabaseUnavailable, VaultUnavailable) as error:
        _fail(str(error), FAILED)
    try:
        yield context
    except (DatabaseUnavailable, VaultUnavailable) as error:
        _fail(f"stopped: {error}", FAILED)
    finally:
        context.close()


def _secret(settings: VideoJobSettings) -> bytes:
    given = settings.channel_secret.get_secret_value()
    return given.encode() if given else secret_in(settings.out / "channel.secret")


def _told(error: ValidationError) -> str:
    prefix = "SIAN_CRAWL" if error.title == Manners.__name__ else "SIAN_VIDEOS"
    return "\n".join(
        f"{prefix}_{'__'.join(str(part) for part in found['loc']).upper()}: "
        f"{found['msg'].removeprefix('Value error, ')}"
        for found in error.errors()
    )


def _fail(text: str, code: int) -> NoReturn:
    print(text, file=sys.stderr, flush=True)
    raise typer.Exit(code)


if __name__ == "__main__":
    app()
