"""A response as it arrives: status, headers, and a body that is read within limits."""

from collections.abc import AsyncGenerator, AsyncIterable, Generator
from contextlib import aclosing, contextmanager

import httpcore
import httpx

from crawl.polite.charset_names import is_charset
from crawl.polite.outcome import Refusal, Why
from crawl.polite.unpacking import Unpacking, unpacking

_SMALL = 256 * 1024
"""Largest body, in bytes, that is read and discarded to keep its connection."""


class WireError(Exception):
    """A host could not be reached, or the connection broke; the message is one sentence."""


@contextmanager
def told(host: str) -> Generator[None]:
    """Translate httpcore's exceptions to WireError."""
    try:
        yield
    except httpcore.TimeoutException as error:
        raise WireError(f"{host} did not answer in time") from error
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        raise WireError(f"{host}: {error or type(error).__name__}") from error


class HttpAnswer:
    """A response. Its body can be read once, and only while the request is open."""

    def __init__(
        self, url: httpx.URL, status: int, headers: httpx.Headers, body: AsyncIterable[bytes]
    ) -> None:
        self.url, self.status, self.headers = url, status, headers
        self._body, self._begun = body, False

    @property
    def media_type(self) -> str:
        """The media type in lower case, without parameters; empty if there is none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str:
        """The charset that the server named; empty if it named none or an unknown one."""
        for parameter in self.headers.get("content-type", "").split(";")[1:]:
            name, _, value = parameter.partition("=")
            if name.strip().lower() == "charset":
                said = value.strip().strip("\"'").lower()[:40]
                return said if is_charset(said) else ""
        return ""

    async def chunks(self, max_bytes: int) -> AsyncGenerator[bytes]:
        """Yield the body, decompressed.

        Raises:
            Refusal: if it is larger than `max_bytes`, compressed or not, or if its compression was
                not requested.
            WireError: if the body is cut off.
        """
        too_large = Refusal(Why.TOO_LARGE, f"{self.url}: more than {max_bytes} bytes")
        told_bytes = self.headers.get("content-length", "")
        if told_bytes.isdecimal() and int(told_bytes) > max_bytes:
            raise too_large
        on_wire = unpacked = 0
        unpack = unpacking(self.headers.get("content-encoding", ""), str(self.url))
        self._begun = True
        with told(self.url.host):
            async for piece in self._pieces(unpack):
                on_wire += len(piece)
                if on_wire > max_bytes:
                    raise too_large
                for part in unpack.unpack(piece):
                    unpacked += len(part)
                    if unpacked > max_bytes:
                        raise too_large
                    yield part
        for part in unpack.rest():
            yield part
        if not unpack.whole:
            raise WireError(f"{self.url.host}: the compressed body breaks off")

    async def read(self, max_bytes: int) -> bytes:
        """Return the whole body. Raises the errors of `chunks`."""
        async with aclosing(self.chunks(max_bytes)) as chunks:
            return b"".join([chunk async for chunk in chunks])

    async def read_some(self, max_bytes: int) -> bytes:
        """Read at most `max_bytes` from the beginning of the body."""
        found = b""
        unpack = unpacking(self.headers.get("content-encoding", ""), str(self.url))
        self._begun = True
        with told(self.url.host):
            async for piece in self._pieces(unpack):
                for part in unpack.unpack(piece):
                    found += part
                    if len(found) >= max_bytes:
                        return found[:max_bytes]
        return (found + b"".join(unpack.rest()))[:max_bytes]

    async def _pieces(self, unpack: Unpacking) -> AsyncGenerator[bytes]:
        try:
            async for piece in self._body:
                yield piece
        except (httpcore.RemoteProtocolError, httpcore.ReadTimeout):
            # Some servers declare the length of the body before compression.
            if not unpack.ended:
                raise

    async def pass_over(self) -> None:
        """Read and discard a small unread body, so that its connection can be used again."""
        length = self.headers.get("content-length", "0" if self.status == 304 else "")
        if not self._begun and length.isdecimal() and int(length[:9]) <= _SMALL:
            async for _ in self._body:
                pass
