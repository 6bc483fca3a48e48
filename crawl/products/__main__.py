"""Builds the next version of the product types from documents under open licences.

    python -m crawl.products --sources sources.yaml --out DIR
    sian job -- python -m crawl.products --sources sources.yaml --out DIR

It can be restarted at any moment: fresh documents come from the cache, and no unfinished file is
ever in the folder.
"""

import signal
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from crawl.products.job import Cancelled, Job, Result
from crawl.products.progress import telling
from crawl.products.report import write_report
from crawl.products.settings import SETTINGS
from crawl.products.sources import KnowledgeError, read_sources
from crawl.products.versions import NotWhole
from deployments.knowledge.product_types import product_types
from serve.cli.terminal import FAILED, WRONG, fail, out
from serve.cluster.job_cluster import joined
from serve.database.errors import DatabaseUnavailable
from serve.job_settings import Changes, SettingsFile, command_of, settings_or_exit

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(cls=command_of(SETTINGS), help=__doc__)
def main(
    sources: Annotated[Path, typer.Option(help="which documents (YAML)")],
    folder: Annotated[Path, typer.Option("--out", help="the folder of the table's versions")],
    address: Annotated[
        str | None, typer.Option(help="a Ray cluster; inside a job it is known already")
    ] = None,
    settings: SettingsFile = None,
    change: Changes = None,
) -> None:
    chosen = settings_or_exit(SETTINGS, settings, change)
    folder = folder.absolute()
    try:
        listed = read_sources(sources)
        manners = chosen.crawl.manners()
        manners = manners.model_copy(update={"cache": manners.cache.absolute()})
        SETTINGS.within(folder, chosen)
    except ValidationError as error:
        fail(str(error.errors()[0]["msg"]).removeprefix("Value error, "), WRONG)
    except (KnowledgeError, OSError) as error:
        fail(str(error), WRONG)
    job = Job(
        sources=listed,
        out=folder,
        records_url=chosen.records or f"sqlite:///{folder / 'records.db'}",
        manners=manners,
        base=product_types(),
        accepted=chosen.accepted_licences,
        patience_s=chosen.patience_s,
    )
    came: list[int] = []
    try:
        with joined(address) as ray, telling(out, len(listed)) as tell:
            # After Ray has connected, which installs handlers of its own.
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda which, _: came.append(which))
            result = job.run(ray, tell.crawled, lambda: bool(came))
    except Cancelled:
        fail("cancelled: nothing was published", 128 + came[0])
    except (NotWhole, DatabaseUnavailable, OSError) as error:
        fail(str(error), FAILED)
    _tell(result, folder, write_report(folder, result))
    raise typer.Exit(FAILED if result.troubled else 0)


def _tell(result: Result, folder: Path, report: Path) -> None:
    counts = Counter(change.kind for change in result.changes)
    said = ", ".join(f"{counts[kind]} {kind}" for kind in ("new", "changed", "gone"))
    state = "published" if result.published else "nothing new"
    manifest = result.manifest
    out.print(f"{state}: {manifest.num_types} product types ({said})", markup=False)
    out.print(f"table:  {folder / manifest.file}", markup=False, soft_wrap=True)
    out.print(f"report: {report}", markup=False, soft_wrap=True)
    table = (folder / manifest.file).absolute()
    out.print(f"to use: product_types: {table}", markup=False, soft_wrap=True)


if __name__ == "__main__":
    app()
