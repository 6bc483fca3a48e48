"""Trained tensors -> a folder for serving: an adapter, or a whole checkpoint; manifest last."""

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors.torch import save_file
from torch import Tensor

from deployments.engines.diffusion.adapters import LOW_NOISE
from deployments.engines.diffusion.loading import diffusers
from serve.revision import revision_of
from training.video_model.checkpoints import RunId
from training.video_model.families.loading import base_of, transformer_name
from training.video_model.settings import VideoTraining
from training.video_model.trained_weights import TrainedWeights
from training.whole_folder import MANIFEST, whole_folder


def publish(
    base: str,
    out: Path,
    settings: VideoTraining,
    run: RunId,
    weights: TrainedWeights,
    tensors: Mapping[str, Tensor],
) -> Path:
    """Write `out/adapter-<steps>` for `diffusers.adapters`, or `out/checkpoint-<steps>` for
    `diffusers.checkpoint`, which is the base with the trained part; return the folder.

    Raises:
        OSError: if it cannot be written; then no folder is left.
    """
    source, row = base_of(base, settings)
    lora = settings.method == "lora"
    folder = out / f"{'adapter' if lora else 'checkpoint'}-{settings.steps:08d}"
    about: dict[str, Any] = {
        "kind": "lora" if lora else "full",
        "family": row.name,
        "base": revision_of(source),
        "run": run.model_dump(),
        "settings": settings.model_dump(mode="json"),
    }
    if _stands(folder, about):
        return folder
    with whole_folder(folder, about) as making:
        if lora:
            _save_adapter(making, source, settings, weights, tensors)
        else:
            _save_whole(making, source, transformer_name(settings), weights, tensors)
    return folder


def _stands(folder: Path, about: Mapping[str, Any]) -> bool:
    """Return whether the folder is the result of this very run. Bytes are not compared, because
    safetensors orders its metadata at random."""
    try:
        there = json.loads((folder / MANIFEST).read_text("utf-8"))
    except FileNotFoundError:
        return False
    return {name: there.get(name) for name in about} == about


def _save_adapter(
    folder: Path,
    base: Path,
    settings: VideoTraining,
    weights: TrainedWeights,
    tensors: Mapping[str, Tensor],
) -> None:
    """Save in the format of `save_lora_weights`, with rank and alpha beside the tensors."""
    kind = getattr(diffusers, diffusers.DiffusionPipeline.load_config(str(base))["_class_name"])
    ending = f"_{LOW_NOISE}" if settings.expert == "low_noise" else ""
    kind.save_lora_weights(
        folder,
        # Names as in PEFT, without the adapter's name.
        {name.replace(".default.", "."): tensor for name, tensor in tensors.items()},
        weight_name=f"pytorch_lora_weights{ending}.safetensors",
        transformer_lora_adapter_metadata=dict(weights.adapter_config),
    )


def _save_whole(
    folder: Path, base: Path, part: str, weights: TrainedWeights, tensors: Mapping[str, Tensor]
) -> None:
    shutil.copytree(
        base,
        folder,
        copy_function=_linked,
        ignore=lambda place, _names: [part] if Path(place) == base else [],
        dirs_exist_ok=True,
    )
    (folder / part).mkdir()
    weights.model.save_config(folder / part)
    save_file(
        dict(tensors), folder / part / "diffusion_pytorch_model.safetensors", {"format": "pt"}
    )


def _linked(source: str, target: str) -> None:
    """Hard-link a file of the base if possible, to save space; otherwise copy it."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
