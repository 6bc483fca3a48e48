"""A checkpoint's folder -> a diffusers pipeline on its device. Local files, safetensors only."""

import inspect
import json
from importlib import import_module
from pathlib import Path
from typing import Any

import torch
from transformers.utils import logging as transformers_logging

from deployments.engines.diffusion.families import Family
from serve.settings import DiffusersSettings

LARGE = 600
"""Native lines from which a Wan model gets the flow shift of 720 lines."""
CONVERTED = 3.0
"""Flow shift that diffusers' conversion script writes into every Wan checkpoint but FLF2V."""

diffusers: Any = import_module("diffusers")
diffusers.utils.logging.disable_progress_bar()
transformers_logging.disable_progress_bar()


def device_of(settings: DiffusersSettings) -> str:
    """Return `cuda` or `cpu`.

    Raises:
        ValueError: if the settings ask for a GPU and there is none.
    """
    here = torch.cuda.is_available()
    if settings.device == "cuda" and not here:
        raise ValueError("diffusers.device: cuda is wanted and this replica has no GPU")
    return "cuda" if here and settings.device != "cpu" else "cpu"


def dtypes_of(family: Family, settings: DiffusersSettings, device: str) -> dict[str, torch.dtype]:
    """Return the dtype of each component; `default` is for those not named.

    A part that must stay in float32 (Wan's VAE) does so whatever the setting says. On a CPU half
    precision is several times slower than float32, so `auto` is float32 there.
    """
    whole = settings.dtype
    if whole == "auto":
        if device == "cpu":
            return {"default": torch.float32}
        named: dict[str, str] = {"default": family.dtype, **family.dtypes}
    else:
        kept = {part: dtype for part, dtype in family.dtypes.items() if dtype == "float32"}
        named = {"default": whole, **kept}
    return {part: getattr(torch, dtype) for part, dtype in named.items()}


def load(folder: Path, family: Family, settings: DiffusersSettings, device: str) -> Any:
    """Load the pipeline of a checkpoint into CPU memory.

    Raises:
        ValueError: if its files are missing, broken or of another shape than its configs say.
    """
    dtypes = dtypes_of(family, settings, device)
    files = {"local_files_only": True, "use_safetensors": True}
    try:
        pipe = diffusers.DiffusionPipeline.from_pretrained(
            str(folder), dtype=dtypes, **files, **_models(folder, dtypes, files)
        )
    # The error of a broken file depends on the library that reads it.
    except Exception as error:
        reason = str(error).strip().split("\n")[0]
        raise ValueError(
            f"diffusers.checkpoint: {folder} says it is {family.label} but cannot be loaded:"
            f" {reason or type(error).__name__}"
        ) from error
    pipe.set_progress_bar_config(disable=True)
    return pipe


def _models(
    folder: Path, dtypes: dict[str, torch.dtype], files: dict[str, bool]
) -> dict[str, torch.nn.Module]:
    """Load the parts that have weights, and check that they are complete.

    One by one, because the pipeline fills tensors that a file lacks with noise and only logs it.
    Language-model heads are not required: an encoder does not use its own.
    """
    index = json.loads((folder / "model_index.json").read_text(encoding="utf-8"))
    models: dict[str, torch.nn.Module] = {}
    for part, entry in index.items():
        if not isinstance(entry, list) or entry[0] is None:
            continue
        library, name = entry
        if library not in ("diffusers", "transformers"):
            raise ValueError(f"its {part} is code of its own ({library}.{name}), never run here")
        kind: Any = getattr(import_module(library), name)
        if torch.nn.Module not in kind.__mro__:
            continue
        dtype = dtypes.get(part, dtypes["default"])
        models[part], found = kind.from_pretrained(
            str(folder / part), dtype=dtype, output_loading_info=True, **files
        )
        if lost := sorted(key for key in found["missing_keys"] if "lm_head" not in key):
            raise ValueError(f"its {part} lacks {len(lost)} tensors, such as {lost[0]}")
    return models


def shift_flow(pipe: Any, family: Family, short_side: int, wanted: float | None = None) -> None:
    """Set a flow-matching scheduler's shift to its family's for the size at which it denoises.

    A checkpoint whose shift is neither one of the family's nor the converter's keeps it: distilled
    checkpoints have their own. `wanted` overrides both.

    Raises:
        ValueError: if a shift is wanted and the scheduler has none to set.
    """
    config, name = pipe.scheduler.config, _shift_name(pipe)
    if wanted is None:
        if family.flow_shifts is None or not name:
            return
        if config[name] not in (CONVERTED, *family.flow_shifts):
            return
        wanted = family.flow_shifts[short_side >= LARGE]
    if not name:
        raise ValueError(f"flow_shift: {type(pipe.scheduler).__name__} of this checkpoint has none")
    if config[name] != wanted:
        pipe.scheduler = type(pipe.scheduler).from_config(config, **{name: wanted})


def flow_shift_of(pipe: Any) -> float | None:
    """Return the scheduler's shift; None: it has none, or computes one for each clip."""
    name = _shift_name(pipe)
    return pipe.scheduler.config[name] if name else None


def _shift_name(pipe: Any) -> str:
    config = pipe.scheduler.config
    # LTX-Video shifts by the number of tokens instead.
    if config.get("use_dynamic_shifting"):
        return ""
    return next((name for name in ("flow_shift", "shift") if config.get(name) is not None), "")


def sharing(pipe: Any, kind: str) -> Any:
    """Return a pipeline of another class with the same components: it takes no further memory.

    Unlike building it from `components` alone, this keeps the config (`expand_timesteps`), without
    which a Wan 2.2 TI2V gets latents of the wrong shape.
    """
    wanted = getattr(diffusers, kind)
    if type(pipe) is wanted:
        return pipe
    names = [name for name in inspect.signature(wanted.__init__).parameters if name != "self"]
    parts = {name: pipe.components[name] for name in names if name in pipe.components}
    config = {
        name: pipe.config[name] for name in names if name in pipe.config and name not in parts
    }
    shared = wanted(**parts, **config)
    shared.set_progress_bar_config(disable=True)
    return shared
