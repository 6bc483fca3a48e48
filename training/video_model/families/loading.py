"""A checkpoint's folder -> its family for training, with or without encoders, and its transformer.

Only local, complete safetensors are loaded, as `deployments/engines/diffusion` does for serving.
"""

import inspect
from importlib import import_module
from pathlib import Path
from typing import Any

from diffusers.configuration_utils import FrozenDict

from deployments.engines.checkpoint import checked
from deployments.engines.diffusion.families import Family, UnknownFamily, family_of
from deployments.engines.diffusion.loading import dtypes_of, shift_flow
from deployments.engines.diffusion.sizes import check_short_side
from serve.settings import DiffusersSettings
from training.video_model.families.assembling import assemble, index_of, load_part
from training.video_model.families.cogvideox import CogVideoX
from training.video_model.families.family import TrainedFamily
from training.video_model.families.ltx import Ltx
from training.video_model.families.wan import Wan
from training.video_model.objectives import Weighting
from training.video_model.settings import VideoTraining

DENOISERS = ("transformer", "transformer_2")
_ENCODERS = ("vae", "text_encoder", "tokenizer", "image_encoder", "image_processor")


def base_of(base: str, settings: VideoTraining) -> tuple[Path, Family]:
    """Return the base's folder and family, if it can be trained with these settings. Reads only
    configs.

    Raises:
        ValueError: naming the setting and the wanted value.
    """
    folder = checked(base, "model_index.json", "base")
    try:
        row = family_of(folder)
        check_short_side(row, settings.data.short_side)
    except UnknownFamily as error:
        raise ValueError(f"base: {error}") from error
    except ValueError as error:
        raise ValueError(f"data.short_side: {error}") from error
    if not row.name.startswith(("wan", "ltx", "cogvideox")):
        raise ValueError(f"base: {row.label} cannot be trained; Wan, LTX-Video and CogVideoX can")
    condition = settings.data.condition
    if condition == "text" and row.text_pipeline is None:
        raise ValueError(
            f"data.condition: {row.label} is shown a picture; first_frame or reference"
        )
    if condition != "text" and row.picture_pipeline is None:
        raise ValueError(
            f"data.condition: {row.label} takes no picture, so {condition} cannot be; text"
        )
    if settings.expert == "low_noise" and not _has_experts(folder):
        raise ValueError(f"expert: {row.label} has one transformer, wanted high_noise")
    return folder, row


def load_family(base: str, settings: VideoTraining, device: str, *, encodes: bool) -> TrainedFamily:
    """Load a base for training. `encodes`: with text encoder and VAE. Raises ValueError."""
    folder, row = base_of(base, settings)
    index = index_of(folder)
    pipe = assemble(
        folder,
        dtypes_of(row, DiffusersSettings(), device),
        without=DENOISERS if encodes else (*DENOISERS, *_ENCODERS),
    )
    if encodes:
        pipe.to(device)
    else:
        # Derived from the configuration, because the VAE is not loaded.
        _tell_compression(pipe, row, folder)
    shift_flow(pipe, row, settings.data.short_side or row.short_side, settings.flow_shift)
    config = _config(folder, transformer_name(settings))
    weighting: Weighting = "logit_normal" if settings.timesteps == "family" else settings.timesteps
    in_place = settings.data.condition != "text" and row.text_pipeline is not None
    match row.name.partition("-")[0]:
        case "ltx":
            vae = _vae_facts(row, folder)
            told_where = index["_class_name"] == "LTXConditionPipeline"
            return Ltx(row, pipe, config, weighting, in_place, told_where, vae)
        case name if name.startswith("wan"):
            return Wan(row, pipe, config, weighting, in_place, _expert(index, settings))
        case _:
            return CogVideoX(row, pipe, config)


def load_transformer(base: str, settings: VideoTraining, device: str, dtype: Any) -> Any:
    """Load the transformer that is trained.

    Raises:
        ValueError: if its files are missing or broken.
    """
    folder, _ = base_of(base, settings)
    return load_part(folder, transformer_name(settings), dtype).to(device)


def transformer_name(settings: VideoTraining) -> str:
    return DENOISERS[settings.expert == "low_noise"]


def _has_experts(folder: Path) -> bool:
    return index_of(folder).get("boundary_ratio") is not None


def _expert(index: dict[str, Any], settings: VideoTraining) -> tuple[float, float]:
    """Return the range of times of the trained expert; a Wan 2.2 A14B changes experts at
    `boundary_ratio`."""
    boundary = index.get("boundary_ratio")
    if boundary is None:
        return 0.0, 1.0
    return (0.0, float(boundary)) if settings.expert == "low_noise" else (float(boundary), 1.0)


def _tell_compression(pipe: Any, row: Family, folder: Path) -> None:
    if row.name == "ltx":
        return
    vae = _config(folder, "vae")
    if row.name.startswith("wan"):
        pipe.vae_scale_factor_temporal = vae.get("scale_factor_temporal") or 4
        pipe.vae_scale_factor_spatial = vae.get("scale_factor_spatial") or 8
    else:
        pipe.vae_scale_factor_temporal = vae.get("temporal_compression_ratio") or 4
        pipe.vae_scale_factor_spatial = 2 ** (len(vae["block_out_channels"]) - 1)


def _vae_facts(row: Family, folder: Path) -> tuple[int, int]:
    patch = _config(folder, "transformer").get("patch_size") or 1
    return row.counts.step, row.multiple // patch


def _config(folder: Path, part: str) -> Any:
    """Return a part's config, with its class's defaults for what the file leaves out."""
    index = index_of(folder)
    kind: Any = getattr(import_module(index[part][0]), index[part][1])
    parameters = inspect.signature(kind.__init__).parameters.values()
    defaults = {p.name: p.default for p in parameters if p.default is not p.empty}
    return FrozenDict(defaults | kind.load_config(str(folder / part), local_files_only=True))
