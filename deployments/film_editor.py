"""Clips -> Film. Knows the vault and the cutting room, not Ray."""

import tempfile
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AsyncExitStack, aclosing
from functools import partial
from pathlib import Path
from typing import NamedTuple

from conte.brief import Brief
from conte.checks.timefit import Rates, wrap_caption
from conte.clip import Clip, Film
from conte.conte import Conte
from conte.frozen import digest
from deployments.contact_sheet import contact_sheet, png
from deployments.cutting_room import Order, Pictures, cut_film
from deployments.encoding import clear_when_full, size_of
from deployments.engines.protocols import OnStep, RenderError
from deployments.slot import Slot
from serve.settings import FilmSettings
from serve.vault import Missing, Vault, VaultFull

REVISION = "1"
"""To be raised with every change that makes the same order look otherwise."""


class Keys(NamedTuple):
    film: str
    sheet: str
    poster: str


class FilmEditor:
    """Joins clips, one film at a time; a film that was joined before is found."""

    def __init__(self, vault: Vault, settings: FilmSettings, rates: Rates) -> None:
        self._vault, self._settings, self._rates = vault, settings, rates
        self._slot = Slot("film-edit")

    async def join(
        self, conte: Conte, brief: Brief, clips: Sequence[Clip], version: int
    ) -> AsyncGenerator[float | Film]:
        """0.0 once it begins, fractions that never fall, then exactly one `Film`.

        Until then it waits for others, and says nothing. Closing it stops the work.

        Raises:
            RenderError: if the clips are not the conte's, one is missing, or the disk is full.
        """
        order = self._order(conte, brief, clips)
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
        got, wanted = [clip.cut for clip in clips], [cut.number for cut in conte.cuts]
        if got != wanted:
            raise RenderError(f"clips of the cuts {got} came, wanted {wanted}")
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
            paths = [await self._clip(stack, clip) for clip in order.clips]
            # Where only the words have changed, the film stands and the sheet is made anew.
            film = None if await self._vault.has(where.film) else folder / "film.mp4"
            work = partial(_make, order, version, paths, film, folder)
            steps = await stack.enter_async_context(aclosing(self._slot.run(work)))
            async for step in steps:
                if isinstance(step, Pictures):
                    await self._publish(where.sheet, folder / "sheet.png")
                    await self._publish(where.poster, folder / "poster.png")
                    if film is not None:
                        await self._publish(where.film, film)
                yield step

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
    paths: Sequence[Path],
    film: Path | None,
    folder: Path,
    on_step: OnStep,
    should_stop: Callable[[], bool],
) -> Pictures:
    pictures = cut_film(order, paths, film, on_step, should_stop)
    (folder / "sheet.png").write_bytes(contact_sheet(order, version, pictures))
    if pictures.poster is None:
        raise RenderError("no frame of the film became its poster")
    (folder / "poster.png").write_bytes(png(pictures.poster))
    return pictures
