"""Render time of a clip, stored beside it in the vault, for clips that the ledger does not know."""

import json
from contextlib import suppress

from serve.vault import Missing, Vault


def took_key(clip_key: str) -> str:
    return f"took/{clip_key.rpartition('/')[2].removesuffix('.mp4')}.json"


async def keep(vault: Vault, clip_key: str, slot_s: float) -> None:
    said = json.dumps({"slot_s": round(slot_s, 3)}).encode()
    await vault.publish_bytes(took_key(clip_key), said)


async def kept(vault: Vault, clip_key: str) -> float:
    """Return the seconds of slot time that the clip took; 0 if they are not known."""
    with suppress(Missing, ValueError, TypeError, KeyError):
        parts = [part async for part in vault.stream(took_key(clip_key))]
        return max(0.0, float(json.loads(b"".join(parts))["slot_s"]))
    return 0.0
