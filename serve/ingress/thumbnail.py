"""A clip's middle frame as a small WebP, made on first request and then stored."""

from conte.frozen import digest
from serve.bounded import Unusable
from serve.ingress.decoding import Decoding
from serve.ingress.problems import NOT_FOUND, Problem
from serve.pictures.still import LONG_SIDE, QUALITY, still
from serve.vault import Vault


def thumbnail_key(clip: str) -> str:
    return f"thumbnails/{digest([clip, LONG_SIDE, QUALITY])}.webp"


async def thumbnail(decoding: Decoding, tenant: str, vault: Vault, clip: str) -> str:
    """Return the vault key of a clip's thumbnail.

    Raises:
        Missing: if the clip is not in the vault.
        Problem: 404, if it cannot be decoded; 429 or 503, if it was not tried.
    """
    key = thumbnail_key(clip)
    if not await vault.has(key):
        async with vault.local(clip) as path:
            try:
                [data] = (await decoding.call(tenant, still, str(path))).blobs
            except Unusable as error:
                raise Problem(NOT_FOUND, "the video's file cannot be read") from error
        await vault.publish_bytes(key, data)
    return key
