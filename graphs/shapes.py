"""Settings -> shape of each deployment: replicas, CPUs, GPUs, queues, timeouts."""

import math
import os
import time
from typing import Any

from ray.serve.config import RequestRouterConfig

from conte.clip import Tier
from serve.cluster.machine import HOUSE, available_memory
from serve.settings import (
    ClipSettings,
    DirectorSettings,
    ModelScalingSettings,
    ScalingSettings,
    Settings,
)

# The router's default back-off (25 ms, doubling) leaves a one-slot replica idle while work waits:
# with a flat 5 ms and one call queued at the replica the makespan fell from 1.2..1.5 to
# 1.01..1.06 of its lower bound.
QUICK_ROUTER = RequestRouterConfig.model_validate(
    {"initial_backoff_s": 0.005, "backoff_multiplier": 1, "max_backoff_s": 0.005}
)
REQUESTS = 200
"""Concurrent short requests and probes of an ingress replica; long responses come on top."""

ROOM_FOR_TWO = 4 << 30
"""Free bytes of memory, before any replica starts, from which two ingress replicas fit."""


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
        # Unbounded, because the ingress bounds it: a full ledger queue answers 429.
        "max_queued_requests": -1,
        # 0 CPUs by default: on 2 cores replicas of 1 CPU each wait unscheduled for ever.
        "ray_actor_options": {"num_cpus": num_cpus, "num_gpus": num_gpus},
        "request_router_config": QUICK_ROUTER,
        "graceful_shutdown_timeout_s": graceful_s,
        "graceful_shutdown_wait_loop_s": 0.2,
        "health_check_period_s": 2,
        "health_check_timeout_s": 30,
    }


def placed(settings: Settings, shape: dict[str, Any]) -> dict[str, Any]:
    """Return the shape, bound to nodes without a GPU if it needs none and the settings ask for
    that.
    """
    options = shape["ray_actor_options"]
    if not settings.pin_to_house or options.get("num_gpus"):
        return shape
    # A thousandth of what a node announces: binds the replica to the node without limiting the
    # number.
    return shape | {"ray_actor_options": options | {"resources": {HOUSE: 0.001}}}


def ingress(settings: Settings) -> dict[str, Any]:
    ingress = settings.ingress
    replicas = ingress.replicas or front_doors(_cores(), available_memory())
    return _shape("Ingress", replicas=replicas, ongoing=ingress.streams + REQUESTS)


def front_doors(cores: int, memory: int | None) -> int:
    """Return the number of ingress replicas when the settings do not set it.

    With only one, a restart rejects all requests for the half minute that it takes on a busy
    machine. A second one costs 300 MB and 3 CPU seconds at the start.
    """
    return 2 if cores >= 2 and (memory is None or memory >= ROOM_FOR_TWO) else 1


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def director(settings: Settings) -> dict[str, Any]:
    return _shape("Director", replicas=settings.director.replicas, ongoing=10)


def conte_writer(settings: Settings) -> dict[str, Any]:
    return _shape("ConteWriter", replicas=settings.conte.replicas, ongoing=16)


def conte_model(settings: Settings) -> dict[str, Any]:
    """Return `LLMConfig.deployment_config`. The GPUs are in the placement group, not here."""
    shape = _shape(
        CONTE_MODEL,
        replicas=settings.conte.vllm.replicas,
        ongoing=settings.conte.vllm.max_ongoing,
        graceful_s=20,
    )
    shape["ray_actor_options"] = {"num_cpus": 0}
    # Ray's own default lets 10 s pass, which a long prefill on a busy machine can take.
    shape |= {"health_check_timeout_s": 60}
    if (scaling := settings.conte.vllm.scaling) is None:
        return shape
    return _scaled(shape, following_the_work(CONTE_MODEL, scaling, conte_seconds(settings)))


CONTE_MODEL = "ConteModel"


def conte_seconds(settings: Settings) -> float:
    """Return the seconds of one replica that a conte takes; a replica writes several at once."""
    vllm = settings.conte.vllm
    scaling = vllm.scaling or ModelScalingSettings()
    return scaling.conte_s / vllm.max_ongoing


def vision_model(settings: Settings) -> dict[str, Any]:
    """Return `LLMConfig.deployment_config`. Replicas start with requests and stop when idle."""
    vision = settings.vision
    shape = _shape("VisionModel", replicas=1, ongoing=vision.max_ongoing, graceful_s=60)
    shape |= {"ray_actor_options": {"num_cpus": 0}, "health_check_timeout_s": 60}
    autoscaling = {
        "min_replicas": vision.min_replicas,
        "max_replicas": max(vision.min_replicas, vision.max_replicas),
        # A full replica decodes no faster with more; half its limit keeps it busy.
        "target_ongoing_requests": max(1.0, vision.max_ongoing / 2),
        "upscale_delay_s": 5,
        "downscale_delay_s": vision.idle_s,
        "downscale_to_zero_delay_s": vision.idle_s,
    }
    return _scaled(shape, autoscaling)


def clips_at_once(settings: ClipSettings) -> int:
    """Return a renderer's concurrent clips: one rendering, and the next one queued.

    With encoders, one more, whose frames are being encoded.
    """
    return 3 if settings.encoders else 2


def places(clip: ClipSettings, director: DirectorSettings, running: int | None = None) -> int:
    """Return how many clips a director sends to a tier's renderers at once: its share of them.

    `running`: current number of renderers, if that changes. At least one clip per renderer, because
    there may be only one director with work.
    """
    renderers = clip.replicas if running is None else running
    share = math.ceil(renderers * clips_at_once(clip) / director.replicas)
    return max(share, renderers)


def renderer_name(tier: Tier) -> str:
    """Return the name of a tier's deployment of renderers."""
    return f"{tier.title()}Renderer"


def clip_renderer(name: str, settings: ClipSettings) -> dict[str, Any]:
    shape = _shape(
        name,
        replicas=settings.replicas,
        ongoing=clips_at_once(settings),
        num_cpus=settings.num_cpus,
        num_gpus=settings.num_gpus,
        graceful_s=_patience_s(settings),
    )
    if settings.scaling is None:
        return shape
    return _scaled(shape, following_the_work(name, settings.scaling))


def _scaled(shape: dict[str, Any], autoscaling: dict[str, Any]) -> dict[str, Any]:
    """Return the shape with replicas whose number a policy decides.

    Its queue has a bound that no queue reaches, and another one at each call. Ray Serve 2.60 drops
    all policies of an application that is built again (`AutoscalingStateManager`), and registers
    those of deployments that have changed only (`DeploymentState.deploy`): the others keep their
    number of replicas for ever. A changed bound of a queue reaches no replica.
    """
    free = {field: value for field, value in shape.items() if field != "num_replicas"}
    bound = _NO_BOUND + time.time_ns() // 1000 % _NO_BOUND
    return free | {"autoscaling_config": autoscaling, "max_queued_requests": bound}


_NO_BOUND = 1_000_000_000
"""Twice as many fit into the field's 32 bits."""


def following_the_work(
    name: str, scaling: ScalingSettings, request_s: float = 0.0
) -> dict[str, Any]:
    """Return an autoscaling configuration in which `FollowsWork` decides the number of replicas.

    `request_s`: seconds of work per request that Serve knows of; 0: requests do not count.
    """
    return {
        "min_replicas": scaling.min_replicas,
        "max_replicas": scaling.max_replicas,
        "initial_replicas": scaling.min_replicas,
        # The policy waits by itself; with Serve's delays it would wait twice.
        "upscale_delay_s": 0,
        "downscale_delay_s": 0,
        "downscale_to_zero_delay_s": 0,
        "policy": {
            "policy_function": "graphs.scaling_policy:FollowsWork",
            "policy_kwargs": {
                "renderers": name,
                "request_s": request_s,
                **scaling.model_dump(mode="json"),
            },
        },
    }


def card_share(settings: Settings, tier: Tier) -> float:
    """Return the part of a card's memory that each renderer of a tier may use, 0 to 1.

    The share requested from Ray if another model of the cluster fits on the same card; else 1.
    """
    tiers = {"draft": settings.draft, "final": settings.final}
    mine = tiers[tier]
    if not 0 < mine.num_gpus < 1:
        return 1.0
    beside = [clip.num_gpus for clip in tiers.values() if clip.enabled and clip is not mine]
    if mine.most_replicas > 1:
        beside.append(mine.num_gpus)
    if settings.conte.engine == "vllm":
        beside.append(settings.conte.vllm.num_gpus)
    if settings.vision.checkpoint:
        beside.append(settings.vision.num_gpus)
    # Ray counts in ten-thousandths.
    fits = any(0 < other <= 1 - mine.num_gpus + 1e-4 for other in beside)
    return mine.num_gpus if fits else 1.0


def clip_encoder(name: str, settings: ClipSettings) -> dict[str, Any]:
    return _shape(name, replicas=settings.encoders, ongoing=2, graceful_s=_patience_s(settings))


def _patience_s(settings: ClipSettings) -> float:
    """Return the seconds that a stopping replica may take to finish its clip.

    An animatic is drawn again in a second. A model's clip is minutes of a GPU, several times as
    long as the limit between two steps. Cancels do not wait for this.
    """
    return 5 if settings.engine == "animatic" else 4 * settings.timeout_s


def film_editor(settings: Settings) -> dict[str, Any]:
    # Room for uploads: a clip made of one does not keep a film waiting.
    return _shape("FilmEditor", replicas=settings.film.replicas, ongoing=3)


def exporter(settings: Settings) -> dict[str, Any]:
    # A request occupies its place while its file is made; a finished file is only looked up.
    return _shape("Exporter", replicas=settings.export.replicas, ongoing=64)
