"""Out of GPU memory -> less of it, slower, and the clip is made after all. Knows no settings."""

import gc
from collections.abc import Callable
from typing import Any, Literal, TypeVar

import torch

from deployments.engines.protocols import RenderError

T = TypeVar("T")

PARTS_OFF = "parts at rest kept off the GPU"


def placed(pipe: Any, device: str, offload: Literal["none", "model", "sequential"]) -> str:
    """Puts a pipeline where its settings say; the rung that this took, if its weights did not fit.

    A CPU has nothing to offload to: the same settings run there as they are.
    """
    match offload if device != "cpu" else "none":
        case "none":
            try:
                pipe.to(device)
                return ""
            except torch.OutOfMemoryError:
                pass
            # Outside the handler: the exception's frames held what was there already.
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
    """Steps down a ladder whenever memory runs out, and stays there for later clips.

    A GPU's rungs: decode in tiles, keep only the part at work on the GPU, keep only the layer at
    work on the GPU. A CPU has only the first, and so has a GPU that shares its clips with others,
    which must all do alike. Tiles shape pixels: a clip's remarks say so.
    """

    def __init__(
        self, pipe: Any, device: str, *, only_tiles: bool = False, taken: str = ""
    ) -> None:
        """`taken` is the rung that `placed` took already."""
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
        """What was given up so far, for a person to read beside the clip."""
        return (f"out of memory: {', '.join(self._taken)}",) if self._taken else ()

    def run(self, work: Callable[[], T], what: str) -> T:
        """What `work` returns; it is called once more after every rung, from its beginning.

        Raises:
            RenderError: if memory does not suffice even so, naming `what` and all that was tried.
        """
        while True:
            try:
                return work()
            except torch.OutOfMemoryError as error:
                reason = str(error).strip().split("\n")[0]
            # Outside the handler: the exception's frames held the tensors that were too much.
            self._free()
            if not self._rungs:
                tried = f", even {', '.join(self._taken)}" if self._taken else ""
                raise RenderError(f"out of memory for {what}{tried}: {reason}")
            name, step_down = self._rungs.pop(0)
            step_down()
            self._taken.append(name)
            self._free()

    def _offload_parts(self) -> None:
        self._pipe.enable_model_cpu_offload(device=self._device)

    def _offload_layers(self) -> None:
        self._pipe.enable_sequential_cpu_offload(device=self._device)

    def _free(self) -> None:
        gc.collect()
        if self._device != "cpu":
            torch.cuda.empty_cache()


def _is_sequential(pipe: Any) -> bool:
    """Whether every layer moves by itself already, which is the last rung."""
    hook = getattr(pipe.transformer, "_hf_hook", None)
    return hook is not None and type(hook).__name__ == "AlignDevicesHook"
