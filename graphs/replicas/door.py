"""The ingress, behind Ray Serve's HTTP proxy."""

import logging
from collections.abc import Mapping
from typing import Any

from ray import serve
from ray.serve.handle import DeploymentHandle

from conte.clip import EngineId, Limits, Tier
from graphs.chat_handle import RayModel
from serve.ingress.app import create_app
from serve.ingress.chat import ChatBackend, UpstreamChat, conte_models, vision_models
from serve.opened import open_ledger, open_vault
from serve.settings import Settings
from serve.telemetry import log, log_to_files


class Door:
    def __init__(
        self,
        settings: Settings,
        director: DeploymentHandle,
        model: DeploymentHandle | None = None,
        engine: EngineId | None = None,
        vision: DeploymentHandle | None = None,
        seer: EngineId | None = None,
        limits: Mapping[Tier, Limits] | None = None,
    ) -> None:
        # The director comes to life by being bound to something; the door never calls it.
        self._settings, self._limits = settings, limits
        looks = RayModel(vision, settings.vision.model) if vision is not None else None
        self._models = {
            **conte_models(settings.conte, _writer(settings, model), engine),
            **vision_models(settings.vision, looks, seer),
        }

    def __serve_build_asgi_app__(self) -> Any:
        log_to_files(self._settings.home, "ingress")
        for tier, limits in (self._limits or {}).items():
            if limits.needs_picture:
                # Not refused: `/v1/videos` can bring a picture. But most cuts of a film have none.
                log(
                    "tier.starts_from_pictures",
                    level=logging.WARNING,
                    tier=tier,
                    model=limits.label,
                )
        return create_app(
            self._settings,
            open_ledger(self._settings),
            open_vault(self._settings),
            self._models,
            self._limits,
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
