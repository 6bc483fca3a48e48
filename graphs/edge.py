"""The crew as Ray starts it: each class reads the settings, loads what it needs, and is the plain
class of `deployments/`, `serve/` or `graphs/` from there on.
"""

from typing import Any

from ray import serve
from ray.serve.handle import DeploymentHandle

from conte.clip import Tier
from deployments.clip_renderer import ClipRenderer
from deployments.conte_writer import ConteWriter
from deployments.engines.load import conte_engine, video_engine
from deployments.film_editor import FilmEditor
from graphs.crew import Plan
from graphs.director import Director
from graphs.gate import FairGate
from graphs.handles import RayCrew
from serve.ingress.app import create_app
from serve.ledger.ledger import Ledger
from serve.settings import Settings
from serve.telemetry import log_to_files
from serve.vault import Vault


def open_ledger(settings: Settings) -> Ledger:
    return Ledger.open(settings.ledger_url, settings.director.tenant_weights)


def open_vault(settings: Settings) -> Vault:
    vault = settings.vault
    return Vault.open(
        settings.vault_url,
        endpoint=vault.endpoint,
        region=vault.region,
        access_key=vault.access_key.get_secret_value(),
        secret_key=vault.secret_key.get_secret_value(),
    )


class Writer(ConteWriter):
    def __init__(self, settings: Settings) -> None:
        log_to_files(settings.home, "conte-writer")
        super().__init__(conte_engine(settings.conte.engine, settings.rates))


class Renderer(ClipRenderer):
    def __init__(self, settings: Settings, tier: Tier) -> None:
        log_to_files(settings.home, f"{tier}-renderer")
        clip = settings.draft if tier == "draft" else settings.final
        super().__init__(video_engine(clip.engine, f"{tier}.engine"), open_vault(settings), tier)


class Editor(FilmEditor):
    def __init__(self, settings: Settings) -> None:
        log_to_files(settings.home, "film-editor")
        super().__init__(open_vault(settings), settings.film, settings.rates)


class RunningDirector:
    """A director at work for as long as its replica lives."""

    async def __init__(  # pyright: ignore[reportGeneralTypeIssues]  # Ray awaits it
        self,
        settings: Settings,
        writer: DeploymentHandle,
        renderers: dict[Tier, DeploymentHandle],
        editor: DeploymentHandle,
    ) -> None:
        log_to_files(settings.home, "director")
        slots = settings.draft.replicas if "draft" in renderers else 0
        slots += settings.final.replicas if "final" in renderers else 0
        self._director = Director(
            open_ledger(settings),
            RayCrew(writer, renderers, editor),
            plan(settings),
            settings.director,
            # One more than the slots have each, so that the next shot is at the replica already.
            FairGate(2 * slots, settings.director.tenant_weights),
        )
        self._director.start()

    def check_health(self) -> None:
        self._director.check()

    async def __del__(self) -> None:
        await self._director.stop()


class Door:
    def __init__(self, settings: Settings, director: DeploymentHandle) -> None:
        # The director comes to life by being bound to something; the door never calls it.
        self._settings = settings

    def __serve_build_asgi_app__(self) -> Any:
        log_to_files(self._settings.home, "ingress")
        return create_app(self._settings, open_ledger(self._settings), open_vault(self._settings))


# `serve.ingress()` without an application: the door builds its own when the replica starts.
FrontDoor: Any = serve.ingress()(Door)


def plan(settings: Settings) -> Plan:
    return Plan(
        short_side={"draft": settings.draft.short_side, "final": settings.final.short_side},
        clip_timeout_s={"draft": settings.draft.timeout_s, "final": settings.final.timeout_s},
        conte_timeout_s=settings.conte.timeout_s,
        film_timeout_s=settings.film.timeout_s,
        max_attempts=settings.director.max_attempts,
        rates=settings.rates,
    )
