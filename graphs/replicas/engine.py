"""vLLM's engine as Ray Serve LLM starts it, without a download, with one process less on a CPU and
with a cache of a known size on a shared card.
"""

from typing import Any

from ray.llm._internal.serve.engines.vllm.vllm_engine import VLLMEngine

from graphs.kv_memory import size_cache, smallest_card_bytes


class Engine(VLLMEngine):
    async def start(self) -> None:
        # A checkpoint is a folder of this machine. Ray would start a worker on it, which imports
        # vLLM as the replica does, only to return that folder as what it has downloaded.
        callback: Any = self.llm_config.get_or_create_callback()
        callback.ctx.run_init_node = False
        await super().start()

    def _start_async_llm_engine(
        self, vllm_engine_args: Any, vllm_engine_config: Any, placement_group: Any
    ) -> Any:
        # On a CPU Ray starts a worker process for the model, and the engine busy-waits for its
        # answers: that takes a whole core while it writes, and most of a gigabyte. The variables
        # that vLLM would set for the worker are already set for the replica.
        parallel = vllm_engine_config.parallel_config
        if parallel.distributed_executor_backend == "mp" and parallel.world_size == 1:
            parallel.distributed_executor_backend = "uni"
        bundle = (self.llm_config.placement_group_config or {}).get("bundle_per_worker", {})
        size_cache(vllm_engine_config, bundle.get("GPU", 0), smallest_card_bytes)
        return super()._start_async_llm_engine(
            vllm_engine_args, vllm_engine_config, placement_group
        )
