"""Settings -> the conte model's deployment and its name. Only imported where vLLM writes."""

from typing import Any

from ray.serve import Application
from ray.serve.llm import build_llm_deployment

from conte.clip import EngineId
from deployments.engines.checkpoint import checked, label_of
from graphs import shapes
from graphs.replicas.conte_model import ConteModel
from graphs.vllm_config import llm_config
from serve.registry.promoted import Promoted
from serve.revision import revision_of
from serve.settings import Settings

CHECKPOINT = "conte.vllm.checkpoint"
KEPT_ADAPTERS = 16


def engine_id(settings: Settings) -> EngineId:
    """Return the conte model's name, revision and label.

    Raises:
        ValueError: if there is no checkpoint.
    """
    folder = checked(settings.conte.vllm.checkpoint, "config.json", CHECKPOINT)
    label = label_of(folder, folder.name, "language model on vLLM")
    return EngineId(name="vllm", revision=revision_of(folder), label=label)


def conte_model(settings: Settings) -> Application:
    """Return the bound deployment of the conte model."""
    vllm, adapters = settings.conte.vllm, settings.conte.adapters
    folder = checked(vllm.checkpoint, "config.json", CHECKPOINT)
    folders = {
        name: str(checked(adapter.path, "adapter_config.json", f"conte.adapters.{name}.path"))
        for name, adapter in adapters.items()
    }
    args: dict[str, Any] = {}
    more: dict[str, Any] = {}
    if adapters:
        args = {"enable_lora": True, "max_loras": min(4, len(adapters)), "max_lora_rank": 64}
        more = {"lora_config": {"max_num_adapters_per_replica": KEPT_ADAPTERS}}
    config = llm_config(
        vllm.model,
        folder,
        vllm.num_gpus,
        args | vllm.engine_args,
        shapes.conte_model(settings),
        **more,
    )
    return build_llm_deployment(
        config,
        name_prefix="",
        deployment_cls=ConteModel,
        bind_kwargs={
            "home": settings.home,
            "log": settings.log,
            "checkpoint": str(folder),
            "adapters": folders,
            "promoted": Promoted.of(settings),
        },
    )
