"""Storage of datasets: files that appear complete or not at all, in a folder or an S3 bucket.

Unlike in a vault, a name may be written again, and people and other programs read files by name.
Nothing is ever listed, because some object stores cannot list.
"""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from crawl.dataset.bucket_store import BucketStore
from crawl.dataset.folder_store import FolderStore


class Store(Protocol):
    """Store of files. Names are relative paths, such as `v1/shards/16x9-81f-360p/00000.tar`."""

    def place(self, name: str) -> str:
        """Return the path or URL of a file, for people."""
        ...

    def size(self, name: str) -> int | None:
        """Return the size in bytes; None if there is no such file."""
        ...

    def read(self, name: str) -> bytes:
        """Return the content of a file. Raises FileNotFoundError."""
        ...

    def local(self, name: str) -> AbstractContextManager[Path]:
        """Yield a local path to read the file at. Raises FileNotFoundError."""
        ...

    def writing(self, name: str) -> AbstractContextManager[Path]:
        """Yield a local path to write to; the file appears under `name` if the context ends
        well."""
        ...

    def create(self, name: str, data: bytes) -> bool:
        """Create a file; return False if it exists. Only one of several concurrent calls returns
        True."""
        ...

    def remove(self, name: str) -> None:
        """Delete a file, if it exists, and what a killed writer has left of it."""
        ...


def open_store(url: str) -> Store:
    """Open a store: a folder's path, or `s3://bucket/prefix`.

    A bucket's credentials come from the environment or the machine's role: `AWS_ENDPOINT_URL`,
    `AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`.

    Every call of a store raises VaultUnavailable if it cannot be reached, VaultFull if it is full.
    """
    if url.startswith("s3://"):
        return BucketStore(url)
    if "://" in url and not url.startswith("file://"):
        raise ValueError(f"{url} is neither a folder nor s3://bucket/prefix")
    return FolderStore(Path(url.removeprefix("file://")))


def write(store: Store, name: str, data: bytes) -> None:
    with store.writing(name) as path:
        path.write_bytes(data)
