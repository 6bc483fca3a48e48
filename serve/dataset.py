"""A published dataset of captioned clips, for training: rows, and clips' bytes.

    dataset = Dataset.open("captions/datasets/clips")
    for row in dataset.rows():
        clip = dataset.clip(row)

Rows are in parquet files, one row a clip (columns: crawl/dataset/clip_row.py). Clips are in
WebDataset shards, tar files of `<key>.mp4` and `<key>.json`, in buckets of one shape.
"""

import hashlib
import io
import os
import tarfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, BinaryIO, cast

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore
from pydantic import Field, ValidationError

from conte.frozen import Frozen
from serve.vault.bucket import Bucket

MANIFEST = "manifest.json"
FORMAT = 1
_BATCH = 500
_READ = 1 << 16
"""Smallest read from a store, in bytes."""


class FileFacts(Frozen):
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    num_bytes: Annotated[int, Field(ge=0)]


class BucketFacts(Frozen):
    """Clips of about one shape, and their shards."""

    num_clips: int
    shards: tuple[str, ...]


class DatasetManifest(Frozen):
    """Contents of a version. Written last: if it exists, every file that it names does."""

    format: Annotated[int, Field(ge=1, le=FORMAT)] = FORMAT
    dataset: str
    version: int
    revision: int = 1
    """Revision of this version: each removal of a video increases it."""
    content: str
    """Digest of all rows, in any order."""
    asked: str
    """Digest of the rows to be published; differs from `content` if some files were missing."""
    num_clips: int
    num_videos: int
    duration_s: float
    left_out: Mapping[str, int]
    """Number of ready clips that were left out, by reason."""
    parts: tuple[str, ...]
    """Names of the parquet files, in order."""
    buckets: Mapping[str, BucketFacts]
    files: Mapping[str, FileFacts]
    """All files of the version except the manifest."""


class NotWhole(ValueError):
    """There is no such dataset, or a file differs from its manifest."""


class Dataset:
    """One version of a dataset. Not thread-safe."""

    def __init__(self, store: ObjectStore, folder: str, manifest: DatasetManifest) -> None:
        self._store, self._folder, self.manifest = store, folder, manifest

    @classmethod
    def open(cls, url: str, version: int | None = None) -> "Dataset":
        """Open the newest version, or the given one.

        `url`: the dataset's folder or `s3://bucket/prefix`. A bucket is opened with the credentials
        of the environment or the machine's role.

        Raises:
            NotWhole: if there is no such version.
        """
        store = _store(url)

        def read(name: str) -> bytes:
            return bytes(obstore.get(store, name).bytes())

        manifest = manifest_of(read, version) if version else newest(read)
        if manifest is None:
            raise NotWhole(f"{url} has no version{f' {version}' if version else ''} of a dataset")
        return cls(store, f"v{manifest.version}", manifest)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield all rows, with the fields of `crawl/dataset/clip_row.py`."""
        import pyarrow.parquet as pq

        for name in self.manifest.parts:
            # Read by HTTP ranges: the part is never in memory as a whole.
            with pq.ParquetFile(io.BufferedReader(_Ranged(self._opened(name)), _READ)) as part:
                for batch in part.iter_batches(batch_size=_BATCH):
                    yield from batch.to_pylist()

    def clip(self, row: Mapping[str, Any]) -> bytes:
        """Return the clip's MP4, read as a range of its shard."""
        start, length = int(row["offset"]), int(row["num_bytes"])
        try:
            found = obstore.get_range(
                self._store, f"{self._folder}/{row['shard']}", start=start, length=length
            )
        except (BaseError, OSError) as error:
            raise NotWhole(f"{row['shard']}: {error}") from error
        return bytes(found)

    def bucket(self, name: str) -> Iterator[tuple[bytes, bytes]]:
        """Yield all samples of a bucket in order, as (MP4, JSON), reading each shard once.

        Raises:
            ValueError: if there is no such bucket.
        """
        if name not in self.manifest.buckets:
            raise ValueError(f"no bucket {name}, there are {', '.join(self.manifest.buckets)}")
        for shard in self.manifest.buckets[name].shards:
            with tarfile.open(fileobj=cast(BinaryIO, self._opened(shard)), mode="r|") as tar:
                clip = b""
                for member in tar:
                    file = tar.extractfile(member)
                    data = file.read() if file else b""
                    if member.name.endswith(".mp4"):
                        clip = data
                    else:
                        yield clip, data

    def broken(self) -> list[str]:
        """Return the files that are missing or differ from the manifest. Reads all of them."""
        return [name for name, facts in self.manifest.files.items() if self._read(name) != facts]

    def _read(self, name: str) -> FileFacts | None:
        hashed, num_bytes = hashlib.sha256(), 0
        try:
            chunks = obstore.get(self._store, f"{self._folder}/{name}").stream()
        except FileNotFoundError:
            return None
        for chunk in chunks:
            hashed.update(chunk)
            num_bytes += len(chunk)
        return FileFacts(sha256=hashed.hexdigest(), num_bytes=num_bytes)

    def _opened(self, name: str) -> Any:
        try:
            return obstore.open_reader(self._store, f"{self._folder}/{name}")
        except (BaseError, OSError) as error:
            raise NotWhole(f"{name}: {error}") from error


class _Ranged(io.RawIOBase):
    """Makes obstore's reader a Python file object, with the `closed` that pyarrow checks."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return int(self._reader.seek(offset, whence))

    def tell(self) -> int:
        return int(self._reader.tell())

    def readinto(self, buffer: Any) -> int:
        data = bytes(self._reader.read(len(buffer)))
        buffer[: len(data)] = data
        return len(data)


Read = Callable[[str], bytes]
"""Function that reads a file by its name; raises FileNotFoundError if it is missing."""


def newest(read: Read) -> DatasetManifest | None:
    """Return the newest version's manifest; None: there is no version.

    Versions count from 1 without gaps, so that the store needs no listing.
    """
    found: DatasetManifest | None = None
    while (later := manifest_of(read, found.version + 1 if found else 1)) is not None:
        found = later
    return found


def manifest_of(read: Read, version: int) -> DatasetManifest | None:
    """Return the manifest of a version; None if the version is missing or incomplete.

    Raises:
        NotWhole: if the manifest is invalid.
    """
    name = f"v{version}/{MANIFEST}"
    try:
        return DatasetManifest.model_validate_json(read(name))
    except FileNotFoundError:
        return None
    except ValidationError as error:
        raise NotWhole(f"{name}: {error.errors()[0]['msg']}") from error


def _store(url: str) -> ObjectStore:
    if url.startswith("s3://"):
        return Bucket(
            url, os.environ.get("AWS_ENDPOINT_URL", ""), os.environ.get("AWS_REGION", "")
        ).store
    folder = Path(url.removeprefix("file://")).absolute()
    if not folder.is_dir():
        raise NotWhole(f"there is no folder {folder}")
    return LocalStore(folder)
