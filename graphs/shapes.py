"""Settings -> the shape of each deployment: replicas, CPUs, GPUs, queues, patience."""

import math
from typing import Any

from ray.serve.config import RequestRouterConfig

from serve.settings import ClipSettings, DirectorSettings, Settings

# The router's default back-off (25 ms, doubling) leaves a one-slot replica idle while work waits:
# with a flat 5 ms and one call queued at the replica the makespan fell from 1.2..1.5 to
# 1.01..1.06 of its lower bound.
QUICK_ROUTER = RequestRouterConfig.model_validate(
    {"initial_backoff_s": 0.005, "backoff_multiplier": 1, "max_backoff_s": 0.005}
)
EVENT_STREAMS = 1000
"""Open event streams and requests an ingress replica takes on at once."""


def _shape(
    name: str,
    *,
    replicas: int,
    ongoing: int,
    num_cpus: float = 0,
    num_gpus: float = 0,
    graceful_s: float = 5,
) -> dict[str, Any]:
    return {
        "name": name,
        "num_replicas": replicas,
        "max_ongoing_requests": ongoing,
        # Unbounded here, because the bound is at the door: the ledger's queue answers 429.
        "max_queued_requests": -1,
        # 0 CPUs by default: on 2 cores replicas of 1 CPU each wait unscheduled for ever.
        "ray_actor_options": {"num_cpus": num_cpus, "num_gpus": num_gpus},
        "request_router_config": QUICK_ROUTER,
        "graceful_shutdown_timeout_s": graceful_s,
        "graceful_shutdown_wait_loop_s": 0.2,
        "health_check_period_s": 2,
        "health_check_timeout_s": 30,
    }


def ingress(settings: Settings) -> dict[str, Any]:
    return _shape("Ingress", replicas=settings.ingress.replicas, ongoing=EVENT_STREAMS)


def director(settings: Settings) -> dict[str, Any]:
    return _shape("Director", replicas=settings.director.replicas, ongoing=10)


def conte_writer(settings: Settings) -> dict[str, Any]:
    return _shape("ConteWriter", replicas=settings.conte.replicas, ongoing=16)


def conte_model(settings: Settings) -> dict[str, Any]:
    """For `LLMConfig.deployment_config`: its GPUs are in the placement group, not here."""
    shape = _shape(
        "ConteModel",
        replicas=settings.conte.vllm.replicas,
        ongoing=settings.conte.vllm.max_ongoing,
        graceful_s=20,
    )
    shape["ray_actor_options"] = {"num_cpus": 0}
    # Ray's own default lets 10 s pass, which a long prefill on a busy machine can take.
    return shape | {"health_check_timeout_s": 60}


def vision_model(settings: Settings) -> dict[str, Any]:
    """For `LLMConfig.deployment_config`: replicas come with the requests, and go when idle."""
    vision = settings.vision
    shape = _shape("VisionModel", replicas=1, ongoing=vision.max_ongoing, graceful_s=60)
    del shape["num_replicas"]
    shape["ray_actor_options"] = {"num_cpus": 0}
    shape["autoscaling_config"] = {
        "min_replicas": vision.min_replicas,
        "max_replicas": max(vision.min_replicas, vision.max_replicas),
        # A full replica decodes no faster with more; half of what it takes keeps it busy.
        "target_ongoing_requests": max(1.0, vision.max_ongoing / 2),
        "upscale_delay_s": 5,
        "downscale_delay_s": vision.idle_s,
        "downscale_to_zero_delay_s": vision.idle_s,
    }
    return shape | {"health_check_timeout_s": 60}


def clips_at_once(settings: ClipSettings) -> int:
    """Clips a renderer takes on: one in its slot, and the next, which is there when the slot frees.

    With encoders one more, whose frames have left the engine and are being encoded.
    """
    return 3 if settings.encoders else 2


def places(clip: ClipSettings, director: DirectorSettings) -> int:
    """Clips that one director lets go to a tier's renderers at once: its share of what they take.

    But never fewer than there are renderers: the only film may be one director's.
    """
    share = math.ceil(clip.replicas * clips_at_once(clip) / director.replicas)
    return max(share, clip.replicas)


def clip_renderer(name: str, settings: ClipSettings) -> dict[str, Any]:
    return _shape(
        name,
        replicas=settings.replicas,
        ongoing=clips_at_once(settings),
        num_cpus=settings.num_cpus,
        num_gpus=settings.num_gpus,
        graceful_s=_patience_s(settings),
    )


def clip_encoder(name: str, settings: ClipSettings) -> dict[str, Any]:
    return _shape(name, replicas=settings.encoders, ongoing=2, graceful_s=_patience_s(settings))


def _patience_s(settings: ClipSettings) -> float:
    """How long a replica that is to go may finish its clip.

    A drawn panel is made again in a second. A model's clip is minutes of a GPU, and several times
    as long as it may be silent for; whoever cancels it does not wait for any of this.
    """
    return 5 if settings.engine == "animatic" else 4 * settings.timeout_s


def film_editor(settings: Settings) -> dict[str, Any]:
    return _shape("FilmEditor", replicas=settings.film.replicas, ongoing=2)
