"""`vllm.LLM.generate` by itself, in a process of its own that answers lines of JSON.

In: {"prompts": [...], "max_tokens": n, "seeds": [...], "schema": {...}}. Out: {"tokens": n,
"seconds": s}. The engine's arguments are those that the deployment gives it.
"""

import json
import os
import sys
import time
from typing import Any


def main() -> None:
    # vLLM logs to standard output, which is for the answers alone.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    from graphs.vllm_config import ALONE, ON_CPU

    os.environ |= ALONE | ON_CPU
    from vllm import LLM, SamplingParams
    from vllm.sampling_params import StructuredOutputsParams

    arguments: dict[str, Any] = json.loads(sys.argv[1])
    model = LLM(**arguments)
    print(json.dumps({"ready": True}), file=answers)
    for line in sys.stdin:
        asked = json.loads(line)
        sampling = [
            SamplingParams(
                temperature=0.8, top_p=0.95, max_tokens=asked["max_tokens"], seed=seed,
                ignore_eos=True, structured_outputs=StructuredOutputsParams(json=asked["schema"]),
            )
            for seed in asked["seeds"]
        ]  # fmt: skip
        began = time.perf_counter()
        outputs = model.generate(asked["prompts"], sampling, use_tqdm=False)
        seconds = time.perf_counter() - began
        tokens = sum(len(output.outputs[0].token_ids) for output in outputs)
        print(json.dumps({"tokens": tokens, "seconds": seconds}), file=answers)


if __name__ == "__main__":
    main()
