"""The ingress, behind Ray Serve's HTTP proxy."""

from typing import Any

from ray import serve
from ray.serve.handle import DeploymentHandle

from graphs.chat_handle import RayModel
from graphs.replicas.opened import open_ledger, open_vault
from serve.ingress.app import create_app
from serve.ingress.chat import ChatBackend, UpstreamChat
from serve.settings import Settings
from serve.telemetry import log_to_files


class Door:
    def __init__(
        self, settings: Settings, director: DeploymentHandle, model: DeploymentHandle | None
    ) -> None:
        # The director comes to life by being bound to something; the door never calls it.
        self._settings, self._model = settings, model

    def __serve_build_asgi_app__(self) -> Any:
        log_to_files(self._settings.home, "ingress")
        return create_app(
            self._settings,
            open_ledger(self._settings),
            open_vault(self._settings),
            chat_backend(self._settings, self._model),
        )


def chat_backend(settings: Settings, model: DeploymentHandle | None) -> ChatBackend | None:
    """What answers `/v1/chat/completions`: the served model, the server behind it, or nothing."""
    if model is not None:
        return RayModel(model, settings.conte.vllm.model)
    if settings.conte.engine == "openai":
        return UpstreamChat(settings.conte.openai)
    return None


# `serve.ingress()` without an application: the door builds its own when the replica starts.
FrontDoor: Any = serve.ingress()(Door)
