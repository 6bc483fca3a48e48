"""A streamed response that closes its source however it ends. Knows no source."""

from collections.abc import AsyncGenerator, Mapping

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send


class ClosingStream(StreamingResponse):
    """A streamed response that closes its generator when the client has gone.

    Starlette leaves a generator that was cut off to the garbage collector. Until a collection finds
    it, which may be never in an idle process, it keeps what it holds: an open file, a place, a
    request to a model.
    """

    def __init__(
        self,
        content: AsyncGenerator[bytes] | AsyncGenerator[str],
        status_code: int = 200,
        headers: Mapping[str, str] | None = None,
        media_type: str | None = None,
    ) -> None:
        super().__init__(content, status_code, headers, media_type)
        self._content = content

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._content.aclose()
