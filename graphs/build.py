"""Binds the crew's deployments for Ray Serve. The YAML names `build` by its import path."""

from collections.abc import Callable
from typing import Any

from ray import serve
from ray.serve import Application, Deployment

from conte.clip import Limits, Tier
from deployments.engines.composer.brief_sentence import BriefSentences
from deployments.engines.composer.ideas import IdeaLibrary
from deployments.knowledge.claims import claims_of
from graphs import shapes
from graphs.limits import limits_of
from graphs.machines import refuse_what_is_for_one
from graphs.owned import refuse_another_owner
from graphs.replicas.director import RunningDirector
from graphs.replicas.editor import Editor
from graphs.replicas.encoder import Encoder
from graphs.replicas.exporter import RunningExporter
from graphs.replicas.ingress import IngressApp
from graphs.replicas.renderer import Renderer
from graphs.replicas.writer import Writer
from serve.registry.promoted import Promoted
from serve.settings import ClipSettings, Settings


def build(args: Settings) -> Application:
    """The film graph: ingress -> director -> writer, renderers, editor; ingress -> exporter."""
    settings = args.at_home()
    refuse_what_is_for_one(settings)
    refuse_another_owner(settings)
    # What is read of the weights below is read on this machine.
    for folders in settings.weights_folders.values():
        Promoted.of(settings).hold(folders)
    # Read at the start, with the product types: a wrong file fails before any replica runs, and the
    # replicas' machines do not need the file.
    claims = claims_of(settings.claims, settings.product_types)
    model, engine = None, None
    if settings.conte.engine == "vllm":
        from graphs.conte_model import conte_model, engine_id

        model, engine = conte_model(settings), engine_id(settings)
    writer = deployed(settings, shapes.conte_writer(settings))(Writer).bind(
        settings, model, engine, claims
    )
    renderers: dict[Tier, Application] = {}
    limits: dict[Tier, Limits] = {}
    tiers: dict[Tier, ClipSettings] = {"draft": settings.draft, "final": settings.final}
    for tier, clip in tiers.items():
        if clip.enabled:
            renderers[tier] = clip_renderer(settings, clip, tier)
            if known := limits_of(clip, tier):
                limits[tier] = known
    if not renderers:
        raise ValueError("draft.enabled and final.enabled: at least one of them must be on")
    editor = deployed(settings, shapes.film_editor(settings))(Editor).bind(settings)
    director = deployed(settings, shapes.director(settings))(RunningDirector).bind(
        settings, writer, renderers, editor, claims, limits
    )
    exporter = deployed(settings, shapes.exporter(settings))(RunningExporter).bind(settings)
    vision, seer = None, None
    if settings.vision.checkpoint:
        from graphs.vision_model import engine_id as seer_id
        from graphs.vision_model import vision_model

        vision, seer = vision_model(settings), seer_id(settings)
    return deployed(settings, shapes.ingress(settings))(IngressApp).bind(
        settings,
        director,
        model,
        engine,
        vision,
        seer,
        limits,
        claims,
        IdeaLibrary(claims.types),
        exporter,
        BriefSentences(claims.types),
    )


def clip_renderer(settings: Settings, clip: ClipSettings, tier: Tier) -> Application:
    """Bind a tier's renderers, with their encoders if the tier has any."""
    crew: list[Application] = []
    if clip.encoders:
        shape = shapes.clip_encoder(f"{tier.title()}Encoder", clip)
        crew.append(deployed(settings, shape)(Encoder).bind(settings, tier))
    shape = shapes.clip_renderer(shapes.renderer_name(tier), clip)
    return deployed(settings, shape)(Renderer).bind(settings, tier, *crew)


def deployed(settings: Settings, shape: dict[str, Any]) -> Callable[[type], Deployment]:
    """Return a decorator that deploys a class with this shape, on nodes that the settings allow."""
    return serve.deployment(**shapes.placed(settings, shape))
