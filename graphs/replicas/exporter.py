"""The exporter, loaded from settings. Its child processes end with the replica."""

from importlib.util import find_spec

from deployments.deliverables.credentials.certificates import NoSigner, Signer, signer_of
from deployments.deliverables.exporter import Exporter
from serve.arenas import share_arenas
from serve.opened import open_vault
from serve.settings import Settings
from serve.telemetry import log, log_as_set


class RunningExporter(Exporter):
    def __init__(self, settings: Settings) -> None:
        share_arenas()
        log_as_set(settings, "exporter")
        super().__init__(
            open_vault(settings),
            settings.export,
            film=settings.film,
            rates=settings.rates,
            signer=signer_for(settings),
        )

    def __del__(self) -> None:
        self.close()


def signer_for(settings: Settings) -> Signer | None:
    """Return the signer of exports; None: exports are not signed, and the log says why.

    Raises:
        NoSigner: if the configured certificate cannot be used. An export that names a wrong
            origin is worse than none.
    """
    export = settings.export
    if not export.credentials:
        return None
    try:
        if find_spec("c2pa") is None:
            raise NoSigner("c2pa-python: pip install 'sian[deliver]'")
        return signer_of(settings.home, export.certificate, export.private_key, export.algorithm)
    except NoSigner as error:
        if export.certificate:
            raise
        log("export.unsigned", reason=str(error))
        return None
