"""The front door: settings, ledger and vault -> an ASGI application. No logic, no Ray."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from fastapi import FastAPI

from serve.ingress import problems
from serve.ingress.auth import tenant_by_key
from serve.ingress.chat import ChatModel, chat
from serve.ingress.docs import docs
from serve.ingress.events import events
from serve.ingress.front import Front
from serve.ingress.health import Meters, health
from serve.ingress.images import images
from serve.ingress.media import media
from serve.ingress.openapi import DESCRIPTION, openapi_of
from serve.ingress.productions import productions
from serve.ingress.tail import Tail
from serve.ingress.videos import videos
from serve.ledger.ledger import Ledger
from serve.settings import Settings
from serve.vault import Vault


def create_app(
    settings: Settings,
    ledger: Ledger,
    vault: Vault,
    models: Mapping[str, ChatModel] | None = None,
) -> FastAPI:
    """Any number of these on one ledger and vault answer alike. `models`: what chats, by name."""
    ingress = settings.ingress
    tenant = tenant_by_key(ingress.api_keys)
    tail = Tail(ledger, ingress.poll_s)
    meters = Meters(ledger, tail)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        yield
        await tail.close()

    app = FastAPI(
        title="Sian",
        summary="From a brief to a film.",
        description=DESCRIPTION,
        version=_version(),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.add_middleware(Front, measured=meters.measured)
    app.include_router(productions(ledger, tenant, ingress))
    app.include_router(events(ledger, tail, tenant, ingress.heartbeat_s))
    app.include_router(media(ledger, vault, tenant))
    app.include_router(images(ledger, vault, tenant))
    app.include_router(videos(ledger, vault, tenant, settings))
    app.include_router(chat(settings.conte, models or {}, tenant, settings.ingress.chats_at_once))
    # A director shows itself at least once in a lease; twice that is late.
    app.include_router(health(ledger, vault, meters, 2 * settings.director.lease_s))
    app.include_router(docs(app))
    problems.install(app)

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = openapi_of(app, keys_wanted=bool(ingress.api_keys))
        return app.openapi_schema

    app.openapi = openapi
    return app


def _version() -> str:
    try:
        return version("sian")
    except PackageNotFoundError:
        return "0"
