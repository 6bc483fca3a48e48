"""LoRA adapters by name: local files, loaded on demand, a few kept. Knows no shot."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from deployments.engines.diffusion.speed import denoisers_of
from deployments.engines.protocols import AdapterAway, RenderError
from serve.settings import Adapter

LOW_NOISE = "low_noise"
"""Part of the name of files for Wan 2.2's second transformer, as in published adapters."""


@dataclass(frozen=True)
class _Files:
    slot: str
    """Adapter's name for PEFT, which allows no dots in it."""
    first: Path | None
    second: Path | None
    """File for `transformer_2`; None: there is none."""
    weight: float


class Adapters:
    """Loads and activates at most one adapter at a time. Without one, the frames are bit for bit
    those of the bare checkpoint.
    """

    def __init__(self, pipe: Any, adapters: Mapping[str, Adapter], loaded_at_most: int = 4) -> None:
        """Find the adapters' files; load none.

        Raises:
            ValueError: if a file is missing, naming `diffusers.adapters.<name>`.
        """
        self._pipe, self._most = pipe, loaded_at_most
        self.active: str | None = None
        if adapters and not hasattr(pipe, "load_lora_weights"):
            raise ValueError(f"diffusers.adapters: {type(pipe).__name__} loads none")
        experts = getattr(pipe, "transformer_2", None) is not None
        self._files = {
            name: _found(f"diffusers.adapters.{name}.path", f"sian_{index}", adapter, experts)
            for index, (name, adapter) in enumerate(adapters.items())
        }
        self._loaded: OrderedDict[str, _Files] = OrderedDict()

    def use(self, name: str | None) -> None:
        """Activate exactly this adapter, with its weight; None: no adapter.

        Raises:
            AdapterAway: if there is none of that name.
            RenderError: if it was made for another model.
        """
        if name is None:
            for denoiser in denoisers_of(self._pipe):
                _activate(denoiser, None, 0)
            self.active = None
            return
        if name not in self._files:
            raise AdapterAway(
                f"no adapter {name!r}; diffusers.adapters has {', '.join(self._files) or 'none'}"
            )
        files = self._files[name]
        if name not in self._loaded:
            self._load(name, files)
        self._loaded.move_to_end(name)
        for denoiser in denoisers_of(self._pipe):
            _activate(denoiser, files.slot, files.weight)
        self.active = name

    def _load(self, name: str, files: _Files) -> None:
        while len(self._loaded) >= self._most:
            _, oldest = self._loaded.popitem(last=False)
            self._forget(oldest)
        denoisers = list(denoisers_of(self._pipe))
        try:
            for denoiser, file in zip(denoisers, (files.first, files.second), strict=False):
                if file is None:
                    continue
                more = {"load_into_transformer_2": True} if denoiser is not denoisers[0] else {}
                self._pipe.load_lora_weights(
                    str(file.parent),
                    weight_name=file.name,
                    adapter_name=files.slot,
                    local_files_only=True,
                    use_safetensors=True,
                    **more,
                )
                # PEFT only logs weights that fit nowhere.
                if files.slot not in getattr(denoiser, "peft_config", {}):
                    raise ValueError(f"none of its tensors belong to {type(denoiser).__name__}")
                _keep_precise(self._pipe, denoiser, files.slot, file)
        # PEFT does not document its errors for a file of another model.
        except Exception as error:
            self._forget(files)
            reason = str(error).strip().split("\n")[0] or type(error).__name__
            raise RenderError(f"adapter {name} does not fit this checkpoint: {reason}") from error
        self._loaded[name] = files

    def _forget(self, files: _Files) -> None:
        for denoiser in denoisers_of(self._pipe):
            if files.slot in getattr(denoiser, "peft_config", {}):
                denoiser.delete_adapters(files.slot)


def _keep_precise(pipe: Any, denoiser: Any, slot: str, file: Path) -> None:
    """Restore an adapter's weights where PEFT cast them to the fp8 of the adapted layers.

    They are small, and half of them would be rounded to zero.
    """
    rounded = {
        name.replace(f".{slot}.", "."): weight
        for name, weight in denoiser.named_parameters()
        if f".{slot}." in name and weight.dtype == torch.float8_e4m3fn
    }
    if not rounded:
        return
    tensors = pipe.lora_state_dict(
        str(file.parent), weight_name=file.name, local_files_only=True, use_safetensors=True
    )
    for name, weight in rounded.items():
        if (whole := tensors.get(f"transformer.{name}")) is None:
            raise ValueError(f"its format has no {name}; with diffusers.layerwise_fp8 it needs one")
        weight.data = whole.to(weight.device, denoiser.dtype)


def _activate(denoiser: Any, slot: str | None, weight: float) -> None:
    loaded = getattr(denoiser, "peft_config", None)
    if not loaded:
        return
    if slot is None or slot not in loaded:
        denoiser.disable_lora()
    else:
        denoiser.set_adapters(slot, weight)
        denoiser.enable_lora()


def _found(setting: str, slot: str, adapter: Adapter, experts: bool) -> _Files:
    path = Path(adapter.path).expanduser()
    wanted = "wanted a .safetensors file or a folder with one"
    if path.is_dir():
        files = sorted(path.glob("*.safetensors"))
    elif path.is_file() and path.suffix == ".safetensors":
        files = [path]
    else:
        there = "not a .safetensors file" if path.exists() else "not there"
        raise ValueError(f"{setting}: {adapter.path or 'nothing'} is {there}; {wanted}")
    second = [file for file in files if experts and LOW_NOISE in file.name.lower()]
    first = [file for file in files if file not in second]
    if not files:
        raise ValueError(f"{setting}: {adapter.path} has no .safetensors in it; {wanted}")
    if len(first) > 1 or len(second) > 1:
        more = f" for each of two experts, the second's named *{LOW_NOISE}*" if experts else ""
        names = ", ".join(file.name for file in files)
        raise ValueError(f"{setting}: {adapter.path} has {names}; wanted one file{more}")
    return _Files(slot, _only(first), _only(second), adapter.weight)


def _only(files: list[Path]) -> Path | None:
    return files[0] if files else None
