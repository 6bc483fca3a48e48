"""Configuration of every language model of the cluster. Only imported where vLLM serves one."""

import os
from pathlib import Path
from typing import Any

from ray.llm._internal.serve.core.configs.accelerators import CPUConfig
from ray.serve.llm import LLMConfig

from graphs.engine_args import engine_args_of

# A token is sent at once; tokens written meanwhile go together with the next send, from vLLM's own
# queue. Batching by a timer delays cuts, and 16 streams' timers took seven tenths of the replica's
# CPU.
BATCH_MS = 0
# One OpenMP thread is enough: vLLM's threads must not compete with the renderers'.
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


def llm_config(
    model: str,
    folder: Path,
    num_gpus: float,
    engine_args: dict[str, Any],
    shape: dict[str, Any],
    max_bytes: int = 4 << 20,
    **more: Any,
) -> LLMConfig:
    """Return the configuration of a language model. `model`: its public name.

    `engine_args` override Sian's defaults for vLLM. `max_bytes`: largest request body that the
    ingress passes on.
    """
    on_cpu = num_gpus == 0
    args = engine_args_of(num_gpus, shape["max_ongoing_requests"])
    # Without a CPU: nodes with GPUs announce none (cluster.yaml), and no model would be placed.
    bundle = {"CPU": 0.01} if on_cpu else {"GPU": min(1.0, num_gpus)}
    # Ray Serve's replicas accept 4 MiB from another replica; a body with pictures is larger.
    environment = ALONE | {"RAY_SERVE_REPLICA_GRPC_MAX_MESSAGE_LENGTH": str(max_bytes + (1 << 20))}
    if on_cpu:
        environment |= {name: os.environ.get(name, value) for name, value in ON_CPU.items()}
    return LLMConfig(
        model_loading_config={"model_id": model, "model_source": str(folder)},
        accelerator_config=CPUConfig(kind="cpu") if on_cpu else None,
        placement_group_config={"bundle_per_worker": bundle},
        engine_kwargs=args | engine_args,
        runtime_env={"env_vars": environment},
        experimental_configs={"stream_batching_interval_ms": BATCH_MS},
        deployment_config=shape,
        log_engine_metrics=False,
        **more,
    )
