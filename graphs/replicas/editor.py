"""The film editor, loaded from settings, with the importer of uploads beside it."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from conte.clip import Clip, Shot, Tier
from deployments.clip_importer import ClipImporter
from deployments.film_editor import FilmEditor
from serve.arenas import share_arenas
from serve.opened import open_vault
from serve.settings import Settings
from serve.telemetry import log_as_set
from serve.uploads.bounds import bounds_of


class Editor(FilmEditor):
    def __init__(self, settings: Settings) -> None:
        share_arenas()
        log_as_set(settings, "film-editor")
        vault = open_vault(settings)
        super().__init__(vault, settings.film, settings.rates)
        self._importer = ClipImporter(vault, bounds_of(settings.upload))

    async def bring_in(
        self, upload: str, shot: Shot, cut: int, tier: Tier
    ) -> AsyncGenerator[float | Clip]:
        """Make a clip of an uploaded file as `ClipImporter.bring_in` does, without waiting for
        films.
        """
        async with aclosing(self._importer.bring_in(upload, shot, cut, tier)) as steps:
            async for step in steps:
                yield step

    def check_health(self) -> None:
        """Called by Ray Serve, which restarts an editor that does not stop when cancelled."""
        self._slot.check(self._settings.timeout_s)
        self._importer.check(self._settings.timeout_s)
