"""Consent for files of an archive: origin, owner, and whether they may be used for training."""

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BeforeValidator, Field, ValidationError

from conte.frozen import Frozen
from serve.storyboards.door import SUFFIXES
from serve.yaml_text import yaml_value

MANIFEST = "archive.csv"
_YES = ("yes", "y", "true", "1", "동의", "예", "o")
_NO = ("no", "n", "false", "0", "거부", "아니요", "아니오", "x", "")


def _said(value: object) -> object:
    text = str(value).strip().casefold() if value is not None else ""
    return True if text in _YES else False if text in _NO else value


class Consent(Frozen):
    """An archive owner's statement about a file."""

    source: Annotated[str, Field(min_length=1, max_length=200)]
    """Origin, such as a server's folder."""
    owner: Annotated[str, Field(min_length=1, max_length=200)]
    """Owner of the file."""
    consent: Annotated[bool, BeforeValidator(_said)] = False
    """True if the file may be used for training."""
    product: str = ""
    """Product, advertiser and product type, for sheets that name none."""
    advertiser: str = ""
    kind: str = ""
    """Id of a product type."""
    cuts: str = ""
    settle: Literal["cuts", "total"] | None = None
    duration_s: float | None = None
    marks: tuple[str, ...] = ()
    """Further marks of the client to mask, separated by `;` in a table."""


class ArchiveError(ValueError):
    """A manifest cannot be read; the message names the file and the field."""


class ArchivedFile(Frozen):
    """A file of an archive, by its path relative to the archive's folder."""

    name: str
    sha256: str
    consent: Consent | None
    """Consent for the file; None: the manifest does not mention it."""


def files_of(folder: Path) -> Iterator[ArchivedFile]:
    """Yield the storyboards of an archive, sorted by name.

    Raises:
        ArchiveError: if the manifest cannot be read.
    """
    table = _table(folder)
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in SUFFIXES or not path.is_file() or path.name == MANIFEST:
            continue
        if path.name.startswith(("~$", ".")):
            continue  # a program's lock, and what systems put beside files
        name = path.relative_to(folder).as_posix()
        beside = path.with_name(f"{path.name}.yaml")
        consent = _beside(beside) if beside.exists() else table.get(name)
        yield ArchivedFile(name=name, sha256=_sha256(path), consent=consent)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _table(folder: Path) -> dict[str, Consent]:
    path = folder / MANIFEST
    if not path.exists():
        return {}
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    except (UnicodeDecodeError, csv.Error) as error:
        raise ArchiveError(f"{path}: wanted CSV in UTF-8: {error}") from None
    found: dict[str, Consent] = {}
    for number, row in enumerate(rows, 2):
        name = (row.get("file") or "").strip()
        if not name:
            raise ArchiveError(f"{path}, line {number}: wanted the column file")
        if name in found:
            raise ArchiveError(f"{path}, line {number}: {name} is given twice, wanted once")
        told: dict[str, Any] = {
            key: (value or "").strip() for key, value in row.items() if key and key != "file"
        }
        marks = [one.strip() for one in str(told.pop("marks", "")).split(";")]
        told = {key: value for key, value in told.items() if value}
        found[name] = _consent(told | {"marks": [one for one in marks if one]}, f"{path} {name}")
    return found


def _beside(path: Path) -> Consent:
    try:
        told = yaml_value(path.read_text("utf-8"))
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise ArchiveError(f"{path}: wanted YAML in UTF-8: {error}") from None
    if not isinstance(told, Mapping):
        raise ArchiveError(f"{path}: wanted source, owner and consent")
    return _consent(dict(told), str(path))


def _consent(told: dict[str, Any], place: str) -> Consent:
    try:
        return Consent.model_validate(told)
    except ValidationError as error:
        one = error.errors(include_url=False)[0]
        field = ".".join(map(str, one["loc"]))
        raise ArchiveError(f"{place}: {field}: {one['msg']}") from None
