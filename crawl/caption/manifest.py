"""Manifest: the videos of a caption job, a row each, in parquet, CSV or JSON lines."""

import csv
import json
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, StringConstraints, ValidationError, field_validator

from conte.frozen import Frozen, Text
from conte.vocabulary import Language
from crawl.permission import Permission

BATCH = 2000
CRAWLED_BEST = "crawled:best"
"""A `best_uri` that the videos job fetches, once a clip of the video is worth it."""
_ID = r"^[^\s#/]\S{0,198}$"


class SourceVideo(Frozen):
    """A row of the manifest."""

    id: Annotated[str, StringConstraints(pattern=_ID)]
    """The site's name and its own id, as `youtube:abc`; no blanks, no `#`."""
    uri: Annotated[str, StringConstraints(min_length=1, max_length=2000)]
    """The rendition that is analysed: a path, `file://`, `http(s)://`, or a key of the vault."""
    best_uri: Annotated[str, StringConstraints(max_length=2000)] = ""
    """The rendition that clips are cut from, or `crawled:best`; empty: the same."""
    subject: Annotated[Text, StringConstraints(max_length=200)] = ""
    """What it was looked for by, such as a product type."""
    language: Language = "ko"
    title: Annotated[Text, StringConstraints(max_length=300)] = ""
    permission: Permission | None = None
    size_bytes: Annotated[int, Field(ge=0)] | None = None

    @field_validator("id")
    @classmethod
    def _no_hash(cls, value: str) -> str:
        if "#" in value:
            raise ValueError("has a #, which parts a clip's frames from its video's id")
        return value

    @field_validator("permission", mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        """Tables have no nested values: there it is JSON, and none is empty."""
        if isinstance(value, str):
            return json.loads(value) if value.strip() else None
        return value


class ManifestError(Exception):
    """The manifest cannot be read; the message names the row and what is wanted."""


def read_manifest(path: Path) -> Iterator[list[SourceVideo]]:
    """Its rows in batches, in its order. Columns that are empty take their defaults.

    Raises:
        ManifestError: at the first row that is wrong, or if it is no manifest.
    """
    try:
        rows = _rows(path)
        number = 0
        while batch := list(islice(rows, BATCH)):
            videos: list[SourceVideo] = []
            for row in batch:
                number += 1
                videos.append(_video(path, number, row))
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


def _rows(path: Path) -> Iterator[Any]:
    match path.suffix:
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
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                try:
                    yield json.loads(line)
                except ValueError as error:
                    raise ManifestError(f"{path}, line {number}: not JSON: {error}") from error
