"""Pieces that stand: files of the vault, one a cut, each under the hash of what shapes it.

Any later film that shows a cut in the same way is joined from them, by any editor. They are a
cache: a piece that is missing is cut again.
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
"""Raise with every change that makes the same order look different."""


_ADDED = (
    "high", "plate", "label_right", "end_card", "edition", "subtitles", "subtitle_width",
)  # fmt: skip


def piece_key(order: FilmOrder, k: int) -> str:
    """Return where the vault keeps the piece of the cut with index `k`.

    The hash of exactly what shapes its pixels. Of the rest of the film that is the frames that it
    dissolves with, and how small the longest caption makes them all.
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
        # Its encoder's: the pieces of one film have one header.
        av.__version__,
        [order.preset, order.settings.crf, brief.fps, brief.aspect_ratio, *order.safe_area],
        shown,
        [start.kind, start.after, end.kind, end.before, *neighbours],
        # What a cut does not have keeps the keys of before there was such a thing.
        {name: value for name, value in asdict(words).items() if value or name not in _ADDED},
    ]
    used = [order.clip(i) for i in clips_of(k, order)]
    if not all(order.is_native(one) for one in used):
        # What is shown as it is keeps the key that it had before anything was cropped or scaled.
        spec.append([order.size, [one.window and one.window.model_dump() for one in used]])
    return f"pieces/{digest(spec)}.mp4"


async def standing(vault: Vault, order: FilmOrder, stack: AsyncExitStack) -> dict[int, Piece]:
    """Return the pieces that the vault has, by the index of their cuts, for as long as `stack`.

    Those that are of no use are removed: a publisher does not replace a file.
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
