"""Edition -> a file of the vault, made once. Knows the vault and the makers, not Ray."""

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from conte.checks.timefit import Rates
from conte.clip import Clip
from conte.cut import Cut
from conte.edition import Edition
from conte.export import ExportOptions, Recipe
from conte.sound import Levels
from conte.still import still_frame, still_key
from deployments.deliverables.credentials.certificates import Signer
from deployments.deliverables.credentials.signing import LIBRARY
from deployments.deliverables.maker import Maker, Material
from deployments.deliverables.makers import MAKERS
from deployments.deliverables.making import made
from deployments.engines.protocols import RenderError
from serve.bounded import AwaitedBounded, CallLimits, Trouble, Unusable
from serve.bounded.limits import MIB
from serve.exporting import FormatLine, Made, Making, NotMade, Outcome
from serve.ingress.turns import TooMany, TooManyOfYours, Turns
from serve.pictures.still import frame_png
from serve.settings import ExportSettings, FilmSettings
from serve.telemetry import log
from serve.vault import Missing, Vault
from serve.vault.hashing import sha256_of

WAITING_EACH = 8
WAITING = 64
MOST_REMEMBERED = 100
"""Largest number of failures that are kept until a request fetches them."""


class Exporter:
    """Makes exports in child processes, a few at a time; two requests for one file make it once."""

    def __init__(
        self,
        vault: Vault,
        settings: ExportSettings,
        makers: Mapping[str, Maker] = MAKERS,
        *,
        film: FilmSettings | None = None,
        rates: Rates | None = None,
        signer: Signer | None = None,
    ) -> None:
        """Create an exporter. `signer`: for content credentials; None: nothing is signed."""
        self._vault, self._makers, self._wait_s = vault, makers, settings.wait_s
        # Here: the ingress reads the formats from this module, and needs no decoder for it.
        from deployments.deliverables.films.variants import FilmVariants

        self._films = FilmVariants(vault, film or FilmSettings(), rates or Rates())
        self._timeout_s, self._signer = settings.timeout_s, signer
        limits = CallLimits(
            memory_bytes=settings.memory_mb * MIB,
            cpu_s=settings.timeout_s,
            wall_s=settings.timeout_s,
        )
        self._children = [AwaitedBounded(limits, foreground=True) for _ in range(settings.at_once)]
        self._turns = Turns(settings.at_once, WAITING_EACH, WAITING)
        self._under_way: dict[str, asyncio.Task[Outcome]] = {}
        self._failed: dict[str, NotMade] = {}

    @property
    def formats(self) -> Sequence[FormatLine]:
        return formats_of(self._makers)

    async def make(
        self,
        tenant: str,
        edition: Edition,
        format: str,  # noqa: A002
        options: ExportOptions,
    ) -> Outcome:
        """Return the file, `Making` if it takes longer than `wait_s`, or `NotMade`."""
        maker = self._makers.get(format)
        if maker is None:
            return NotMade(why="unknown", detail=f"wanted {', '.join(self._makers)}")
        if refused := _refused(maker, options):
            return refused
        made_by = self._made_by(maker, options)
        recipe = Recipe(format=format, suffix=maker.suffix, made_by=made_by, options=options)
        key = recipe.key(edition.hash)
        if key not in self._under_way:
            if failed := self._failed.pop(key, None):
                return failed
            # Nothing is awaited before it is in the table: a second request finds it there.
            task = asyncio.ensure_future(self._work(tenant, maker, edition, options, key))
            self._under_way[key] = task
            task.add_done_callback(lambda ended: self._ended(key, ended))
        task = self._under_way[key]
        # It goes on if the one who asked gives up.
        done, _ = await asyncio.wait({task}, timeout=self._wait_s)
        if not done:
            return Making()
        self._failed.pop(key, None)
        return task.result()

    def _made_by(self, maker: Maker, options: ExportOptions) -> tuple[str, ...]:
        film = (self._films.made_by(options),) if "film" in maker.reads else ()
        if "sound" in maker.reads:
            film = (self._films.heard_by(options),)
        if self._signer is None or not maker.signed:
            return (*maker.made_by, *film)
        signed = f"{LIBRARY} {version(LIBRARY)} by {self._signer.fingerprint}"
        return (*maker.made_by, *film, signed)

    def close(self) -> None:
        for child in self._children:
            child.close()

    def _ended(self, key: str, task: asyncio.Task[Outcome]) -> None:
        del self._under_way[key]
        if not task.cancelled() and isinstance(outcome := task.result(), NotMade):
            while len(self._failed) >= MOST_REMEMBERED:
                del self._failed[next(iter(self._failed))]
            self._failed[key] = outcome

    async def _work(
        self, tenant: str, maker: Maker, edition: Edition, options: ExportOptions, key: str
    ) -> Outcome:
        try:
            if await self._vault.has(key):
                sha256, size = await sha256_of(self._vault, key)
                levels = await self._levels(tenant, maker, key)
                return _made(maker, key, sha256, size, levels)
            async with self._turns.turn(tenant) as place, AsyncExitStack() as files:
                child = self._children[place]
                folder = Path(files.enter_context(tempfile.TemporaryDirectory(prefix="export-")))
                material = await self._material(maker, edition, options, child, files)
                target = folder / f"export{maker.suffix}"
                answer = await child.call(made, maker, material, target, self._signer)
                await self._vault.publish(key, target)
        except (TooMany, TooManyOfYours):
            return NotMade(why="busy", detail="too many exports wait; try again")
        except Missing:
            return NotMade(why="missing", detail="the vault no longer has a file of this version")
        except Unusable as error:
            return NotMade(why="nothing", detail=str(error))
        except Trouble as error:
            log("export.failed", format=maker.format, reason=str(error), stderr=error.stderr)
            return NotMade(why="failed", detail=f"the {maker.format} could not be made: {error}")
        except RenderError as error:
            return NotMade(why="failed", detail=f"the {maker.format} could not be made: {error}")
        except TimeoutError:
            return NotMade(why="failed", detail=f"the film took more than {self._timeout_s:g} s")
        sha256, size, *levels = answer.text.split()
        return _made(maker, key, sha256, int(size), "".join(levels))

    async def _levels(self, tenant: str, maker: Maker, key: str) -> str:
        """Measure the levels of a stored file."""
        if not maker.levels:
            return ""
        from deployments.deliverables.films.levels import measured

        async with self._turns.turn(tenant) as place, self._vault.local(key) as path:
            return (await self._children[place].call(measured, str(path), maker.suffix)).text

    async def _material(
        self,
        maker: Maker,
        edition: Edition,
        options: ExportOptions,
        child: AwaitedBounded,
        files: AsyncExitStack,
    ) -> Material:
        stills: dict[int, Path] = {}
        clips: dict[int, Path] = {}
        film: Path | None = None
        for cut in edition.conte.cuts:
            clip = edition.clip_of(cut)
            if clip is None:
                continue
            if "clips" in maker.reads:
                clips[cut.number] = await files.enter_async_context(self._vault.local(clip.key))
            if "stills" in maker.reads and (key := await self._still(clip, cut, child)):
                stills[cut.number] = await files.enter_async_context(self._vault.local(key))
        if "film" in maker.reads:
            async with asyncio.timeout(self._timeout_s):
                key = await self._films.key(edition, options)
            film = await files.enter_async_context(self._vault.local(key))
        poster: Path | None = None
        if "poster" in maker.reads and edition.film is not None:
            poster = await files.enter_async_context(self._vault.local(edition.film.poster_key))
        material = Material(edition, options, stills, clips, film, poster)
        if not {"sound", "recordings"}.intersection(maker.reads):
            return material
        sounds = [sound for cut in edition.conte.cuts for sound in cut.sounds]
        recordings = {
            key: await files.enter_async_context(self._vault.local(key))
            for key in dict.fromkeys(sound.upload for sound in sounds)
        }
        heard = self._films.soundtrack(edition, options) if "sound" in maker.reads else None
        return replace(material, soundtrack=heard, recordings=recordings)

    async def _still(self, clip: Clip, cut: Cut, child: AwaitedBounded) -> str:
        """Return the vault key of the cut's picture; "" if its clip cannot be decoded."""
        frame = still_frame(clip, cut)
        key = still_key(clip, frame)
        if await self._vault.has(key):
            return key
        part = clip.window
        shown = (part.left, part.top, part.width, part.height) if part else None
        async with self._vault.local(clip.key) as path:
            try:
                answer = await child.call(frame_png, str(path), frame, shown)
            except Unusable:
                return ""
        [data] = answer.blobs
        await self._vault.publish_bytes(key, data)
        return key


def formats_of(makers: Mapping[str, Maker] = MAKERS) -> tuple[FormatLine, ...]:
    """Return the formats, with the libraries that this process lacks for them."""
    return tuple(
        FormatLine(
            format=maker.format,
            media_type=maker.media_type,
            suffix=maker.suffix,
            label=maker.label,
            wants=maker.wants,
        )
        for maker in makers.values()
    )


def _refused(maker: Maker, options: ExportOptions) -> NotMade | None:
    if wants := maker.wants:
        return NotMade(why="not_installed", detail=f"{maker.format} wants {wants}")
    if unknown := [name for name in options.chosen if name not in maker.options]:
        taken = " and ".join(maker.options) or "no options"
        detail = f"{unknown[0]}: {maker.format} takes {taken}"
        return NotMade(why="option", detail=detail)
    return None


def _made(maker: Maker, key: str, sha256: str, size: int, levels: str) -> Made:
    return Made(
        key=key,
        media_type=maker.media_type,
        suffix=maker.suffix,
        sha256=sha256,
        size=size,
        levels=Levels.model_validate_json(levels) if levels else None,
    )
