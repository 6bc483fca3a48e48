"""Clips -> Film. Knows the vault and the cutting room, not Ray."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, suppress
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from conte.brief import Brief
from conte.checks.timefit import Rates
from conte.clip import Clip, Film
from conte.conte import Conte
from conte.frozen import digest
from deployments.contact_sheet import contact_sheet
from deployments.cutting_room import (
    FilmOrder,
    Piece,
    clips_of,
    cut_piece,
    join_pieces,
    prepare_sound,
)
from deployments.encoding import clear_when_full, size_of
from deployments.engines.protocols import OnStep, RenderError
from deployments.film_pictures import Pictures, pictures_of
from deployments.film_size import film_size
from deployments.film_words import FilmWords
from deployments.fitting import Size
from deployments.footage import Footage, check_covers
from deployments.known_groups import KnownGroups
from deployments.pieces import REVISION, piece_key, standing
from deployments.slot import Slot, end_of
from deployments.sound.soundtrack import Soundtrack
from deployments.splicing import Stretch
from deployments.stills import Stills
from serve.scratch import scratch
from serve.settings import FilmSettings
from serve.vault import Missing, Vault, VaultFull

_SHOWN_ELSEWHERE = {"replicas", "timeout_s", "subtitles", "end_card", "audio", "loudness"}
"""Settings that do not shape the film, or that shape it only through other fields of the order."""


class FilmKeys(NamedTuple):
    film: str
    sheet: str
    poster: str


class FilmEditor:
    """Joins clips, one film at a time; reuses a film that exists."""

    def __init__(self, vault: Vault, settings: FilmSettings, rates: Rates) -> None:
        self._vault, self._settings, self._rates = vault, settings, rates
        self._slot = Slot("film-edit")
        self._sizes: dict[str, Size] = {}
        """Sizes of pictures by clip key, of clips that were stored without."""
        self._groups, self._stills = KnownGroups(), Stills()

    async def cut_ahead(
        self, conte: Conte, brief: Brief, clips: Sequence[Clip]
    ) -> AsyncGenerator[int]:
        """Cut what these clips allow, and yield the numbers of the new cuts.

        `join`, of any editor, takes the pieces from the vault and cuts missing ones. Closing it
        stops the work.

        Raises:
            RenderError: as `join` does.
        """
        order = await self._sized(self._order(conte, brief, clips))
        there = {clip.cut - 1 for clip in clips}
        async with self._sound(order):
            for k, cut in enumerate(conte.cuts):
                if not there.issuperset(clips_of(k, order)):
                    continue
                async with self._slot:
                    if await self._vault.has(piece_key(order, k)):
                        continue
                    async with AsyncExitStack() as stack:
                        folder = _folder(stack)
                        paths = await self._clips(stack, order, clips_of(k, order))
                        async with aclosing(self._cut(order, k, paths, folder)) as steps:
                            async for _ in steps:
                                pass
                    yield cut.number

    async def join(
        self, conte: Conte, brief: Brief, clips: Sequence[Clip], version: int
    ) -> AsyncGenerator[float | Film]:
        """Yield 0.0 once it begins, fractions that never fall, then exactly one `Film`.

        Yields nothing while it waits for the slot. Closing it stops the work.

        Raises:
            RenderError: if the clips are not the conte's, one is missing, or the disk is full.
        """
        got, wanted = [clip.cut for clip in clips], [cut.number for cut in conte.cuts]
        if got != wanted:
            raise RenderError(f"clips of the cuts {got} came, wanted {wanted}")
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
            sound=order.sound,
        )

    async def film_alone(self, conte: Conte, brief: Brief, clips: Sequence[Clip]) -> str:
        """Return the vault key of the film, joined without sheet and poster.

        Uses existing pieces; an existing film is reused. Cancelling it stops the work.

        Raises:
            RenderError: as `join` does.
        """
        order = self._order(conte, brief, clips)
        key = keys(order, 1).film
        async with self._slot, AsyncExitStack() as stack:
            if await self._vault.has(key):
                return key
            folder = _folder(stack)
            order = await self._sized(order)
            cuts = range(len(order.clips))
            pieces = await standing(self._vault, order, stack)
            for k in cuts:
                if k in pieces:
                    continue
                paths = await self._clips(stack, order, clips_of(k, order))
                async with aclosing(self._cut(order, k, paths, folder)) as steps:
                    async for step in steps:
                        if isinstance(step, Piece):
                            pieces[k] = step
            film = folder / "film.mp4"
            heard = await self._recordings(stack, order)
            joined = [pieces[k] for k in cuts]
            await asyncio.to_thread(join_pieces, order, joined, film, heard)
            await self._publish(key, film)
        return key

    def soundtrack(self, conte: Conte, brief: Brief, clips: Sequence[Clip]) -> Soundtrack | None:
        """Return the film's soundtrack; None if it is silent. Raises as `join` does."""
        return self._order(conte, brief, clips).soundtrack

    def _order(self, conte: Conte, brief: Brief, clips: Sequence[Clip]) -> FilmOrder:
        try:
            conte.check_fits(brief)
        except ValueError as error:
            raise RenderError(str(error)) from error
        for clip in clips:
            check_covers(conte.cuts[clip.cut - 1], clip)
        tier = clips[0].tier if clips else "draft"
        words = FilmWords.of(conte, brief, self._settings, self._rates, tier)
        return FilmOrder(
            conte,
            brief,
            tuple(clips),
            words.captions,
            self._settings,
            words.legal,
            subtitles=words.subtitles,
            subtitle_width=words.subtitle_width,
        )

    async def _sized(self, order: FilmOrder) -> FilmOrder:
        """Return the order with the sizes of its clips and of its film."""
        clips = tuple([await self._with_size(order, clip) for clip in order.clips])
        size = film_size(clips, order.brief.aspect_ratio) if clips else None
        return replace(order, clips=clips, size=size)

    async def _with_size(self, order: FilmOrder, clip: Clip) -> Clip:
        if clip.width and clip.height:
            return clip
        if clip.key not in self._sizes:
            async with AsyncExitStack() as stack:
                path = await self._clip(stack, clip)
                footage = Footage(order.conte.cuts[clip.cut - 1], clip, path)
                self._sizes[clip.key] = await asyncio.to_thread(footage.picture)
        width, height = self._sizes[clip.key]
        return clip.model_copy(update={"width": width, "height": height})

    async def _stands(self, where: FilmKeys) -> bool:
        return all([await self._vault.has(key) for key in where])

    async def _size(self, film_key: str) -> tuple[int, int]:
        async with self._vault.local(film_key) as path:
            return size_of(path)

    async def _edit(
        self, order: FilmOrder, version: int, where: FilmKeys
    ) -> AsyncGenerator[float | Pictures]:
        async with AsyncExitStack() as stack:
            folder, done = _folder(stack), 0.0
            order = await self._sized(order)
            # If only words have changed, the film stays and the sheet is drawn again.
            film = None if await self._vault.has(where.film) else folder / "film.mp4"
            cuts = range(len(order.clips) if film is not None else 0)
            pieces = await standing(self._vault, order, stack) if cuts else {}
            paths = await self._clips(stack, order, range(len(order.clips)))
            async with self._sound(order if film is not None else None):
                for k in cuts:
                    if k in pieces:
                        continue
                    async with aclosing(self._cut(order, k, paths, folder)) as steps:
                        async for step in steps:
                            if isinstance(step, Piece):
                                pieces[k] = step
                            else:
                                done = max(done, step)
                                yield done
            joined = [pieces[k] for k in cuts]
            heard = await self._recordings(stack, order) if film is not None else {}
            work = partial(_make, order, version, joined, paths, film, folder, heard, self._stills)
            steps = await stack.enter_async_context(aclosing(self._slot.run(work)))
            async for step in steps:
                if isinstance(step, Pictures):
                    await self._publish(where.sheet, folder / "sheet.png")
                    await self._publish(where.poster, folder / "poster.png")
                    if film is not None:
                        await self._publish(where.film, film)
                    yield step
                else:
                    done = max(done, step)
                    yield done

    async def _cut(
        self, order: FilmOrder, k: int, paths: Mapping[int, Path], folder: Path
    ) -> AsyncGenerator[float | Piece]:
        """Cut one piece, publish it, and yield it last."""
        clip, key = order.clip(k).key, piece_key(order, k)
        async with AsyncExitStack() as stack:
            known = await self._known(stack, clip)
            work = partial(_cut_one, order, k, paths, folder, known, self._stills)
            async with aclosing(self._slot.run(work)) as steps:
                async for step in steps:
                    if isinstance(step, Piece):
                        await self._publish(key, step.path)
                        self._groups.add(clip, key, step.groups)
                    yield step

    async def _known(self, stack: AsyncExitStack, clip: str) -> dict[str, Stretch]:
        """Return the places of a clip's known groups; the files exist until `stack` closes."""
        paths: dict[str, Path] = {}
        for key in self._groups.pieces(clip):
            # A piece that expired is not missed.
            with suppress(Missing):
                paths[key] = await stack.enter_async_context(self._vault.local(key))
        return self._groups.within(clip, paths)

    @asynccontextmanager
    async def _sound(self, order: FilmOrder | None) -> AsyncGenerator[None]:
        """Mix and encode the sound while the block runs; leaving the block waits for both.

        Mixing takes as long as cutting a piece, and one core.
        """
        if order is None or not order.clips:
            yield
            return
        async with AsyncExitStack() as stack:
            recordings = await self._recordings(stack, order)
            loop = asyncio.get_running_loop()
            making = loop.run_in_executor(None, prepare_sound, order, recordings)
            try:
                yield
            finally:
                # Its thread cannot be stopped, and reads the recordings.
                await end_of(making)
            making.result()

    async def _clips(
        self, stack: AsyncExitStack, order: FilmOrder, indices: Iterable[int]
    ) -> dict[int, Path]:
        """Return the clips' files by the index of their cuts; the files exist until `stack`
        closes."""
        wanted = tuple(indices)
        found = await asyncio.gather(*(self._clip(stack, order.clip(i)) for i in wanted))
        return dict(zip(wanted, found, strict=True))

    async def _clip(self, stack: AsyncExitStack, clip: Clip) -> Path:
        try:
            return await stack.enter_async_context(self._vault.local(clip.key))
        except Missing as error:
            raise RenderError(
                f"the clip of cut {clip.cut} is not in the vault: {clip.key}"
            ) from error

    async def _recordings(self, stack: AsyncExitStack, order: FilmOrder) -> dict[str, Path]:
        """Return the files of the audible recordings, by vault key."""
        uploads = order.soundtrack.uploads if order.soundtrack else ()
        try:
            return {key: await stack.enter_async_context(self._vault.local(key)) for key in uploads}
        except Missing as error:
            raise RenderError(f"a recording of the film is not in the vault: {error}") from error

    async def _publish(self, key: str, path: Path) -> None:
        try:
            await self._vault.publish(key, path)
        except VaultFull as error:
            raise RenderError(str(error)) from error


def _folder(stack: AsyncExitStack) -> Path:
    stack.enter_context(clear_when_full("the film"))
    return stack.enter_context(scratch("sian-film-"))


def keys(order: FilmOrder, version: int) -> FilmKeys:
    """Return the keys of the film, its sheet and its poster: hashes of what shapes each."""
    settings = order.settings.model_dump(mode="json", exclude=_SHOWN_ELSEWHERE)
    settings["audio"] = order.audio if order.soundtrack is None else order.soundtrack.key
    cuts = order.conte.cuts
    first = [clip.first_frame(cut) for clip, cut in zip(order.clips, cuts, strict=True)]
    windows = [clip.window and clip.window.model_dump() for clip in order.clips]
    film = digest(
        [
            REVISION,
            settings,
            order.tags,
            order.brief.fps,
            order.brief.language,
            [clip.key for clip in order.clips],
            [(cut.num_frames, cut.transition) for cut in cuts],
            order.captions,
            [cut.shows for cut in cuts],
            # Keeps the keys of films without a legal line, an offset or a crop as they were.
            *([order.legal] if any(order.legal) else []),
            *([{"subtitles": _dumped(order)}] if order.subtitles else []),
            *([{"placed": placed}] if any(placed := _placed(order)) else []),
            *([{"first": first}] if any(first) else []),
            *([{"windows": windows}] if any(windows) else []),
            *order.safe_area,
        ]
    )
    words = [order.conte.model_dump(mode="json"), order.brief.model_dump(mode="json")]
    sheet = digest([REVISION, film, words, version])
    return FilmKeys(f"films/{film}.mp4", f"sheets/{sheet}.png", f"posters/{film}.png")


def _dumped(order: FilmOrder) -> list[object]:
    cards = [[asdict(card) for card in cut] for cut in order.subtitles]
    return [cards, order.subtitle_width]


def _placed(order: FilmOrder) -> list[dict[str, object]]:
    """Return the placement of words for each cut whose words are not in their default place."""
    found: list[dict[str, object]] = []
    for k in range(len(order.conte.cuts)):
        words = asdict(order.words(k))
        names = ("high", "plate", "label_right", "end_card", "edition")
        found.append({name: words[name] for name in names if words[name]})
    return found


def _cut_one(
    order: FilmOrder,
    k: int,
    paths: Mapping[int, Path],
    folder: Path,
    known: Mapping[str, Stretch],
    stills: Stills,
    on_step: OnStep,
    should_stop: Callable[[], bool],
) -> Piece:
    out = folder / f"piece-{k}.mp4"
    piece = cut_piece(order, k, paths, out, known, on_step, should_stop)
    # For the sheet, which is drawn when all clips are there and somebody waits.
    stills.of(Footage(order.conte.cuts[k], order.clip(k), paths[k]), (piece.width, piece.height))
    return piece


def _make(
    order: FilmOrder,
    version: int,
    pieces: Sequence[Piece],
    paths: Mapping[int, Path],
    film: Path | None,
    folder: Path,
    recordings: Mapping[str, Path],
    stills: Stills,
    on_step: OnStep,
    should_stop: Callable[[], bool],
) -> Pictures:
    # Joining copies packets and encodes silence, which takes about as long as the pictures.
    with ThreadPoolExecutor(1, "film-join") as beside:
        joined = (
            beside.submit(join_pieces, order, pieces, film, recordings)
            if film is not None
            else None
        )
        pictures = pictures_of(order, paths, stills, should_stop)
        (folder / "sheet.png").write_bytes(contact_sheet(order, version, pictures))
        (folder / "poster.png").write_bytes(pictures.poster)
        if joined is not None:
            joined.result()
    return pictures
