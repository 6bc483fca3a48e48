"""Clips -> Film. Knows the vault and the cutting room, not Ray."""

import tempfile
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack, aclosing
from functools import partial
from pathlib import Path
from typing import NamedTuple

from conte.brief import Brief
from conte.checks.timefit import Rates, wrap_caption
from conte.clip import Clip, Film
from conte.conte import Conte
from conte.frozen import digest
from deployments.contact_sheet import contact_sheet, png
from deployments.cutting_room import Order, Pictures, Piece, clips_of, cut_film, cut_piece
from deployments.encoding import clear_when_full, size_of
from deployments.engines.protocols import OnStep, RenderError
from deployments.slot import Slot
from serve.settings import FilmSettings
from serve.vault import Missing, Vault, VaultFull

REVISION = "2"
"""To be raised with every change that makes the same order look otherwise."""
KEPT_AHEAD = 64
"""Pieces of films that are still being rendered: a few megabytes each."""


class Keys(NamedTuple):
    film: str
    sheet: str
    poster: str


class Ahead(NamedTuple):
    """A piece that was cut before its film was asked for."""

    piece: Piece
    folder: "tempfile.TemporaryDirectory[str]"


class FilmEditor:
    """Joins clips, one film at a time; a film that was joined before is found."""

    def __init__(self, vault: Vault, settings: FilmSettings, rates: Rates) -> None:
        self._vault, self._settings, self._rates = vault, settings, rates
        self._slot = Slot("film-edit")
        self._ahead: dict[str, Ahead] = {}

    async def cut_ahead(
        self, conte: Conte, brief: Brief, clips: Sequence[Clip]
    ) -> AsyncGenerator[int]:
        """Cut what can be cut with these clips; the numbers of the cuts that are new.

        `join` finds it, and makes whatever it does not find. Closing it stops the work.

        Raises:
            RenderError: as `join` does.
        """
        order = self._order(conte, brief, clips)
        there = {clip.cut - 1: clip for clip in clips}
        for k, cut in enumerate(conte.cuts):
            if not there.keys() >= set(clips_of(k, order)):
                continue
            async with self._slot:
                if (key := piece_key(order, k)) not in self._ahead:
                    self._ahead[key] = await self._cut(order, k, there)
                    while len(self._ahead) > KEPT_AHEAD:
                        self._ahead.pop(next(iter(self._ahead))).folder.cleanup()
                    yield cut.number

    async def join(
        self, conte: Conte, brief: Brief, clips: Sequence[Clip], version: int
    ) -> AsyncGenerator[float | Film]:
        """0.0 once it begins, fractions that never fall, then exactly one `Film`.

        Until then it waits for others, and says nothing. Closing it stops the work.

        Raises:
            RenderError: if the clips are not the conte's, one is missing, or the disk is full.
        """
        order = self._order(conte, brief, clips)
        got, wanted = [clip.cut for clip in clips], [cut.number for cut in conte.cuts]
        if got != wanted:
            raise RenderError(f"clips of the cuts {got} came, wanted {wanted}")
        where = keys(order, version)
        edit_s, size = 0.0, (0, 0)
        async with self._slot:
            if await self._stands(where):
                size = await self._size(where.film)
            else:
                started = time.monotonic()
                async with aclosing(self._edit(order, version, where)) as steps:
                    async for step in steps:
                        if isinstance(step, Pictures):
                            size = step.width, step.height
                        else:
                            yield step
                edit_s = time.monotonic() - started
        yield Film(
            tier=order.clips[0].tier,
            key=where.film,
            sheet_key=where.sheet,
            poster_key=where.poster,
            num_frames=brief.num_frames,
            fps=brief.fps,
            width=size[0],
            height=size[1],
            edit_s=edit_s,
            labelled_ai=self._settings.label_ai,
        )

    def _order(self, conte: Conte, brief: Brief, clips: Sequence[Clip]) -> Order:
        try:
            conte.check_fits(brief)
        except ValueError as error:
            raise RenderError(str(error)) from error
        burn = self._settings.burn_captions
        captions = tuple(
            wrap_caption(cut.caption, self._rates) if burn and cut.caption else ()
            for cut in conte.cuts
        )
        legal = tuple(cut.legal if burn else "" for cut in conte.cuts)
        return Order(conte, brief, tuple(clips), captions, self._settings, legal)

    async def _stands(self, where: Keys) -> bool:
        return all([await self._vault.has(key) for key in where])

    async def _size(self, film_key: str) -> tuple[int, int]:
        async with self._vault.local(film_key) as path:
            return size_of(path)

    async def _edit(
        self, order: Order, version: int, where: Keys
    ) -> AsyncGenerator[float | Pictures]:
        async with AsyncExitStack() as stack:
            stack.enter_context(clear_when_full("the film"))
            folder = Path(
                stack.enter_context(
                    tempfile.TemporaryDirectory(prefix="sian-film-", ignore_cleanup_errors=True)
                )
            )
            # Where only the words have changed, the film stands and the sheet is made anew.
            film = None if await self._vault.has(where.film) else folder / "film.mp4"
            ready: dict[int, Piece] = {}
            for k in range(len(order.clips)):
                if (ahead := self._ahead.pop(piece_key(order, k), None)) is not None:
                    stack.callback(ahead.folder.cleanup)
                    ready[k] = ahead.piece
            wanted = {i for k in range(len(order.clips)) if k not in ready
                      for i in clips_of(k, order)}  # fmt: skip
            paths = {i: await self._clip(stack, order.clips[i]) for i in sorted(wanted)}
            work = partial(_make, order, version, paths, ready, film, folder)
            steps = await stack.enter_async_context(aclosing(self._slot.run(work)))
            async for step in steps:
                if isinstance(step, Pictures):
                    await self._publish(where.sheet, folder / "sheet.png")
                    await self._publish(where.poster, folder / "poster.png")
                    if film is not None:
                        await self._publish(where.film, film)
                yield step

    async def _cut(self, order: Order, k: int, there: Mapping[int, Clip]) -> Ahead:
        async with AsyncExitStack() as stack:
            stack.enter_context(clear_when_full("the film"))
            paths = {i: await self._clip(stack, there[i]) for i in clips_of(k, order)}
            folder = tempfile.TemporaryDirectory(prefix="sian-piece-", ignore_cleanup_errors=True)
            kept = stack.enter_context(ExitStack())
            kept.callback(folder.cleanup)
            work = partial(cut_piece, order, k, paths, Path(folder.name) / "piece.mp4")
            steps = await stack.enter_async_context(aclosing(self._slot.run(work)))
            async for step in steps:
                if isinstance(step, Piece):
                    kept.pop_all()
                    return Ahead(step, folder)
        raise RenderError(f"cut {k + 1} made no piece of the film")

    async def _clip(self, stack: AsyncExitStack, clip: Clip) -> Path:
        try:
            return await stack.enter_async_context(self._vault.local(clip.key))
        except Missing as error:
            raise RenderError(
                f"the clip of cut {clip.cut} is not in the vault: {clip.key}"
            ) from error

    async def _publish(self, key: str, path: Path) -> None:
        try:
            await self._vault.publish(key, path)
        except VaultFull as error:
            raise RenderError(str(error)) from error


def piece_key(order: Order, k: int) -> str:
    """The hash of what shapes a piece; the settings that the whole film has alone are among it."""
    clips = {clip.cut - 1: clip for clip in order.clips}
    return digest(
        [
            REVISION,
            k,
            order.settings.model_dump(mode="json", exclude={"replicas", "timeout_s"}),
            order.brief.fps,
            order.brief.language,
            order.brief.aspect_ratio,
            [clips[i].key for i in clips_of(k, order)],
            clips[k].tier,
            [(cut.num_frames, cut.transition, cut.shows) for cut in order.conte.cuts],
            order.captions,
            order.legal,
        ]
    )


def keys(order: Order, version: int) -> Keys:
    """Where the film, its sheet and its poster lie: the hash of what shapes each."""
    settings = order.settings.model_dump(mode="json", exclude={"replicas", "timeout_s"})
    film = digest(
        [
            REVISION,
            settings,
            order.tags,
            order.brief.fps,
            order.brief.language,
            [clip.key for clip in order.clips],
            [(cut.num_frames, cut.transition) for cut in order.conte.cuts],
            order.captions,
            [cut.shows for cut in order.conte.cuts],
            # A film without a legal line is found where it always was.
            *([order.legal] if any(order.legal) else []),
        ]
    )
    words = [order.conte.model_dump(mode="json"), order.brief.model_dump(mode="json")]
    sheet = digest([REVISION, film, words, version])
    return Keys(f"films/{film}.mp4", f"sheets/{sheet}.png", f"posters/{film}.png")


def _make(
    order: Order,
    version: int,
    paths: Mapping[int, Path],
    ready: Mapping[int, Piece],
    film: Path | None,
    folder: Path,
    on_step: OnStep,
    should_stop: Callable[[], bool],
) -> Pictures:
    pictures = cut_film(order, paths, ready, film, on_step, should_stop)
    (folder / "sheet.png").write_bytes(contact_sheet(order, version, pictures))
    if pictures.poster is None:
        raise RenderError("no frame of the film became its poster")
    (folder / "poster.png").write_bytes(png(pictures.poster))
    return pictures
