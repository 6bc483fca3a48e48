"""The ingress, behind Ray Serve's HTTP proxy."""

from typing import Any

from ray import serve
from ray.serve.handle import DeploymentHandle

from graphs.replicas.opened import open_ledger, open_vault
from serve.ingress.app import create_app
from serve.settings import Settings
from serve.telemetry import log_to_files


class Door:
    def __init__(self, settings: Settings, director: DeploymentHandle) -> None:
        # The director comes to life by being bound to something; the door never calls it.
        self._settings = settings

    def __serve_build_asgi_app__(self) -> Any:
        log_to_files(self._settings.home, "ingress")
        return create_app(self._settings, open_ledger(self._settings), open_vault(self._settings))


# `serve.ingress()` without an application: the door builds its own when the replica starts.
FrontDoor: Any = serve.ingress()(Door)
