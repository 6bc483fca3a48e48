"""Manifest: the videos of a caption job, one row each, in parquet, CSV or JSON lines."""

import csv
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, StringConstraints, ValidationError, field_validator

from conte.frozen import Frozen, Text
from conte.vocabulary import Language
from crawl.permission import Permission

BATCH = 2000
MAX_URI = 2000
CRAWLED_BEST = "crawled:best"
"""Value of `best_uri` for a rendition that the videos job downloads when clips are cut."""
AGAIN = "~again-"
"""Separator in the id of a row whose id an earlier row has, before a digest."""
_MAX_ID = 199
_DIGEST = 12
_ID = rf"^[^\s#/]\S{{0,{_MAX_ID - 1}}}$"


class SourceVideo(Frozen):
    """A row of the manifest."""

    id: Annotated[str, StringConstraints(pattern=_ID)]
    """The site's name and its id for the video, such as `youtube:abc`; no blanks, no `#`."""
    uri: Annotated[str, StringConstraints(min_length=1, max_length=MAX_URI)]
    """Rendition to analyse: a path, `file://`, `http(s)://`, or a key of the vault."""
    best_uri: Annotated[str, StringConstraints(max_length=MAX_URI)] = ""
    """Rendition to cut clips from, or `crawled:best`; empty: the same as `uri`."""
    subject: Annotated[Text, StringConstraints(max_length=200)] = ""
    """Search term that found the video, such as a product type."""
    language: Language = "ko"
    title: Annotated[Text, StringConstraints(max_length=300)] = ""
    permission: Permission | None = None
    size_bytes: Annotated[int, Field(ge=0)] | None = None
    left_out: Annotated[Text, StringConstraints(max_length=300)] = ""
    """Why the listed video is not to be captioned; empty if it is."""

    @field_validator("id")
    @classmethod
    def _no_hash(cls, value: str) -> str:
        if "#" in value:
            raise ValueError("has a #, which parts a clip's frames from its video's id")
        return value

    @field_validator("permission", mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        """Parse a table's cell: JSON, because tables have no nested values; empty means None."""
        if isinstance(value, str):
            return json.loads(value) if value.strip() else None
        return value


class ManifestError(Exception):
    """The manifest cannot be read; the message names the row and what is wanted."""


def read_manifest(path: Path) -> Iterator[list[SourceVideo]]:
    """Yield the manifest's rows in batches, in order. Empty columns take their defaults.

    A row whose id an earlier row has gets a unique id, and is left out.

    Raises:
        ManifestError: at the first invalid row, or if the file is no manifest.
    """
    try:
        rows = _rows(path)
        number = 0
        seen: dict[str, int] = {}
        again = Counter[str]()
        while batch := list(islice(rows, BATCH)):
            videos: list[SourceVideo] = []
            for row in batch:
                number += 1
                video = _video(path, number, row)
                first = seen.setdefault(video.id, number)
                if first != number:
                    again[video.id] += 1
                    video = _again(video, first, again[video.id])
                videos.append(video)
            yield videos
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ManifestError(f"{path}: {error}") from error


def _video(path: Path, number: int, row: Any) -> SourceVideo:
    if not isinstance(row, dict):
        raise ManifestError(f"{path}, row {number}: wanted an object with id, uri and permission")
    given = {key: value for key, value in row.items() if value not in (None, "")}
    try:
        return SourceVideo.model_validate(given)
    except ValidationError as error:
        found = error.errors()[0]
        field = ".".join(str(part) for part in found["loc"])
        raise ManifestError(f"{path}, row {number}: {field}: {found['msg']}") from error
    except ValueError as error:
        raise ManifestError(f"{path}, row {number}: permission: {error}") from error


def listed_as(name: str) -> str:
    """Return the id that the manifest has for a row, without what `_again` appends."""
    return name.partition(AGAIN)[0]


def _again(video: SourceVideo, first: int, nth: int) -> SourceVideo:
    """Return the row with a unique id, left out as a repetition; reading again gives the same
    id."""
    digest = hashlib.sha256(f"{nth} {video.id} {video.uri}".encode()).hexdigest()[:_DIGEST]
    known = video.id[: _MAX_ID - len(AGAIN) - _DIGEST]
    return video.model_copy(
        update={"id": f"{known}{AGAIN}{digest}", "left_out": f"row {first} has the same id"}
    )


def _rows(path: Path) -> Iterator[Any]:
    match path.suffix.lower():
        case ".parquet":
            return _parquet(path)
        case ".csv":
            return _csv(path)
        case ".jsonl" | ".ndjson":
            return _lines(path)
        case _:
            raise ManifestError(f"{path}: wanted a .parquet, .csv or .jsonl file")


def _parquet(path: Path) -> Iterator[Any]:
    import pyarrow
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            batches = file.iter_batches(batch_size=BATCH)
            yield from chain.from_iterable(batch.to_pylist() for batch in batches)
    except pyarrow.ArrowException as error:
        raise ManifestError(f"{path}: {error}") from error


def _csv(path: Path) -> Iterator[Any]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def _lines(path: Path) -> Iterator[Any]:
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                try:
                    yield json.loads(line)
                except ValueError as error:
                    raise ManifestError(f"{path}, line {number}: not JSON: {error}") from error
