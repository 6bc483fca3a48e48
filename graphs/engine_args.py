"""Sian's defaults for vLLM's engine arguments. Knows no model and does not import vLLM."""

from typing import Any


def engine_args_of(num_gpus: float, at_once: int) -> dict[str, Any]:
    """Return the arguments for `num_gpus` GPUs (0: a CPU) and `at_once` concurrent requests."""
    args: dict[str, Any] = {
        "enable_prefix_caching": True,
        "max_num_seqs": at_once,
        # With asynchronous scheduling the grammar of a guided answer occasionally falls a token
        # behind (vllm-project/vllm#29379); every conte and caption is guided.
        "async_scheduling": False,
        # A model guided by the schema alone may write white space without end.
        "structured_outputs_config": {"backend": "xgrammar", "disable_any_whitespace": True},
    }
    if num_gpus == 0:
        # bf16 is 5 to 8 times slower than fp32 on processors without bf16 units. With chunked
        # prefill vLLM 0.29 rewinds a request's random generator, which CPU generators do not
        # support: one seeded request with a long prompt would end the engine.
        args |= {"dtype": "float32", "enforce_eager": True, "enable_chunked_prefill": False}
    elif num_gpus < 1:
        # The share that must be free at the start. `kv_memory` computes the cache's size on the
        # card's own machine.
        args |= {"gpu_memory_utilization": round(0.9 * num_gpus, 2)}
    else:
        args |= {"tensor_parallel_size": int(num_gpus)}
    return args
