"""Versions of the table in a folder: one file each, and a manifest that names the newest.

A version's file is written aside and renamed before the manifest names it, so that a reader of the
manifest finds a complete table whenever the job was killed.
"""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from conte.frozen import Frozen
from conte.product_types import ProductTypes
from serve.whole import write_whole

MANIFEST = "manifest.json"
FORMAT = 1


class NotWhole(ValueError):
    """The folder's table is not the one in its manifest."""


class TypesManifest(Frozen):
    format: Annotated[int, Field(ge=1, le=FORMAT)] = FORMAT
    version: str
    file: Annotated[str, Field(pattern=r"^product-types-[0-9a-f]{12}\.json$")]
    sha256: str
    num_types: int
    num_standards: int
    at: float
    """When it was published, seconds since the epoch."""
    rows_of: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Source -> SHA-256 of the documents from which its rows were read."""
    previous: str | None = None
    """File name of the version before."""


def latest(folder: Path) -> tuple[TypesManifest, ProductTypes] | None:
    """Return the manifest and the table that it names; None if there is no version yet.

    Raises:
        NotWhole: if the table's file is missing, was changed, or is invalid.
    """
    path = folder / MANIFEST
    try:
        manifest = TypesManifest.model_validate_json(path.read_bytes())
        content = (folder / manifest.file).read_bytes()
        if hashlib.sha256(content).hexdigest() != manifest.sha256:
            raise NotWhole(f"{folder / manifest.file} was changed after it was published")
        return manifest, ProductTypes.model_validate_json(content)
    except FileNotFoundError as error:
        if not path.exists():
            return None
        raise NotWhole(f"{path} names {error.filename}, which is not there") from error
    except ValidationError as error:
        raise NotWhole(f"{path}: {error.errors()[0]['msg']}") from error


def publish(
    folder: Path,
    table: ProductTypes,
    rows_of: Mapping[str, Sequence[str]],
    at: float,
    before: TypesManifest | None,
) -> TypesManifest:
    """Publish a table; an unchanged one makes no new version, and leaves the manifest as it is."""
    content = table.model_dump_json(indent=1).encode()
    sha256 = hashlib.sha256(content).hexdigest()
    if before is not None and before.sha256 == sha256:
        return before
    manifest = TypesManifest(
        version=table.version,
        file=f"product-types-{sha256[:12]}.json",
        sha256=sha256,
        num_types=len(table.types),
        num_standards=len(table.standards),
        at=at,
        rows_of={name: tuple(hashes) for name, hashes in rows_of.items()},
        previous=before.file if before is not None else None,
    )
    write_whole(folder / manifest.file, content)
    # The manifest last, so that the table it names is complete.
    write_whole(folder / MANIFEST, manifest.model_dump_json(indent=1).encode())
    return manifest
