"""Applies named speed settings to a loaded pipeline. Knows nothing of shots.

Each trades a little quality, or a longer start, for time or memory; a setting that the checkpoint
does not support is refused at start. Every denoiser of a pipeline gets them: Wan 2.2 has two.
"""

from collections.abc import Iterator
from typing import Any

import torch
from diffusers.hooks.first_block_cache import FirstBlockCacheConfig
from diffusers.hooks.taylorseer_cache import TaylorSeerCacheConfig
from diffusers.models.attention_dispatch import AttentionBackendName, dispatch_attention_fn

from deployments.engines.diffusion.families import FrameCounts
from deployments.engines.diffusion.magnitudes import Ratios, measuring, noted, using
from serve.settings import DiffusersSettings

_WITHOUT_CONTEXT = ("HunyuanVideoImageToVideoPipeline",)
"""Pipelines of diffusers 0.42 that do not tell a cache which pass of guidance is running."""

RECOMPILED = 64
"""Most variants of a compiled block: two lengths and two denoisers leave room for over 14 adapters.

PyTorch's default is 8; what is new after that runs uncompiled, and `Variants` warns of it. Passed
to each compilation, because PyTorch's global setting is per thread, and another thread renders.
"""

_MASKED = ("LTXVideoTransformer3DModel", "HunyuanVideoTransformer3DModel")
"""Denoisers that mask their attention, which not every backend supports."""


class Speed:
    """The enabled accelerations; resets their state before every call of a pipeline."""

    on: tuple[str, ...]
    """Names for people, such as "first-block cache"."""

    def __init__(self, pipe: Any, settings: DiffusersSettings, device: str) -> None:
        """Turn on every acceleration of the settings.

        Raises:
            ValueError: if the pipeline or its device does not support one, naming the setting.
        """
        self._cache, self._threshold = _cache_config(pipe, settings), settings.cache_threshold
        said: list[str] = []
        if settings.vae_tiling:
            pipe.vae.enable_tiling()
            said.append("VAE in tiles")
        for denoiser in denoisers_of(pipe):
            # Weights first: casting wraps the innermost layers, a cache whole blocks.
            if settings.layerwise_fp8:
                _store_as_fp8(denoiser, said)
            if settings.attention:
                _attend(denoiser, settings.attention, device, said)
            if self._cache is not None:
                denoiser.enable_cache(self._cache)
                said.append(f"{settings.cache} cache")
            if settings.compile:
                compile_blocks(denoiser, said)
        self.on = tuple(dict.fromkeys(said))

    def reset(self, pipe: Any) -> None:
        """Reset the caches before a call of `pipe`, whether the clip before was finished or not."""
        if self._cache is None:
            return
        for denoiser in denoisers_of(pipe):
            denoiser._reset_stateful_cache()

    def ratios(self, pipe: Any) -> Ratios:
        """Return the ratios that MagCache has measured since `reset`."""
        return [noted(denoiser) for denoiser in denoisers_of(pipe)]

    def use(self, pipe: Any, ratios: Ratios) -> None:
        """Make MagCache use stored ratios instead of measuring."""
        for denoiser, its in zip(denoisers_of(pipe), ratios, strict=True):
            denoiser.disable_cache()
            # With few steps an expert may make none, and has no ratios.
            if its:
                denoiser.enable_cache(using(its, self._threshold))


def denoisers_of(pipe: Any) -> Iterator[Any]:
    """Yield the transformers of a pipeline: one, or Wan 2.2's two."""
    for name in ("transformer", "transformer_2"):
        if (denoiser := getattr(pipe, name, None)) is not None:
            yield denoiser


def _cache_config(pipe: Any, settings: DiffusersSettings) -> Any:
    kind, threshold = settings.cache, settings.cache_threshold
    if kind and type(pipe).__name__ in _WITHOUT_CONTEXT:
        raise ValueError(f"diffusers.cache: {type(pipe).__name__} cannot use a cache; leave it out")
    if threshold is not None and kind not in ("first_block", "mag"):
        raise ValueError(
            f"diffusers.cache_threshold: {kind or 'no cache'} has no threshold;"
            " diffusers.cache first_block and mag have one"
        )
    match kind:
        case "":
            return None
        case "first_block":
            blocks = min(len(_blocks(denoiser)) for denoiser in denoisers_of(pipe))
            if blocks < 2:
                raise ValueError(f"diffusers.cache: first_block wants 2 blocks, got {blocks}")
            return (
                FirstBlockCacheConfig() if threshold is None else FirstBlockCacheConfig(threshold)
            )
        case "taylorseer":
            # Lite: one prediction a step, of the last layer. By default every attention's output is
            # kept, which for a 14B model at 720 lines is more than a GPU has, and diffusers 0.42
            # looks for modules whose name ends in "attn", which Wan's attn1 does not.
            return TaylorSeerCacheConfig(use_lite_mode=True, taylor_factors_dtype=torch.float32)
        case "mag":
            # Measures until stored ratios are set.
            return measuring()


def _blocks(denoiser: Any) -> list[Any]:
    repeated = set(denoiser._repeated_blocks) or set(denoiser._no_split_modules or ())
    return [module for module in denoiser.modules() if type(module).__name__ in repeated]


def _store_as_fp8(denoiser: Any, said: list[str]) -> None:
    denoiser.enable_layerwise_casting(
        storage_dtype=torch.float8_e4m3fn, compute_dtype=denoiser.dtype
    )
    said.append("weights kept in fp8")


def _attend(denoiser: Any, backend: str, device: str, said: list[str]) -> None:
    """Set an attention backend and run a few tokens: most report only then what they lack."""
    refused = f"diffusers.attention: {backend}"
    # Kernels of the hub are excluded: weights and code come from local files only.
    known = sorted(x.value for x in AttentionBackendName if not x.value.endswith("_hub"))
    if backend not in known:
        raise ValueError(f"{refused}: there is {', '.join(known)}")
    if not any(hasattr(part, "_attention_backend") for part in denoiser.attn_processors.values()):
        raise ValueError(f"{refused}: {type(denoiser).__name__} knows no other than its own")
    size = int(denoiser.config.attention_head_dim)
    tokens = torch.zeros(1, 128, 2, size, device=device, dtype=denoiser.dtype)
    mask: Any = None
    if type(denoiser).__name__ in _MASKED:
        mask = torch.ones(1, 1, 1, 128, device=device, dtype=torch.bool)
    try:
        denoiser.set_attention_backend(backend)
        dispatch_attention_fn(
            tokens, tokens, tokens, attn_mask=mask, backend=AttentionBackendName(backend)
        )
    # A kernel's error where it does not run depends on the kernel.
    except Exception as error:
        # Setting a backend also sets it for the whole process, which a reset alone does not undo.
        denoiser.set_attention_backend("native")
        denoiser.reset_attention_backend()
        reason = str(error).strip().split("\n")[0] or type(error).__name__
        raise ValueError(f"{refused} does not run here: {reason}") from error
    said.append(f"attention by {backend}")


def lengths_to_warm(counts: FrameCounts, compiled: bool) -> tuple[int, ...]:
    """Return the lengths of the pieces to rehearse, in frames.

    A block is compiled for the first length that it sees, the longest piece, which most cuts need;
    at a second length it is compiled for any length, so two of them cover every cut.
    """
    shortest = counts.at_least(1)
    return tuple(dict.fromkeys((counts.longest, shortest))) if compiled else (shortest,)


def compile_blocks(denoiser: Any, said: list[str]) -> None:
    """Compile the repeated blocks of a denoiser at their first run.

    Raises:
        ValueError: if it has none.
    """
    try:
        denoiser.compile_repeated_blocks(recompile_limit=RECOMPILED)
    except ValueError as error:
        raise ValueError(f"diffusers.compile: {type(denoiser).__name__} cannot: {error}") from error
    said.append("compiled blocks")
