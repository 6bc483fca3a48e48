"""Settings -> the conte model's deployment and what it is called. Only loaded where vLLM writes."""

import os
from typing import Any

from ray.llm._internal.serve.core.configs.accelerators import CPUConfig
from ray.serve import Application
from ray.serve.llm import LLMConfig, build_llm_deployment

from conte.clip import EngineId
from deployments.engines.checkpoint import checked, revision_of
from graphs import shapes
from graphs.replicas.conte_model import ConteModel
from serve.settings import Settings

CHECKPOINT = "conte.vllm.checkpoint"
# Tokens of one event-loop turn travel together; Ray's default of 50 ms would hold back a cut.
BATCH_MS = 5
KEPT_ADAPTERS = 16
# One process of ours a core is enough: vLLM's threads must not fight the renderers'.
ON_CPU = {
    "VLLM_CPU_KVCACHE_SPACE": "1",
    "VLLM_CPU_OMP_THREADS_BIND": "nobind",
    "OMP_NUM_THREADS": "1",
}
ALONE = {
    "VLLM_HOST_IP": "127.0.0.1",
    "VLLM_NO_USAGE_STATS": "1",
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
}


def engine_id(settings: Settings) -> EngineId:
    """Raises ValueError if there is no checkpoint."""
    folder = checked(settings.conte.vllm.checkpoint, "config.json", CHECKPOINT)
    return EngineId(
        name="vllm", revision=revision_of(folder), label=f"{folder.name} (language model on vLLM)"
    )


def conte_model(settings: Settings) -> Application:
    """The deployment, as a child to be bound to whoever asks it."""
    vllm, adapters = settings.conte.vllm, settings.conte.adapters
    folder = checked(vllm.checkpoint, "config.json", CHECKPOINT)
    folders = {
        name: str(checked(adapter.path, "adapter_config.json", f"conte.adapters.{name}.path"))
        for name, adapter in adapters.items()
    }
    on_cpu = vllm.num_gpus == 0
    args: dict[str, Any] = {
        "enable_prefix_caching": True,
        "max_num_seqs": vllm.max_ongoing,
        # Guided by the schema alone a model may write white space without end.
        "structured_outputs_config": {"backend": "xgrammar", "disable_any_whitespace": True},
    }
    if on_cpu:
        # bf16 is 5 to 8 times slower than fp32 where the processor has no bf16 units.
        # vLLM 0.29 rewinds the random numbers of a prompt that it reads in pieces, which those of
        # the CPU cannot do: one seeded request with a long prompt would end the engine.
        args |= {"dtype": "float32", "enforce_eager": True, "enable_chunked_prefill": False}
    elif vllm.num_gpus < 1:
        args |= {"gpu_memory_utilization": round(0.9 * vllm.num_gpus, 2)}
    else:
        args |= {"tensor_parallel_size": int(vllm.num_gpus)}
    if adapters:
        args |= {"enable_lora": True, "max_loras": min(4, len(adapters)), "max_lora_rank": 64}
    bundle = {"CPU": 0.01} if on_cpu else {"CPU": 1, "GPU": min(1.0, vllm.num_gpus)}
    config = LLMConfig(
        model_loading_config={"model_id": vllm.model, "model_source": str(folder)},
        accelerator_config=CPUConfig(kind="cpu") if on_cpu else None,
        placement_group_config={"bundle_per_worker": bundle},
        engine_kwargs=args | vllm.engine_args,
        lora_config={"max_num_adapters_per_replica": KEPT_ADAPTERS} if adapters else None,
        runtime_env={"env_vars": ALONE | {k: os.environ.get(k, v) for k, v in ON_CPU.items()}
                     if on_cpu else dict(ALONE)},
        experimental_configs={"stream_batching_interval_ms": BATCH_MS},
        deployment_config=shapes.conte_model(settings),
        log_engine_metrics=False,
    )  # fmt: skip
    return build_llm_deployment(
        config,
        name_prefix="",
        deployment_cls=ConteModel,
        bind_kwargs={"home": settings.home, "adapters": folders},
    )
