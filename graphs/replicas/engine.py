"""vLLM as Ray Serve LLM starts it, with one process less on a CPU."""

from typing import Any

from ray.llm._internal.serve.engines.vllm.vllm_engine import VLLMEngine


class Engine(VLLMEngine):
    def _start_async_llm_engine(
        self, vllm_engine_args: Any, vllm_engine_config: Any, placement_group: Any
    ) -> Any:
        # Ray asks for a worker process for the model on a CPU, and the engine spins in a loop until
        # that has answered: a core gone for as long as it writes, and most of a gigabyte. The
        # variables that vLLM wants to set for the worker alone are set for the replica already.
        parallel = vllm_engine_config.parallel_config
        if parallel.distributed_executor_backend == "mp" and parallel.world_size == 1:
            parallel.distributed_executor_backend = "uni"
        return super()._start_async_llm_engine(
            vllm_engine_args, vllm_engine_config, placement_group
        )
