"""Settings -> the vision model's deployment and its name. Only imported where one is served.

Every caller, the caption job included, reaches it through the ingress, so that batch and online
work share its GPUs. With `min_replicas: 0` the GPUs are released when idle.
"""

from typing import Any

from ray.serve import Application
from ray.serve.llm import build_llm_deployment

from conte.clip import EngineId
from deployments.engines.checkpoint import checked, label_of
from graphs import shapes
from graphs.replicas.vision_model import VisionModel
from graphs.vllm_config import llm_config
from serve.revision import revision_of
from serve.settings import Settings

CHECKPOINT = "vision.checkpoint"
NOWHERE = "nowhere.invalid"
"""A name that never resolves (RFC 2606): the one domain that vLLM may fetch pictures from."""


def engine_id(settings: Settings) -> EngineId:
    """Return the vision model's name, revision and label.

    Raises:
        ValueError: if there is no checkpoint.
    """
    folder = checked(settings.vision.checkpoint, "config.json", CHECKPOINT)
    label = label_of(folder, folder.name, "vision model on vLLM")
    return EngineId(name="vllm", revision=revision_of(folder), label=label)


def vision_model(settings: Settings) -> Application:
    """Return the bound deployment, to be passed to the ingress."""
    vision = settings.vision
    args: dict[str, Any] = {
        "limit_mm_per_prompt": {"image": vision.max_pictures},
        # The same pictures are never sent twice: caching them would take up to 4 GiB per process.
        "mm_processor_cache_gb": 0,
        # The ingress rejects picture addresses; one that slipped through would resolve to nothing.
        "allowed_media_domains": [NOWHERE],
    }
    config = llm_config(
        vision.model,
        checked(vision.checkpoint, "config.json", CHECKPOINT),
        vision.num_gpus,
        args | vision.engine_args,
        shapes.vision_model(settings),
        vision.max_body_bytes,
    )
    return build_llm_deployment(
        config,
        name_prefix="",
        deployment_cls=VisionModel,
        bind_kwargs={"home": settings.home, "log": settings.log},
    )
