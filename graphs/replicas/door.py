"""The ingress, behind Ray Serve's HTTP proxy."""

from typing import Any

from ray import serve
from ray.serve.handle import DeploymentHandle

from conte.clip import EngineId
from graphs.chat_handle import RayModel
from serve.ingress.app import create_app
from serve.ingress.chat import ChatBackend, UpstreamChat, conte_models, vision_models
from serve.opened import open_ledger, open_vault
from serve.settings import Settings
from serve.telemetry import log_to_files


class Door:
    def __init__(
        self,
        settings: Settings,
        director: DeploymentHandle,
        model: DeploymentHandle | None,
        engine: EngineId | None,
        vision: DeploymentHandle | None,
        seer: EngineId | None,
    ) -> None:
        # The director comes to life by being bound to something; the door never calls it.
        self._settings = settings
        looks = RayModel(vision, settings.vision.model) if vision is not None else None
        self._models = {
            **conte_models(settings.conte, _writer(settings, model), engine),
            **vision_models(settings.vision, looks, seer),
        }

    def __serve_build_asgi_app__(self) -> Any:
        log_to_files(self._settings.home, "ingress")
        return create_app(
            self._settings,
            open_ledger(self._settings),
            open_vault(self._settings),
            self._models,
        )


def _writer(settings: Settings, model: DeploymentHandle | None) -> ChatBackend | None:
    """The served model, the server behind it, or nothing."""
    if model is not None:
        return RayModel(model, settings.conte.vllm.model)
    if settings.conte.engine == "openai":
        return UpstreamChat(settings.conte.openai)
    return None


# `serve.ingress()` without an application: the door builds its own when the replica starts.
FrontDoor: Any = serve.ingress()(Door)
