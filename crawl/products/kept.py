"""Stores the last good reading of each source, used when its host does not answer."""

from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from conte.frozen import digest
from crawl.products.crawling import Crawled
from crawl.products.sources import SourceEntry
from serve.whole import write_whole

_KEPT: TypeAdapter[tuple[str, Crawled]] = TypeAdapter(tuple[str, Crawled])


def keep(folder: Path, entry: SourceEntry, crawled: Crawled) -> None:
    folder.mkdir(exist_ok=True)
    write_whole(_path(folder, entry), _KEPT.dump_json((_asked(entry), crawled)))


def kept(folder: Path, entry: SourceEntry) -> Crawled | None:
    """Return the stored reading; None if there is none, or if the source's entry has changed
    since."""
    try:
        asked, crawled = _KEPT.validate_json(_path(folder, entry).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None
    return crawled if asked == _asked(entry) else None


def forget(folder: Path, entry: SourceEntry) -> None:
    """Delete the stored reading of a source that may not be used any more."""
    _path(folder, entry).unlink(missing_ok=True)


def _path(folder: Path, entry: SourceEntry) -> Path:
    return folder / f"{entry.id}.json"


def _asked(entry: SourceEntry) -> str:
    return digest(entry.model_dump(mode="json"))
