"""Uses less GPU memory step by step when it runs out, so that the clip is still made."""

import gc
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, Literal, TypeVar

import torch

from deployments.engines.protocols import RenderError

T = TypeVar("T")

PARTS_OFF = "parts at rest kept off the GPU"


def placed(pipe: Any, device: str, offload: Literal["none", "model", "sequential"]) -> str:
    """Move a pipeline where its settings say; return the measure taken if its weights did not fit.

    A CPU has nothing to offload to: the setting is ignored there.
    """
    match offload if device != "cpu" else "none":
        case "none":
            try:
                pipe.to(device)
                return ""
            except torch.OutOfMemoryError:
                pass
            # Outside the handler: the exception's frames still hold tensors.
            pipe.to("cpu")
            gc.collect()
            torch.cuda.empty_cache()
            pipe.enable_model_cpu_offload(device=device)
            return PARTS_OFF
        case "model":
            pipe.enable_model_cpu_offload(device=device)
        case "sequential":
            pipe.enable_sequential_cpu_offload(device=device)
    return ""


class Memory:
    """Takes one more measure whenever memory runs out, and keeps it for later clips.

    On a GPU: decode in tiles, keep only the active part on the GPU, keep only the active layer on
    the GPU. On a CPU, or on a GPU that shares its clips with others (all ranks must do the same):
    tiles only. Tiles shape pixels: a clip's remarks say so.
    """

    def __init__(
        self, pipe: Any, device: str, *, only_tiles: bool = False, taken: str = ""
    ) -> None:
        """Prepare the measures. `taken`: the one that `placed` has already applied."""
        self._pipe, self._device = pipe, device
        self._taken: list[str] = [taken] if taken else []
        moves = device != "cpu" and not only_tiles
        offloaded = getattr(pipe, "_offload_device", None) is not None
        self._rungs: list[tuple[str, Callable[[], None]]] = []
        if not getattr(pipe.vae, "use_tiling", False):
            self._rungs.append(("decoded in tiles", pipe.vae.enable_tiling))
        if moves and not offloaded:
            self._rungs.append((PARTS_OFF, self._offload_parts))
        if moves and not _is_sequential(pipe):
            self._rungs.append(("layers at rest kept off the GPU, slower", self._offload_layers))

    @property
    def remarks(self) -> tuple[str, ...]:
        """Return the measures taken so far, as remarks for people beside the clip."""
        return (f"out of memory: {', '.join(self._taken)}",) if self._taken else ()

    def run(self, work: Callable[[], T], what: str) -> T:
        """Return the result of `work()`; after every measure it is called again.

        Raises:
            RenderError: if memory still does not suffice, naming `what` and all measures tried.
        """
        while True:
            try:
                return work()
            except torch.OutOfMemoryError as error:
                reason = str(error).strip().split("\n")[0]
            # Outside the handler: the exception's frames still hold the tensors.
            self._free()
            if not self._rungs:
                tried = f", even {', '.join(self._taken)}" if self._taken else ""
                raise RenderError(f"out of memory for {what}{tried}: {reason}")
            name, step_down = self._rungs.pop(0)
            step_down()
            self._taken.append(name)
            self._free()

    @contextmanager
    def decoding(self, what: str) -> Generator[None]:
        """Within the block, repeat only the decode, after each measure, if it runs out of memory.

        The decode comes last and needs most memory: minutes of denoising are not repeated. The
        decode is the pipeline's own call of its VAE, so the frames are unchanged.
        """
        vae = self._pipe.vae
        decode = vae.decode

        def in_less_memory(*args: Any, **kwargs: Any) -> Any:
            return self.run(lambda: decode(*args, **kwargs), what)

        # Set on this object, where it shadows the class's method.
        vae.decode = in_less_memory
        try:
            yield
        finally:
            del vae.decode

    def _offload_parts(self) -> None:
        self._pipe.enable_model_cpu_offload(device=self._device)

    def _offload_layers(self) -> None:
        self._pipe.enable_sequential_cpu_offload(device=self._device)

    def _free(self) -> None:
        gc.collect()
        if self._device != "cpu":
            torch.cuda.empty_cache()


def _is_sequential(pipe: Any) -> bool:
    """Return whether every layer is already moved on its own, which is the last measure."""
    hook = getattr(pipe.transformer, "_hf_hook", None)
    return hook is not None and type(hook).__name__ == "AlignDevicesHook"
