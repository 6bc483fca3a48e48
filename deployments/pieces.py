"""Finished pieces: vault files, one per cut, each named by the hash of all that shapes it.

Any later film that shows a cut in the same way is joined from them, by any editor. They are a
cache: a missing piece is cut again.
"""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import asdict

import av

from conte.frozen import digest
from deployments.cutting_room import FilmOrder, Piece, clips_of
from deployments.transitions import around, dissolves
from serve.vault import Missing, Vault

REVISION = "3"
"""Revision of pieces; raise it with every change that makes the same order look different."""


_ADDED = (
    "high", "plate", "label_right", "end_card", "edition", "subtitles", "subtitle_width",
)  # fmt: skip


def piece_key(order: FilmOrder, k: int) -> str:
    """Return the vault key of the piece of the cut with index `k`.

    The hash of exactly what shapes its pixels. From the rest of the film these are the frames that
    it dissolves with, and the font size if the longest caption reduces it.
    """
    cuts, brief = order.conte.cuts, order.brief
    cut, clip, words = cuts[k], order.clip(k), order.words(k)
    start, end = around(k, cuts, brief.fps)
    before, after = dissolves(k, cuts, brief.fps)
    shown: list[object] = [clip.key, clip.first_frame(cut), cut.num_frames]
    neighbours: list[object] = [None, None]
    if before:
        other = order.clip(k - 1)
        neighbours[0] = [other.key, other.first_frame(cuts[k - 1]) + cuts[k - 1].num_frames]
    if after:
        other = order.clip(k + 1)
        neighbours[1] = [other.key, other.first_frame(cuts[k + 1])]
    spec: list[object] = [
        REVISION,
        # The encoder's settings: the pieces of one film have one header.
        av.__version__,
        [*order.encoder, brief.aspect_ratio, *order.safe_area],
        shown,
        [start.kind, start.after, end.kind, end.before, *neighbours],
        # Features that a cut does not use leave its key as it was before they existed.
        {name: value for name, value in asdict(words).items() if value or name not in _ADDED},
    ]
    used = [order.clip(i) for i in clips_of(k, order)]
    if not all(order.is_native(one) for one in used):
        # A picture that is neither cropped nor scaled keeps the key from before these existed.
        spec.append([order.size, [one.window and one.window.model_dump() for one in used]])
    return f"pieces/{digest(spec)}.mp4"


async def standing(vault: Vault, order: FilmOrder, stack: AsyncExitStack) -> dict[int, Piece]:
    """Return cut index -> piece for the pieces in the vault, valid as long as `stack` is open.

    Unusable ones are removed, because a publisher does not replace a file.
    """
    found: dict[int, Piece] = {}

    async def find(k: int) -> None:
        key = piece_key(order, k)
        try:
            path = await stack.enter_async_context(vault.local(key))
        except Missing:
            return
        piece = await asyncio.to_thread(Piece.at, path, order.conte.cuts[k].num_frames)
        if piece is None:
            await vault.remove(key)
        else:
            found[k] = piece

    await asyncio.gather(*map(find, range(len(order.conte.cuts))))
    if len({piece.header for piece in found.values()}) > 1:
        await asyncio.gather(*(vault.remove(piece_key(order, k)) for k in found))
        return {}
    return found
