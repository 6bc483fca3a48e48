"""What every language model of the cluster is started with. Only loaded where vLLM serves one."""

import os
from pathlib import Path
from typing import Any

from ray.llm._internal.serve.core.configs.accelerators import CPUConfig
from ray.serve.llm import LLMConfig

# A token leaves at once; what is written while one is on its way goes with the next, in vLLM's own
# queue. A batch by the clock holds a cut back, and 16 streams' clocks took seven tenths of the
# replica's CPU.
BATCH_MS = 0
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


def llm_config(
    model: str,
    folder: Path,
    num_gpus: float,
    engine_args: dict[str, Any],
    shape: dict[str, Any],
    max_bytes: int = 4 << 20,
    **more: Any,
) -> LLMConfig:
    """`model` is the name it answers to; `engine_args` are vLLM's, over those that are ours.

    `max_bytes`: the largest body that the front door lets through to it.
    """
    on_cpu = num_gpus == 0
    args: dict[str, Any] = {
        "enable_prefix_caching": True,
        "max_num_seqs": shape["max_ongoing_requests"],
        # Guided by the schema alone a model may write white space without end.
        "structured_outputs_config": {"backend": "xgrammar", "disable_any_whitespace": True},
    }
    if on_cpu:
        # bf16 is 5 to 8 times slower than fp32 where the processor has no bf16 units.
        # vLLM 0.29 rewinds the random numbers of a prompt that it reads in pieces, which those of
        # the CPU cannot do: one seeded request with a long prompt would end the engine.
        args |= {"dtype": "float32", "enforce_eager": True, "enable_chunked_prefill": False}
    elif num_gpus < 1:
        args |= {"gpu_memory_utilization": round(0.9 * num_gpus, 2)}
    else:
        args |= {"tensor_parallel_size": int(num_gpus)}
    bundle = {"CPU": 0.01} if on_cpu else {"CPU": 1, "GPU": min(1.0, num_gpus)}
    # Ray Serve's replicas take 4 MiB from another one, and a body with pictures has more.
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
