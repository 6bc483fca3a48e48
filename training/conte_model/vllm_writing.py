"""Writes contes with vLLM and the cluster's guided decoding, as they will be served.

On a CPU vLLM runs in this process, on a GPU in another one, which frees its memory when it ends.
The text may differ from that of `writing.GuidedWriter`, because the two round their sums in another
order.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from conte.brief import Brief
from conte.manuscript import manuscript_schema, product_first
from training.conte_model.chats import ChatMessage, as_served, knows_system
from training.conte_model.writing import SERVED_TOKENS

_QUIET = {"VLLM_NO_USAGE_STATS": "1", "VLLM_LOGGING_LEVEL": "ERROR"}
_ON_CPU = {
    "VLLM_CPU_KVCACHE_SPACE": "1",
    "VLLM_CPU_OMP_THREADS_BIND": "nobind",
    "VLLM_ENABLE_V1_MULTIPROCESSING": "0",
}
# A forked process could not use a GPU that this process has initialised.
_ON_GPU = {"VLLM_WORKER_MULTIPROC_METHOD": "spawn"}


def settings_here(on_cpu: bool, at_once: int) -> tuple[dict[str, str], dict[str, Any]]:
    """Return the environment and engine arguments with which the model is served on a CPU or a
    GPU."""
    args: dict[str, Any] = {
        # With it the grammar sometimes lags by a token (vllm-project/vllm#29379).
        "async_scheduling": False,
        "max_num_seqs": at_once,
        # As served: with the schema alone a model may write endless white space.
        "structured_outputs_config": {"backend": "xgrammar", "disable_any_whitespace": True},
    }
    if on_cpu:
        args |= {"dtype": "float32", "enforce_eager": True, "enable_chunked_prefill": False}
    return _QUIET | (_ON_CPU if on_cpu else _ON_GPU), args


class VllmWriter:
    """Writer with vLLM in this process. `temperature` 0: greedy decoding."""

    def __init__(
        self, model: Path, temperature: float = 0.0, top_p: float = 1.0,
        max_tokens: int = SERVED_TOKENS, at_once: int = 16, seed: int = 0,
    ) -> None:  # fmt: skip
        from vllm.platforms import current_platform

        environment, args = settings_here(current_platform.is_cpu(), at_once)
        for name, value in environment.items():
            os.environ.setdefault(name, value)
        from vllm import LLM

        self._llm: Any = LLM(str(model), **args)
        self._knows = knows_system(self._llm.get_tokenizer())
        self._temperature, self._top_p, self._max_tokens = temperature, top_p, max_tokens
        self._seed = seed

    def write(self, asked: Sequence[Sequence[ChatMessage]], briefs: Sequence[Brief]) -> list[str]:
        """Return one conte per question, guided by the schema of its brief."""
        from vllm import SamplingParams
        from vllm.sampling_params import StructuredOutputsParams

        drawn = [
            SamplingParams(
                temperature=self._temperature,
                top_p=self._top_p,
                max_tokens=self._max_tokens,
                seed=self._seed + at,
                structured_outputs=StructuredOutputsParams(
                    json=product_first(manuscript_schema(brief))
                ),
            )
            for at, brief in enumerate(briefs)
        ]
        chats = [as_served(one, self._knows) for one in asked]
        found = self._llm.chat(chats, drawn, use_tqdm=False)
        return [one.outputs[0].text for one in found]

    def close(self) -> None:
        """Shut the engine down, which frees the GPU."""
        self._llm.llm_engine.engine_core.shutdown()
