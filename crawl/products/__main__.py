"""`python -m crawl.products --sources sources.yaml --out DIR`: the table's next version.

Restartable at any moment: what is fresh in the cache is not fetched again, and nothing half-written
is ever in the folder. `ray job submit -- python -m crawl.products ...` runs it on a cluster.
"""

import argparse
import signal
import sys
from collections import Counter
from pathlib import Path

from pydantic import ValidationError

from crawl.polite import Manners
from crawl.products.job import Cancelled, Job, Result
from crawl.products.licences import LICENCES
from crawl.products.progress import telling
from crawl.products.report import write_report
from crawl.products.sources import KnowledgeError, read_sources
from crawl.products.versions import NotWhole
from deployments.knowledge.product_types import product_types
from serve.cli.terminal import FAILED, WRONG, err, out
from serve.cluster.job_cluster import joined
from serve.database.errors import DatabaseUnavailable


def main(arguments: list[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    folder: Path = given.out.absolute()
    try:
        sources = read_sources(given.sources)
        manners = Manners()
        manners = manners.model_copy(update={"cache": manners.cache.absolute()})
        folder.mkdir(parents=True, exist_ok=True)
    except ValidationError as error:
        for wrong in error.errors():
            said = wrong["msg"].removeprefix("Value error, ")
            err.print(
                f"SIAN_CRAWL_{'_'.join(map(str, wrong['loc'])).upper()}: {said}", markup=False
            )
        return WRONG
    except (KnowledgeError, OSError) as error:
        err.print(str(error), markup=False)
        return WRONG
    job = Job(
        sources=sources,
        out=folder,
        records_url=given.records or f"sqlite:///{folder / 'records.db'}",
        manners=manners,
        base=product_types(),
        accepted=given.accept_licence,
        patience_s=given.patience_s,
    )
    came: list[int] = []
    try:
        with joined(given.address) as ray, telling(out, len(sources)) as tell:
            # After Ray has come, which brings handlers of its own.
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda which, _: came.append(which))
            result = job.run(ray, tell.crawled, lambda: bool(came))
    except Cancelled:
        err.print("cancelled: nothing was published")
        return 128 + came[0]
    except (NotWhole, DatabaseUnavailable, OSError) as error:
        err.print(str(error), markup=False)
        return FAILED
    report = write_report(folder, result)
    _tell(result, folder, report)
    return FAILED if result.troubled else 0


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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m crawl.products", description=__doc__)
    parser.add_argument("--sources", type=Path, required=True, help="which documents (YAML)")
    parser.add_argument(
        "--out", type=Path, required=True, help="the folder of the table's versions"
    )
    parser.add_argument("--records", help="the jobs' database; empty: SQLite in the folder")
    parser.add_argument("--address", help="of a Ray cluster; empty: RAY_ADDRESS, or one of its own")
    parser.add_argument(
        "--accept-licence", action="append", default=[], choices=LICENCES, metavar="LICENCE",
        help="take rows under this licence as well, because somebody cleared it",
    )  # fmt: skip
    parser.add_argument(
        "--patience-s", type=float, default=900.0, help="wait so long for hosts that ask for quiet"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
