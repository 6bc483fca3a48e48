"""Progress of the job on a terminal (a bar) or in a log (a line per source)."""

from collections.abc import Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from crawl.products.crawling import Crawled


class Telling:
    def __init__(self, console: Console, num_sources: int, progress: Progress | None) -> None:
        self._console, self._num_sources, self._progress = console, num_sources, progress
        self._done = 0
        self._task = progress.add_task("sources", total=num_sources) if progress else None

    def crawled(self, one: Crawled) -> None:
        self._done += 1
        line = f"[{self._done}/{self._num_sources}] {one.source}: {in_words(one)}"
        self._console.print(Text(line), soft_wrap=True)
        if self._progress is not None and self._task is not None:
            self._progress.advance(self._task)


@contextmanager
def telling(console: Console, num_sources: int) -> Generator[Telling]:
    if not console.is_terminal:
        yield Telling(console, num_sources, None)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console) as progress:
        yield Telling(console, num_sources, progress)


def in_words(one: Crawled) -> str:
    if one.state == "read":
        cached = len(one.documents) - one.fetched
        had = f"{one.fetched} fetched, {cached} from the cache" if cached else "fetched"
        lost = f", {len(one.dropped)} dropped" if one.dropped else ""
        return f"{len(one.rows)} rows{lost} ({had})"
    return f"{one.state}: {one.why.en if one.why else 'no reason given'}"
