"""A still of a cut's clip as PNG, made on first request and then stored."""

import asyncio
from collections import defaultdict

from conte.clip import Clip
from conte.cut import Cut
from conte.still import still_frame, still_key
from serve.bounded import Unusable
from serve.ingress.decoding import Decoding
from serve.ingress.problems import NOT_FOUND, Problem
from serve.pictures.still import frame_png
from serve.vault import Vault

AT_ONCE = 4
"""Most posters of one tenant that are made, or wait for a decoder, at once.

A page with many cuts asks for all of them at once; the others wait here, where they count as long
answers, and leave the tenant's decoder turns to its uploads.
"""


class CutPosters:
    def __init__(self, decoding: Decoding, vault: Vault) -> None:
        self._decoding, self._vault = decoding, vault
        self._places = defaultdict[str, asyncio.Semaphore](lambda: asyncio.Semaphore(AT_ONCE))

    async def key_of(self, clip: Clip, cut: Cut | None, tenant: str) -> str:
        """Return the vault key of a cut's poster.

        Raises:
            Missing: if the clip is not in the vault.
            Problem: 404, if it cannot be decoded; 429 or 503, if it was not tried.
        """
        frame = still_frame(clip, cut)
        key = still_key(clip, frame)
        if not await self._vault.has(key):
            async with self._places[tenant]:
                # Another request may have made it meanwhile.
                if not await self._vault.has(key):
                    await self._make(clip, frame, tenant, key)
        return key

    async def _make(self, clip: Clip, frame: int, tenant: str, key: str) -> None:
        part = clip.window.at(0.5) if clip.window else None
        shown = (part.left, part.top, part.width, part.height) if part else None
        async with self._vault.local(clip.key) as path:
            try:
                answer = await self._decoding.call(tenant, frame_png, str(path), frame, shown)
            except Unusable as error:
                raise Problem(NOT_FOUND, "the clip's file cannot be read") from error
        [data] = answer.blobs
        await self._vault.publish_bytes(key, data)
