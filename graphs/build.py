"""Binds the crew for Ray Serve: who holds whose handle. Started by its import path in the YAML."""

from ray import serve
from ray.serve import Application

from conte.clip import Tier
from graphs import shapes
from graphs.replicas.director import RunningDirector
from graphs.replicas.door import FrontDoor
from graphs.replicas.editor import Editor
from graphs.replicas.renderer import Renderer
from graphs.replicas.writer import Writer
from serve.settings import Settings


def build(args: Settings) -> Application:
    """The film graph: ingress -> director -> writer, renderers, editor."""
    settings = args.at_home()
    model, engine = None, None
    if settings.conte.engine == "vllm":
        from graphs.conte_model import conte_model, engine_id

        model, engine = conte_model(settings), engine_id(settings)
    writer = serve.deployment(**shapes.conte_writer(settings))(Writer).bind(settings, model, engine)
    renderers: dict[Tier, Application] = {}
    if settings.draft.enabled:
        shape = shapes.clip_renderer("DraftRenderer", settings.draft)
        renderers["draft"] = serve.deployment(**shape)(Renderer).bind(settings, "draft")
    if settings.final.enabled:
        shape = shapes.clip_renderer("FinalRenderer", settings.final)
        renderers["final"] = serve.deployment(**shape)(Renderer).bind(settings, "final")
    if not renderers:
        raise ValueError("draft.enabled and final.enabled: at least one of them must be on")
    editor = serve.deployment(**shapes.film_editor(settings))(Editor).bind(settings)
    director = serve.deployment(**shapes.director(settings))(RunningDirector).bind(
        settings, writer, renderers, editor
    )
    return serve.deployment(**shapes.ingress(settings))(FrontDoor).bind(settings, director, model)
