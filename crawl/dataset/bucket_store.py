"""Stores datasets in an S3-compatible bucket, which need not support listing.

A killed multipart upload leaves its parts; only the bucket's own rule removes these
(AbortIncompleteMultipartUpload).
"""

import os
import secrets
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError

from serve.vault.bucket import MULTIPART_FROM, PART_BYTES, Bucket
from serve.vault.errors import VaultUnavailable, in_short
from serve.vault.keys import content_type

_CHUNK = 1 << 20


class BucketStore:
    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._store = Bucket(
            url, os.environ.get("AWS_ENDPOINT_URL", ""), os.environ.get("AWS_REGION", "")
        ).store

    def place(self, name: str) -> str:
        return f"{self._url}/{name}"

    def size(self, name: str) -> int | None:
        try:
            with self._telling():
                return obstore.head(self._store, name)["size"]
        except FileNotFoundError:
            return None

    def read(self, name: str) -> bytes:
        with self._telling():
            return bytes(obstore.get(self._store, name).bytes())

    @contextmanager
    def local(self, name: str) -> Generator[Path]:
        with tempfile.TemporaryDirectory(prefix="sian-") as folder:
            path = Path(folder) / secrets.token_hex(8)
            with self._telling(), path.open("wb") as out:
                for chunk in obstore.get(self._store, name).stream(min_chunk_size=_CHUNK):
                    out.write(chunk)
            yield path

    @contextmanager
    def writing(self, name: str) -> Generator[Path]:
        with tempfile.TemporaryDirectory(prefix="sian-") as folder:
            path = Path(folder) / secrets.token_hex(8)
            yield path
            try:
                with self._telling():
                    obstore.put(
                        self._store,
                        name,
                        path,
                        attributes={"Content-Type": content_type(name)},
                        use_multipart=path.stat().st_size >= MULTIPART_FROM,
                        chunk_size=PART_BYTES,
                        max_concurrency=4,
                    )
            except FileNotFoundError as error:
                raise VaultUnavailable(f"{self._url}: there is no such bucket") from error

    def create(self, name: str, data: bytes) -> bool:
        # Checked first, because some servers ignore If-None-Match and would overwrite.
        if self.size(name) is not None:
            return False
        try:
            with self._telling():
                obstore.put(self._store, name, data, mode="create")
        except AlreadyExistsError:
            return False
        except FileNotFoundError as error:
            raise VaultUnavailable(f"{self._url}: there is no such bucket") from error
        return True

    def remove(self, name: str) -> None:
        try:
            with self._telling():
                obstore.delete(self._store, name)
        except FileNotFoundError:
            return

    @contextmanager
    def _telling(self) -> Generator[None]:
        try:
            yield
        except (AlreadyExistsError, FileNotFoundError):
            raise
        except (BaseError, OSError) as error:
            raise VaultUnavailable(f"{self._url}: {in_short(str(error))}") from error
