"""Binds the crew for Ray Serve: who holds whose handle. Started by its import path in the YAML."""

from ray import serve
from ray.serve import Application

from conte.clip import Tier
from graphs import edge, shapes
from serve.settings import Settings


def build(args: Settings) -> Application:
    """The film graph: ingress -> director -> writer, renderers, editor."""
    settings = args
    writer = serve.deployment(**shapes.conte_writer(settings))(edge.Writer).bind(settings)
    renderers: dict[Tier, Application] = {}
    if settings.draft.enabled:
        shape = shapes.clip_renderer("DraftRenderer", settings.draft)
        renderers["draft"] = serve.deployment(**shape)(edge.Renderer).bind(settings, "draft")
    if settings.final.enabled:
        shape = shapes.clip_renderer("FinalRenderer", settings.final)
        renderers["final"] = serve.deployment(**shape)(edge.Renderer).bind(settings, "final")
    if not renderers:
        raise ValueError("draft.enabled and final.enabled: at least one of them must be on")
    editor = serve.deployment(**shapes.film_editor(settings))(edge.Editor).bind(settings)
    director = serve.deployment(**shapes.director(settings))(edge.RunningDirector).bind(
        settings, writer, renderers, editor
    )
    return serve.deployment(**shapes.ingress(settings))(edge.FrontDoor).bind(settings, director)
