"""The products job: every source on the cluster, then one table and one report. Ray ends here."""

import asyncio
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conte.bilingual import BilingualText
from conte.product_types import ProductTypes
from crawl.polite import Fetcher, Manners
from crawl.polite.pace import Pace
from crawl.products.crawling import Crawled, crawl_source
from crawl.products.extending import Extending, SourceRows, TypeChange, changes
from crawl.products.kept import forget, keep, kept
from crawl.products.licences import why_refused
from crawl.products.sources import SourceEntry
from crawl.products.versions import TypesManifest, latest, publish
from crawl.records.database import open_records

_LOOK_S = 0.2
_DEATHS = 2
"""Number of retries of a source whose worker died."""


class Cancelled(Exception):
    """The job was stopped; nothing was published."""


@dataclass(frozen=True)
class SourceResult:
    """Result of one source, for the report: of the fetch, and of its rows."""

    entry: SourceEntry
    crawled: Crawled
    taken: SourceRows | None
    stands_in: bool = False
    """Whether the rows are the last good reading, because the source could not be read now."""


@dataclass(frozen=True)
class Result:
    manifest: TypesManifest
    before: TypesManifest | None
    table: ProductTypes
    told: tuple[SourceResult, ...]
    changes: tuple[TypeChange, ...]

    @property
    def published(self) -> bool:
        return self.before is None or self.before.sha256 != self.manifest.sha256

    @property
    def troubled(self) -> tuple[SourceResult, ...]:
        return tuple(one for one in self.told if one.crawled.state in ("failed", "unreadable"))


@dataclass(frozen=True)
class Job:
    sources: Sequence[SourceEntry]
    out: Path
    records_url: str
    manners: Manners
    base: ProductTypes
    accepted: Collection[str] = ()
    """Licences accepted in addition to `SERVED`, by the user's decision."""
    patience_s: float = 900.0
    """Seconds that the job waits for hosts that asked for a pause."""

    def run(
        self, ray: Any, on_crawled: Callable[[Crawled], None], stopped: Callable[[], bool]
    ) -> Result:
        """Fetch all sources and publish the table. `ray`: the connected `ray` module.

        Raises:
            Cancelled: as soon as `stopped()` is true; nothing is published.
        """
        before = latest(self.out)
        crawled = self._crawl(ray, on_crawled, stopped)
        extending = Extending(self.base)
        told = [self._told(extending, entry, crawled[entry.id]) for entry in self.sources]
        table = extending.table()
        rows_of = {
            one.entry.id: tuple(document.sha256 for document in one.crawled.documents)
            for one in told
            if one.taken is not None
        }
        manifest = publish(self.out, table, rows_of, time.time(), before and before[0])
        earlier = before[1] if before is not None else self.base
        return Result(
            manifest=manifest,
            before=before and before[0],
            table=table,
            told=tuple(told),
            changes=changes(earlier, table),
        )

    def _told(self, extending: Extending, entry: SourceEntry, crawled: Crawled) -> SourceResult:
        readings = self.out / "sources"
        if crawled.state == "read":
            keep(readings, entry, crawled)
            return SourceResult(entry, crawled, extending.add(entry, crawled.rows))
        if crawled.state == "refused":
            forget(readings, entry)
        elif (last := kept(readings, entry)) is not None:
            return SourceResult(entry, crawled, extending.add(entry, last.rows), stands_in=True)
        return SourceResult(entry, crawled, None)

    def _crawl(
        self, ray: Any, on_crawled: Callable[[Crawled], None], stopped: Callable[[], bool]
    ) -> dict[str, Crawled]:
        found: dict[str, Crawled] = {}
        later: list[tuple[float, SourceEntry]] = []
        waiting: dict[Any, SourceEntry] = {}

        def end(one: Crawled) -> None:
            found[one.source] = one
            on_crawled(one)

        remote = ray.remote(num_cpus=1, max_retries=_DEATHS)(_crawl_one)

        def send(entry: SourceEntry) -> None:
            waiting[remote.remote(entry, self.manners, self.records_url)] = entry

        for entry in self.sources:
            if (why := why_refused(entry.licence, self.accepted)) is not None:
                end(Crawled(entry.id, "refused", why=why))
            else:
                send(entry)
        records = open_records(self.records_url)
        pace, until = Pace(records, self.manners), time.monotonic() + self.patience_s
        try:
            while waiting or later:
                if stopped():
                    raise Cancelled
                done, _ = ray.wait(list(waiting), timeout=_LOOK_S) if waiting else ([], [])
                if not waiting:
                    time.sleep(_LOOK_S)
                for ref in done:
                    one = _outcome(ray, ref, entry := waiting.pop(ref))
                    wait_s = one.retry_at - pace.now()
                    if one.state == "failed" and 0 < wait_s < until - time.monotonic():
                        later.append((time.monotonic() + wait_s, entry))
                    else:
                        end(one)
                for at, entry in [one for one in later if one[0] <= time.monotonic()]:
                    later.remove((at, entry))
                    send(entry)
            return found
        finally:
            for ref in waiting:
                ray.cancel(ref)
            records.close()


def _outcome(ray: Any, ref: Any, entry: SourceEntry) -> Crawled:
    try:
        return ray.get(ref)
    except ray.exceptions.RayError as error:
        said = str(error).strip().rsplit("\n", 1)[-1][:300]
        why = BilingualText(ko="작업자가 멈추어 읽지 못했습니다", en=f"its worker died: {said}")
        return Crawled(entry.id, "failed", why=why)


def _crawl_one(entry: SourceEntry, manners: Manners, records_url: str) -> Crawled:
    async def crawl() -> Crawled:
        records = open_records(records_url)
        try:
            async with Fetcher(manners, records) as fetcher:
                return await crawl_source(entry, fetcher)
        finally:
            records.close()

    return asyncio.run(crawl())
