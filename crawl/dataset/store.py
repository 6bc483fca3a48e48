"""Where datasets lie: files that appear whole or not at all, in a folder or an S3 bucket.

Unlike in a vault a name may be written again, and people and other programs read them by it.
Nothing is ever listed: there are object stores that cannot.
"""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from crawl.dataset.bucket_store import BucketStore
from crawl.dataset.folder_store import FolderStore


class Store(Protocol):
    """Names are relative, with slashes, as `v1/shards/16x9-81f-360p/00000.tar`."""

    def place(self, name: str) -> str:
        """Return the path or URL for a person."""
        ...

    def size(self, name: str) -> int | None:
        """In bytes; None if there is no such file."""
        ...

    def read(self, name: str) -> bytes:
        """Raises FileNotFoundError."""
        ...

    def local(self, name: str) -> AbstractContextManager[Path]:
        """A path to read the file at. Raises FileNotFoundError."""
        ...

    def writing(self, name: str) -> AbstractContextManager[Path]:
        """A path to write to; the file takes its name when the context ends well."""
        ...

    def create(self, name: str, data: bytes) -> bool:
        """Return False if the file exists; of several concurrent calls one returns True."""
        ...

    def remove(self, name: str) -> None:
        """Delete a file, if it exists, with what a killed writer has left of it."""
        ...


def open_store(url: str) -> Store:
    """A folder's path, or `s3://bucket/prefix`.

    A bucket is opened with what the environment or the machine's role gives: `AWS_ENDPOINT_URL`,
    `AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`.

    Of a store any call raises VaultUnavailable if it cannot be reached, VaultFull if it is full.
    """
    if url.startswith("s3://"):
        return BucketStore(url)
    if "://" in url and not url.startswith("file://"):
        raise ValueError(f"{url} is neither a folder nor s3://bucket/prefix")
    return FolderStore(Path(url.removeprefix("file://")))


def write(store: Store, name: str, data: bytes) -> None:
    with store.writing(name) as path:
        path.write_bytes(data)
