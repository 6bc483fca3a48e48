"""Trained weights: a LoRA or a whole transformer, their moving average, and their checkpoints."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from diffusers.training_utils import EMAModel, cast_training_params
from peft import LoraConfig
from torch import Tensor
from torch.distributed.tensor import DTensor

from training.video_model.settings import VideoTraining

TARGETS = (
    "to_q", "to_k", "to_v", "to_out.0", "add_k_proj", "add_v_proj",
    "ffn.net.0.proj", "ffn.net.2", "ff.net.0.proj", "ff.net.2",
)  # fmt: skip
"""Layers that a LoRA adapts: attention and feed-forward of every block, by their names in Wan, LTX
and CogVideoX. Embedding layers are not adapted."""

ADAPTER = "default"


class TrainedWeights:
    """The trained weights of one transformer."""

    def __init__(self, transformer: Any, settings: VideoTraining) -> None:
        self.model = transformer
        self._lora = settings.method == "lora"
        if self._lora:
            transformer.requires_grad_(False)
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(settings.seed)
                transformer.add_adapter(
                    LoraConfig(
                        r=settings.lora_rank,
                        lora_alpha=settings.lora_alpha,  # pyright: ignore[reportArgumentType]
                        target_modules=_present(transformer),
                    ),
                    adapter_name=ADAPTER,
                )
            # Steps of a small learning rate would vanish in bfloat16.
            cast_training_params(transformer, torch.float32)
        else:
            transformer.requires_grad_(True)
        if settings.gradient_checkpointing:
            transformer.enable_gradient_checkpointing()
        transformer.train()
        if settings.sharded:
            _shard(transformer, settings)
        self.named = {n: p for n, p in transformer.named_parameters() if p.requires_grad}
        self._ema = EMAModel(self.parameters, decay=settings.ema) if settings.ema else None

    @property
    def parameters(self) -> list[torch.nn.Parameter]:
        return list(self.named.values())

    @property
    def gradients(self) -> list[Tensor]:
        return [each.grad for each in self.parameters if each.grad is not None]

    def stepped(self) -> None:
        """Update the moving average; call it after each step of the optimiser."""
        if self._ema:
            self._ema.step(self.parameters)

    @contextmanager
    def averaged(self) -> Generator[None]:
        """Replace the weights by their moving average within the block, to judge or publish it."""
        if self._ema is None or not self._ema.optimization_step:
            yield
            return
        kept = [each.detach().clone() for each in self.parameters]
        self._ema.copy_to(self.parameters)
        try:
            yield
        finally:
            for each, before in zip(self.parameters, kept, strict=True):
                each.data.copy_(before)

    def state(self) -> dict[str, Any]:
        """Return the tensors of a checkpoint; loading writes into them."""
        state: dict[str, Any] = {"model": {n: p.detach() for n, p in self.named.items()}}
        if self._ema:
            state["ema"] = dict(zip(self.named, self._ema.shadow_params, strict=True))
        return state

    def at_step(self, step: int) -> None:
        """Set the step after a checkpoint was loaded."""
        if self._ema:
            self._ema.optimization_step = step

    def whole(self) -> dict[str, Tensor]:
        """Return the trained tensors, unsharded and on the CPU. All ranks must call it."""
        # Copies, because on a CPU they would change with the weights when the average is undone.
        return {name: _whole(each).cpu().clone() for name, each in self.named.items()}

    @property
    def adapter_config(self) -> Mapping[str, Any]:
        config: dict[str, Any] = self.model.peft_config[ADAPTER].to_dict()
        return {k: sorted(v) if isinstance(v, set) else v for k, v in config.items()}


def _present(transformer: Any) -> list[str]:
    names: list[str] = [name for name, _ in transformer.named_modules()]
    return [each for each in TARGETS if any(name.endswith(f".{each}") for name in names)]


def _shard(transformer: Any, settings: VideoTraining) -> None:
    """Shard each block, and the rest, over all ranks (FSDP2)."""
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.fsdp import MixedPrecisionPolicy, fully_shard

    device = "cuda" if torch.cuda.is_available() else "cpu"
    mesh = init_device_mesh(device, (torch.distributed.get_world_size(),))
    policy = MixedPrecisionPolicy()
    if device == "cuda" and settings.precision != "float32":
        policy = MixedPrecisionPolicy(param_dtype=torch.bfloat16, reduce_dtype=torch.float32)
    # Also for the root, which would otherwise stay unsharded after a forward pass without a
    # backward pass: the average and the checkpoints are made of shards.
    how: dict[str, Any] = {"mesh": mesh, "mp_policy": policy, "reshard_after_forward": True}
    blocks: set[str] = set(transformer._repeated_blocks or transformer._no_split_modules or ())
    for module in list(transformer.modules()):
        if type(module).__name__ in blocks:
            fully_shard(module, **how)
    fully_shard(transformer, **how)


def _whole(tensor: Tensor) -> Tensor:
    tensor = tensor.detach()
    return tensor.full_tensor() if isinstance(tensor, DTensor) else tensor
