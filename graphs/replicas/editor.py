"""The film editor, loaded from settings."""

from deployments.film_editor import FilmEditor
from serve.opened import open_vault
from serve.settings import Settings
from serve.telemetry import log_to_files


class Editor(FilmEditor):
    def __init__(self, settings: Settings) -> None:
        log_to_files(settings.home, "film-editor")
        super().__init__(open_vault(settings), settings.film, settings.rates)

    def check_health(self) -> None:
        """Ray Serve asks: an editor that does not stop when it is told to is started anew."""
        self._slot.check(self._settings.timeout_s)
