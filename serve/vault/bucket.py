"""A vault in an S3-compatible bucket. Conditional writes where the server supports them.

Plain SigV4 with payload hashes only: no listing, no tags, no checksum algorithms, which Naver's
Object Storage and similar servers lack.
"""

import asyncio
import re
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import S3Store

from serve.vault.errors import Missing, VaultFull, VaultUnavailable, in_short
from serve.vault.keys import content_type

if TYPE_CHECKING:  # obstore has these types for type checkers only
    from obstore.store import ClientConfig, RetryConfig, S3Config

MULTIPART_FROM = 64 * 1024 * 1024
"""Bytes from which a file is uploaded in parts instead of being read into memory."""
PART_BYTES = 16 * 1024 * 1024
_NOWHERE = "checks/" + "0" * 64 + ".txt"


class Bucket:
    def __init__(
        self,
        url: str,
        endpoint: str = "",
        region: str = "",
        access_key: str = "",
        secret_key: str = "",
        multipart_from: int = MULTIPART_FROM,
    ) -> None:
        self._url, self._multipart_from = url, multipart_from
        bucket, _, prefix = url.removeprefix("s3://").strip("/").partition("/")
        if not bucket:
            raise VaultUnavailable(f"{url} names no bucket, wanted s3://bucket/prefix")
        if bool(access_key) != bool(secret_key):
            raise VaultUnavailable("the vault needs both access_key and secret_key, or neither")
        config: S3Config = {"virtual_hosted_style_request": False}
        if endpoint:
            config["endpoint"] = endpoint
        if region:
            config["region"] = region
        if access_key:
            config["access_key_id"] = access_key
            config["secret_access_key"] = secret_key
        client: ClientConfig = {
            "allow_http": endpoint.startswith("http://"),
            "connect_timeout": timedelta(seconds=5),
            "timeout": timedelta(seconds=120),
        }
        retry: RetryConfig = {"max_retries": 3, "retry_timeout": timedelta(seconds=30)}
        self.store = S3Store(
            bucket, prefix=prefix or None, config=config, client_options=client, retry_config=retry
        )

    async def publish(self, key: str, source: Path | bytes) -> bool:
        size = len(source) if isinstance(source, bytes) else await _size(source)
        try:
            # Checked first, because a refused upload costs a full upload, and because some servers
            # ignore If-None-Match and would overwrite.
            if await self._stands(key):
                return False
            await self._put(key, source, size)
        except AlreadyExistsError:
            return False
        except FileNotFoundError as error:
            raise VaultUnavailable(f"{self._url}: there is no such bucket") from error
        except (BaseError, OSError) as error:
            raise self.refusal(key, error) from error
        return True

    async def _put(self, key: str, source: Path | bytes, size: int) -> None:
        # obstore has no conditional multipart upload. Such a key still appears whole; two
        # concurrent writers both believe that they published it.
        in_parts = size >= self._multipart_from
        await obstore.put_async(
            self.store,
            key,
            source,
            attributes={"Content-Type": content_type(key)},
            mode="overwrite" if in_parts else "create",
            use_multipart=in_parts,
            chunk_size=PART_BYTES,
            max_concurrency=4,
        )

    async def _stands(self, key: str) -> bool:
        try:
            await obstore.head_async(self.store, key)
        except FileNotFoundError:
            return False
        return True

    @asynccontextmanager
    async def local(self, key: str, folder: Path | None = None) -> AsyncGenerator[Path]:
        with tempfile.TemporaryDirectory(prefix="sian-", dir=folder) as copies:
            path = Path(copies) / key.rpartition("/")[2]
            try:
                await self._download(key, path)
            except (BaseError, OSError) as error:
                raise self.refusal(key, error) from error
            yield path

    async def _download(self, key: str, path: Path) -> None:
        found = await obstore.get_async(self.store, key)
        with path.open("wb") as out:  # the writes run outside the event loop
            async for chunk in found.stream(min_chunk_size=1024 * 1024):
                await asyncio.to_thread(out.write, chunk)

    async def remove(self, key: str) -> None:
        try:
            await obstore.delete_async(self.store, key)
        except FileNotFoundError:
            # S3 accepts the deletion of a missing file, also in a missing bucket.
            await self.check()
        except (BaseError, OSError) as error:
            raise self.refusal(key, error) from error

    async def link(self, key: str, seconds: int, method: Literal["GET", "HEAD"]) -> str | None:
        try:
            return await obstore.sign_async(self.store, method, key, timedelta(seconds=seconds))
        except (BaseError, OSError) as error:
            raise self.refusal(key, error) from error

    async def check(self) -> None:
        try:
            # Not HEAD: only a response body distinguishes a missing bucket from a missing file.
            await obstore.get_async(self.store, _NOWHERE)
        except (BaseError, OSError) as error:
            if "NoSuchBucket" in str(error):
                raise VaultUnavailable(f"{self._url}: there is no such bucket") from error
            if not isinstance(error, FileNotFoundError):
                raise self.refusal(_NOWHERE, error) from error

    def refusal(self, key: str, error: Exception) -> Exception:
        said = str(error)
        if isinstance(error, FileNotFoundError):
            return Missing(f"the vault has no {key}")
        if isinstance(error, OSError) and error.errno is not None:
            return VaultUnavailable(f"{self._url}: {error.strerror}")
        # The status, and not a time: a request is said to have taken 507.12ms.
        if re.search(r"\b507\b(?!\.\d)|QuotaExceeded|InsufficientStorage|StorageFull", said):
            return VaultFull(f"the bucket {self._url} is full: raise its quota")
        return VaultUnavailable(f"{self._url}: {in_short(said)}")


async def _size(path: Path) -> int:
    return (await asyncio.to_thread(path.stat)).st_size
