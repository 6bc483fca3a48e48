"""Three compositions of the same stubs: Sian's graph, Ray Serve the plain way, and the plain way tuned."""

import asyncio
import time
from typing import Any

from fastapi import FastAPI
from ray import serve
from ray.serve import Application
from ray.serve.handle import DeploymentHandle

from conte.brief import Brief
from conte.clip import Clip, Film, Shot, Tier
from conte.conte import Conte, Treatment
from conte.cut import Cut
from graphs import shapes
from graphs.replicas.director import RunningDirector
from graphs.replicas.ingress import IngressApp
from serve.opened import open_vault
from serve.settings import ClipSettings, Settings
from tests.bench.stubs import StubEditor, StubRenderer, StubWriter


class Renderer(StubRenderer):
    def __init__(self, settings: Settings) -> None:
        super().__init__(open_vault(settings), "draft")


class Editor(StubEditor):
    def __init__(self, settings: Settings) -> None:
        super().__init__(open_vault(settings))


def sian(args: Settings) -> Application:
    """The graph of `graphs/build.py` with stubs for engines: same door, director, shapes, handles."""
    writer = serve.deployment(**shapes.conte_writer(args))(StubWriter).bind()
    renderer = serve.deployment(**shapes.clip_renderer("DraftRenderer", args.draft))(Renderer)
    renderers: dict[Tier, Application] = {"draft": renderer.bind(args)}
    editor = serve.deployment(**shapes.film_editor(args))(Editor).bind(args)
    director = serve.deployment(**shapes.director(args))(RunningDirector).bind(
        args, writer, renderers, editor
    )
    return serve.deployment(**shapes.ingress(args))(IngressApp).bind(args, director)


class AwaitedFilms:
    """What one writes first: await the conte, then gather the renders. Nothing is remembered."""

    def __init__(
        self,
        settings: Settings,
        writer: DeploymentHandle,
        renderer: DeploymentHandle,
        editor: DeploymentHandle,
    ) -> None:
        self._side = settings.draft.short_side
        self._writer, self._renderer, self._editor = writer, renderer, editor

    async def film(self, order: dict[str, Any]) -> dict[str, Any]:
        started = time.perf_counter()
        brief = Brief.model_validate(order["brief"])
        writing: Any = self._writer.options(stream=True)
        parts = [part async for part in writing.write.remote(brief, 0)]
        treatment = next(part for part in parts if isinstance(part, Treatment))
        cuts = tuple(part for part in parts if isinstance(part, Cut))
        first: list[float] = []

        async def render(cut: Cut) -> Clip:
            shot = Shot.of(cut, treatment, brief, order["seed"], self._side)
            handle: Any = self._renderer.options(stream=True)
            *_, clip = [step async for step in handle.render.remote(shot, cut.number)]
            first.append(time.perf_counter() - started)
            return clip

        clips = await asyncio.gather(*(render(cut) for cut in cuts))
        editing: Any = self._editor.options(stream=True)
        conte = Conte.of(treatment, cuts)
        (film,) = [s async for s in editing.join.remote(conte, brief, tuple(clips), 1)]
        assert isinstance(film, Film)
        return {"first_clip_s": min(first)}


plain_app = FastAPI()


@serve.ingress(plain_app)  # pyright: ignore[reportUntypedClassDecorator]
class Plain(AwaitedFilms):
    @plain_app.post("/films")
    async def answer(self, order: dict[str, Any]) -> dict[str, Any]:
        return await self.film(order)


def plain(args: Settings) -> Application:
    """Ray Serve's own defaults, but for what makes it run at all: one clip a slot, no CPUs claimed."""
    return _plain(args, {})


def tuned(args: Settings) -> Application:
    """The strongest baseline: the same, with the router that Sian uses."""
    return _plain(args, {"request_router_config": shapes.QUICK_ROUTER})


def _plain(settings: Settings, router: dict[str, Any]) -> Application:
    cpus = {"ray_actor_options": {"num_cpus": 0}}
    draft: ClipSettings = settings.draft
    slot = 2 if router else 1
    writer = serve.deployment(**cpus, max_ongoing_requests=100, **router)(StubWriter).bind()
    renderer = serve.deployment(
        **cpus, num_replicas=draft.replicas, max_ongoing_requests=slot, **router
    )(Renderer).bind(settings)
    editor = serve.deployment(**cpus, max_ongoing_requests=100, **router)(Editor).bind(settings)
    door = serve.deployment(**cpus, max_ongoing_requests=1000, **router)(Plain)
    return door.bind(settings, writer, renderer, editor)
