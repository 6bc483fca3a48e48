"""A published dataset of captioned clips, for whoever learns from it: rows, and clips' bytes.

    dataset = Dataset.open("captions/datasets/clips")
    for row in dataset.rows():
        clip = dataset.clip(row)

Rows lie in parquet, a row a clip (columns: crawl/dataset/clip_row.py). Clips lie in WebDataset
shards, a tar file of `<key>.mp4` and `<key>.json` each, in buckets of one shape.
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
"""Bytes at least that are asked of a store at once."""


class FileFacts(Frozen):
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    num_bytes: Annotated[int, Field(ge=0)]


class BucketFacts(Frozen):
    """Clips of about one shape, and the shards that they lie in."""

    num_clips: int
    shards: tuple[str, ...]


class Manifest(Frozen):
    """What a version is made of. Written last: where it stands, all that it names does."""

    format: Annotated[int, Field(ge=1, le=FORMAT)] = FORMAT
    dataset: str
    version: int
    revision: int = 1
    """Of this version: each removal of a video makes a new one."""
    content: str
    """Digest of all rows, in any order."""
    asked: str
    """Digest of the rows that were to be published: another one than `content` if files of some
    were missing."""
    num_clips: int
    num_videos: int
    duration_s: float
    left_out: Mapping[str, int]
    """Clips that were ready and are not in it, by reason."""
    parts: tuple[str, ...]
    """Parquet files, in order."""
    buckets: Mapping[str, BucketFacts]
    files: Mapping[str, FileFacts]
    """All files of the version but this one."""


class NotWhole(ValueError):
    """There is no such dataset, or a file is not the one that its manifest names."""


class Dataset:
    """One version of a dataset. Not safe from threads that share it."""

    def __init__(self, store: ObjectStore, folder: str, manifest: Manifest) -> None:
        self._store, self._folder, self.manifest = store, folder, manifest

    @classmethod
    def open(cls, url: str, version: int | None = None) -> "Dataset":
        """`url`: the dataset's folder or `s3://bucket/prefix`; the newest version if none is given.

        A bucket is opened with what the environment or the machine's role gives.

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
        """All rows, with the fields of `crawl/dataset/clip_row.py`."""
        import pyarrow.parquet as pq

        for name in self.manifest.parts:
            # A reader over HTTP ranges: the part is never in memory whole.
            with pq.ParquetFile(io.BufferedReader(_Ranged(self._opened(name)), _READ)) as part:
                for batch in part.iter_batches(batch_size=_BATCH):
                    yield from batch.to_pylist()

    def clip(self, row: Mapping[str, Any]) -> bytes:
        """The clip's MP4, by a range of its shard."""
        start, length = int(row["offset"]), int(row["num_bytes"])
        try:
            found = obstore.get_range(
                self._store, f"{self._folder}/{row['shard']}", start=start, length=length
            )
        except (BaseError, OSError) as error:
            raise NotWhole(f"{row['shard']}: {error}") from error
        return bytes(found)

    def bucket(self, name: str) -> Iterator[tuple[bytes, bytes]]:
        """All samples of a bucket in order, as (MP4, JSON), reading each shard once.

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
        """Files that are missing, or not the ones that the manifest names. Reads all of them."""
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
    """obstore's reader, as a file of Python's: pyarrow asks files whether they are closed."""

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
"""A file by its name; FileNotFoundError if there is none."""


def newest(read: Read) -> Manifest | None:
    """Versions are counted from 1 without a gap: no store has to be able to list."""
    found: Manifest | None = None
    while (later := manifest_of(read, found.version + 1 if found else 1)) is not None:
        found = later
    return found


def manifest_of(read: Read, version: int) -> Manifest | None:
    """None if there is no such version, or not a whole one. Raises NotWhole."""
    name = f"v{version}/{MANIFEST}"
    try:
        return Manifest.model_validate_json(read(name))
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
