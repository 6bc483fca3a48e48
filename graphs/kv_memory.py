"""Share of a card -> bytes of a language model's key-value cache. Does not import vLLM.

vLLM 0.29 sizes its cache by a trial run, and counts as its own every byte that disappears from the
card during that run. If a renderer loads its weights on the same card meanwhile, too little is left
for the cache and the start fails. A cache of a given size is not measured, so it is computed here.
"""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

AT_WORK = 5 << 29
"""Bytes used besides weights and cache: CUDA context, activations of a prefill, captured graphs."""
ADAPTER_SHARE = 1 / 32
"""Memory of each loaded LoRA adapter, as a share of the weights: rank 64 of a 7B model is 0.023."""
SMALLEST = 1 << 30


def size_cache(config: Any, share: float, card_bytes: Callable[[], int | None]) -> None:
    """Set the cache size of an engine that uses a part of a card, unless it is already set.

    Raises:
        ValueError: if the part is too small for the model.
    """
    cache, lora = config.cache_config, config.lora_config
    if not 0 < share < 1 or cache.kv_cache_memory_bytes is not None:
        return
    if (card := card_bytes()) is None:
        return
    weights = weights_bytes(Path(config.model_config.model))
    adapters = lora.max_loras if lora else 0
    cache.kv_cache_memory_bytes = kv_cache_bytes(card, share, weights, adapters)


def kv_cache_bytes(card_bytes: int, share: float, weights_bytes: int, adapters: int = 0) -> int:
    """Return the share of the card, less the weights, the adapters' slots and working memory.

        card_bytes * share - weights_bytes * (1 + adapters / 32) - 2.5 GiB

    Raises:
        ValueError: if less than 1 GiB is left.
    """
    taken = weights_bytes * (1 + adapters * ADAPTER_SHARE) + AT_WORK
    left = int(card_bytes * share - taken)
    if left < SMALLEST:
        raise ValueError(
            f"num_gpus: {share:g} of a card of {_gib(card_bytes)} holds weights and work of"
            f" {_gib(taken)} and {_gib(left)} of cache, wanted {_gib(SMALLEST)} or more"
        )
    return left


def weights_bytes(folder: Path) -> int:
    """Return the size of a checkpoint's weights on disk, in bytes.

    Read from the index if there is one: a folder may hold the same weights in two formats.
    """
    index = folder / "model.safetensors.index.json"
    if index.is_file():
        return int(json.loads(index.read_text("utf-8"))["metadata"]["total_size"])
    return _total(folder.glob("model*.safetensors")) or _total(folder.glob("*.safetensors"))


def smallest_card_bytes() -> int | None:
    """Return the memory of this machine's smallest card; None without an NVIDIA driver."""
    from vllm.third_party import pynvml

    # Not through CUDA: Ray hides the cards from the process that starts an engine.
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return None
    try:
        cards = (pynvml.nvmlDeviceGetHandleByIndex(at) for at in range(pynvml.nvmlDeviceGetCount()))
        return min(
            (int(pynvml.nvmlDeviceGetMemoryInfo(card).total) for card in cards), default=None
        )
    finally:
        pynvml.nvmlShutdown()


def _total(files: Iterable[Path]) -> int:
    return sum(file.stat().st_size for file in files)


def _gib(num_bytes: float) -> str:
    return f"{num_bytes / (1 << 30):.1f} GiB"
