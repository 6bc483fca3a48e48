"""The ingress, behind Ray Serve's HTTP proxy."""

import logging
from collections.abc import Mapping
from typing import Any

from ray import serve
from ray.serve.handle import DeploymentHandle

from conte.captioned import Captioned
from conte.checks.claims import Claims
from conte.checks.finding import Finding
from conte.clip import Clip, EngineId, Limits, Tier
from conte.formats.safe_zones import SafeZones
from conte.proposed import BriefEngine, IdeaEngine
from conte.revision.working import Working
from deployments.engines.load import feedback_engine
from deployments.mending.candidates import Mending
from graphs.chat_handle import RayChat, RayModel
from graphs.exports import ExportDesk
from graphs.feedback import FeedbackDesk
from graphs.replicas.answer_queue import waiting_of
from graphs.replicas.house import House
from serve.arenas import share_arenas
from serve.ingress.app import create_app
from serve.ingress.chat import ChatBackend, UpstreamChat, conte_models, vision_models
from serve.ingress.pacing import Paced
from serve.opened import open_ledger, open_vault
from serve.settings import Settings
from serve.telemetry import log, log_as_set


class Ingress:
    def __init__(
        self,
        settings: Settings,
        director: DeploymentHandle,
        model: DeploymentHandle | None = None,
        engine: EngineId | None = None,
        vision: DeploymentHandle | None = None,
        seer: EngineId | None = None,
        limits: Mapping[Tier, Limits] | None = None,
        claims: Claims | None = None,
        ideas: IdeaEngine | None = None,
        exporter: DeploymentHandle | None = None,
        briefs: BriefEngine | None = None,
    ) -> None:
        share_arenas()
        # Ray starts the director because it is bound here; the ingress never calls it.
        self._settings, self._limits = settings, limits
        self._claims, self._ideas, self._briefs = claims, ideas, briefs
        self._exporting = ExportDesk(exporter) if exporter is not None else None
        writes = None
        if model is not None and engine is not None:
            name = settings.conte.vllm.model
            writes = RayChat(RayModel(model, name), name, engine)
        self._feedback = FeedbackDesk(feedback_engine(settings.conte, writes))
        looks = RayModel(vision, settings.vision.model) if vision is not None else None
        self._models = {
            **conte_models(settings.conte, _writer(settings, model), engine),
            **vision_models(settings.vision, looks, seer),
        }

    def __serve_build_asgi_app__(self) -> Any:
        log_as_set(self._settings, "ingress")
        for tier, limits in (self._limits or {}).items():
            if limits.needs_picture:
                # Only a warning: a request to `/v1/videos` can include a picture. But most cuts of
                # a film have none.
                log(
                    "tier.starts_from_pictures",
                    level=logging.WARNING,
                    tier=tier,
                    model=limits.label,
                )
        app = create_app(
            self._settings,
            open_ledger(self._settings),
            open_vault(self._settings),
            models=self._models,
            limits=self._limits,
            claims=self._claims,
            feedback_engine=self._feedback,
            ideas=self._ideas,
            covered=self._covered,
            captioned=self._captioned,
            exporting=self._exporting,
            brief_engine=self._briefs,
            mending=Mending(self._settings.rates, self._claims),
            zones=_zones,
            house=House(),
        )
        # Outermost, not by `add_middleware`: inside FastAPI `send` is no longer Ray Serve's.
        app.middleware_stack = Paced(app.build_middleware_stack(), waiting_of)
        return app

    def _covered(self, working: Working) -> tuple[Finding, ...]:
        # Drawing the overlays shows where they lie. Imported here because few ingresses need it.
        from deployments.lettered import safe_zone_findings

        settings = self._settings
        return safe_zone_findings(
            working.conte, working.brief, settings.film, settings.rates, _zones()
        )

    def _captioned(self, working: Working, clips: Mapping[str, Clip]) -> Mapping[str, Captioned]:
        from deployments.captioned import captioned

        settings = self._settings
        return captioned(working.conte, working.brief, clips, settings.film, settings.rates)


def _zones() -> SafeZones:
    from deployments.knowledge.safe_zones import safe_zones

    return safe_zones()


def _writer(settings: Settings, model: DeploymentHandle | None) -> ChatBackend | None:
    """Return the backend of the conte model: the served model, the external server, or None."""
    if model is not None:
        return RayModel(model, settings.conte.vllm.model)
    if settings.conte.engine == "openai":
        return UpstreamChat(settings.conte.openai)
    return None


# `serve.ingress()` gets no application: the replica builds it when it starts.
IngressApp: Any = serve.ingress()(Ingress)
