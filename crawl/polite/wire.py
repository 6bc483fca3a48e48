"""Sends one request to a checked address. Applies no manners.

The name is resolved when the connection is made, and the connection goes to the address that was
checked, so that a name that resolves to another address a moment later (DNS rebinding) gains
nothing. TLS and the Host header keep the name. No proxy, no cookies, no redirects.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpcore
import httpx

from crawl.polite.addresses import Doorkeeper
from crawl.polite.answer import HttpAnswer, told
from crawl.polite.manners import Manners

_KEEP_ALIVE_S = 15.0
_MAX_CONNECTIONS = 64
_MAX_ADDRESSES = 4
"""Largest number of a host's addresses that are tried, one after the other."""


class Wire:
    """Pool of connections to addresses that the doorkeeper permits. Close it after use."""

    def __init__(self, manners: Manners, doorkeeper: Doorkeeper) -> None:
        self._manners = manners
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_connections=_MAX_CONNECTIONS,
            keepalive_expiry=_KEEP_ALIVE_S,
            network_backend=_Checked(doorkeeper),
        )

    async def aclose(self) -> None:
        await self._pool.aclose()

    @asynccontextmanager
    async def ask(
        self, url: httpx.URL, headers: Mapping[str, str], method: str = "GET", content: bytes = b""
    ) -> AsyncGenerator[HttpAnswer]:
        """Yield the answer; its body is not read yet.

        Raises:
            Refusal: if the host's address must not be connected to.
            WireError: if the host cannot be connected to, is silent, or does not speak HTTP.
        """
        silence_s = self._manners.silence_timeout_s
        timeout = {"connect": self._manners.connect_timeout_s, "read": silence_s,
                   "write": silence_s, "pool": self._manners.total_timeout_s}  # fmt: skip
        sent = httpx.Headers({"Accept": "*/*", **headers})
        sent["Host"] = url.netloc.decode("ascii")
        sent["User-Agent"] = self._manners.user_agent
        sent["Accept-Encoding"] = "gzip"  # the only coding that HttpAnswer decompresses
        if content or method == "POST":
            sent["Content-Length"] = str(len(content))
        request = httpcore.Request(
            method,
            httpcore.URL(
                scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
            ),
            headers=sent.raw,
            content=content,
            extensions={"timeout": timeout},
        )
        with told(url.host):
            response = await self._pool.handle_async_request(request)
        try:
            body: Any = response.stream
            answer = HttpAnswer(url, response.status, httpx.Headers(response.headers), body)
            yield answer
            with suppress(httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError):
                await answer.pass_over()
        finally:
            await response.aclose()


class _Checked(httpcore.AsyncNetworkBackend):
    """Network backend that connects only to addresses permitted by the doorkeeper."""

    def __init__(self, doorkeeper: Doorkeeper) -> None:
        self._doorkeeper = doorkeeper
        # Any: for pyright it is the empty class that replaces it where anyio is missing.
        self._backend: Any = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  # httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            async with asyncio.timeout(timeout):
                *first, last = (await self._doorkeeper.addresses(host, port))[:_MAX_ADDRESSES]
                for address in first:
                    # A dead address must not use up the time of those that follow.
                    within_s = timeout and timeout / _MAX_ADDRESSES
                    with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                        return await self._connect(address, port, within_s, socket_options)
                return await self._connect(last, port, timeout, socket_options)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(f"{host} could not be connected to") from error

    async def _connect(
        self, address: str, port: int, within_s: float | None, options: Any
    ) -> httpcore.AsyncNetworkStream:
        return await self._backend.connect_tcp(
            address, port, timeout=within_s, socket_options=options
        )

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
