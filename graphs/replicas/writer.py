"""The conte writer, loaded from settings."""

from deployments.conte_writer import ConteWriter
from deployments.engines.load import conte_engine
from serve.settings import Settings
from serve.telemetry import log_to_files


class Writer(ConteWriter):
    def __init__(self, settings: Settings) -> None:
        log_to_files(settings.home, "conte-writer")
        super().__init__(conte_engine(settings.conte, settings.rates))
