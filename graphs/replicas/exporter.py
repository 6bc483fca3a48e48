"""The exporter, loaded from settings. Its child processes end with the replica."""

from deployments.deliverables.exporter import Exporter
from serve.opened import open_vault
from serve.settings import Settings
from serve.telemetry import log_to_files


class RunningExporter(Exporter):
    def __init__(self, settings: Settings) -> None:
        log_to_files(settings.home, "exporter")
        super().__init__(
            open_vault(settings), settings.export, film=settings.film, rates=settings.rates
        )

    def __del__(self) -> None:
        self.close()
