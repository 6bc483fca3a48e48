"""A response as it arrives: status, headers, and a body that is read within bounds."""

import zlib
from collections.abc import AsyncGenerator, AsyncIterable, Generator
from contextlib import aclosing, contextmanager
from typing import Any

import httpcore
import httpx

from crawl.polite.outcome import Refusal, Why

_PIECE = 256 * 1024
"""Unpacked at once at most: a few bytes of gzip may stand for megabytes."""
_GZIP = 16 + zlib.MAX_WBITS
_GZIP_MAGIC = b"\x1f\x8b"


class WireError(Exception):
    """A host that could not be asked, or broke off; in one sentence."""


@contextmanager
def told(host: str) -> Generator[None]:
    """What httpcore raises, as WireError."""
    try:
        yield
    except httpcore.TimeoutException as error:
        raise WireError(f"{host} did not answer in time") from error
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        raise WireError(f"{host}: {error or type(error).__name__}") from error


class Answer:
    """The body can be read once, and only while the request is open."""

    def __init__(
        self, url: httpx.URL, status: int, headers: httpx.Headers, body: AsyncIterable[bytes]
    ) -> None:
        self.url, self.status, self.headers = url, status, headers
        self._body, self._begun = body, False

    @property
    def media_type(self) -> str:
        """In lower case, without parameters; empty if there is none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str:
        for parameter in self.headers.get("content-type", "").split(";")[1:]:
            name, _, value = parameter.partition("=")
            if name.strip().lower() == "charset":
                return value.strip().strip("\"'").lower()[:40]
        return ""

    async def chunks(self, max_bytes: int) -> AsyncGenerator[bytes]:
        """The body, unpacked.

        Raises:
            Refusal: if it is larger than `max_bytes`, on the wire or unpacked, or packed otherwise
                than it was asked for.
            WireError: if it breaks off.
        """
        too_large = Refusal(Why.TOO_LARGE, f"{self.url}: more than {max_bytes} bytes")
        told_bytes = self.headers.get("content-length", "")
        if told_bytes.isdigit() and int(told_bytes) > max_bytes:
            raise too_large
        on_wire = unpacked = 0
        unpack = self._unpacking()
        self._begun = True
        with told(self.url.host):
            async for piece in self._body:
                on_wire += len(piece)
                if on_wire > max_bytes:
                    raise too_large
                for part in unpack.unpack(piece):
                    unpacked += len(part)
                    if unpacked > max_bytes:
                        raise too_large
                    yield part
        if not unpack.whole:
            raise WireError(f"{self.url.host}: the compressed body breaks off")

    async def read(self, max_bytes: int) -> bytes:
        """The whole body. Raises as `chunks` does."""
        async with aclosing(self.chunks(max_bytes)) as chunks:
            return b"".join([chunk async for chunk in chunks])

    async def read_some(self, max_bytes: int) -> bytes:
        """As much of the body's beginning as there is room for, and no more of it."""
        found = b""
        unpack = self._unpacking()
        self._begun = True
        with told(self.url.host):
            async for piece in self._body:
                for part in unpack.unpack(piece):
                    found += part
                    if len(found) >= max_bytes:
                        return found[:max_bytes]
        return found

    async def pass_over(self) -> None:
        """Let a small body that nobody wanted go by, so that its connection can be used again."""
        length = self.headers.get("content-length", "0" if self.status == 304 else "")
        if not self._begun and length.isdecimal() and int(length[:9]) <= _PIECE:
            async for _ in self._body:
                pass

    def _unpacking(self) -> "_Plain | _Gzip":
        match self.headers.get("content-encoding", "").strip().lower():
            case "" | "identity":
                return _Plain()
            case "gzip" | "x-gzip":
                return _Gzip(str(self.url))
            case other:
                raise Refusal(Why.ENCODING, f"{self.url}: packed as {other[:40]!r}, wanted gzip")


class _Plain:
    whole = True

    def unpack(self, piece: bytes) -> Generator[bytes]:
        yield piece


class _Gzip:
    """Members one after the other, as RFC 1952 has it; what follows the last one is ignored."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._member: Any = zlib.decompressobj(_GZIP)
        self._begun = False

    @property
    def whole(self) -> bool:
        return self._member is None or not self._begun

    def unpack(self, piece: bytes) -> Generator[bytes]:
        held_back = False  # zlib may hold output back though it has taken all input
        while piece or held_back:
            if self._member is None:
                if not piece.startswith(_GZIP_MAGIC):
                    return
                self._member = zlib.decompressobj(_GZIP)
            self._begun = True
            try:
                part = self._member.decompress(piece, _PIECE)
            except zlib.error as error:
                raise Refusal(Why.ENCODING, f"{self._url}: not gzip ({error})") from error
            yield part
            piece, held_back = self._member.unconsumed_tail, len(part) == _PIECE
            if self._member.eof:
                piece, held_back = self._member.unused_data, False
                self._member = None
