"""Differences between families of video models, one row each, read from a checkpoint's configs.

Every rule comes from the pipeline (diffusers 0.42) or its model's card, named beside its row.
Nothing is loaded here: `model_index.json` and the parts' `config.json` identify a checkpoint.
"""

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

Dtype = Literal["bfloat16", "float16", "float32"]

_WAN_NEGATIVE = (
    "bright tones, overexposed, static, blurred details, subtitles, text, letters, watermark, logo,"
    " worst quality, low quality, JPEG artefacts, ugly, incomplete, extra fingers, poorly drawn"
    " hands, poorly drawn faces, deformed, disfigured, misshapen limbs, fused fingers, still"
    " picture, messy background, three legs, walking backwards"
)
_LTX_NEGATIVE = (
    "worst quality, inconsistent motion, blurry, jittery, distorted, text, subtitles, watermark"
)


@dataclass(frozen=True)
class FrameCounts:
    """Lengths that one piece may have: `step * k + rest` frames, up to `most`."""

    step: int
    rest: int
    most: int

    def at_least(self, num_frames: int) -> int:
        """Return the shortest legal length of at least `num_frames`, or else the longest one."""
        steps = max(-(-(num_frames - self.rest) // self.step), 1)
        return min(self.rest + self.step * steps, self.longest)

    @property
    def longest(self) -> int:
        return self.rest + (self.most - self.rest) // self.step * self.step


@dataclass(frozen=True)
class Family:
    """A row of the table. Sizes in pixels, lengths in frames at `fps`."""

    name: str
    label: str
    counts: FrameCounts
    multiple: int
    """Factor of width and height: VAE compression times patch size."""
    short_side: int
    """Shorter side in pixels at which the model was trained."""
    fps: int
    steps: int
    guidance: float
    prompt_tokens: int
    """Most tokens of a prompt (the text encoder's `max_sequence_length`); the rest is cut off."""
    negative_prompt: str | None = None
    """Default negative prompt; None: the pipeline guides without one."""
    dtype: Dtype = "bfloat16"
    dtypes: dict[str, Dtype] = field(default_factory=dict)
    """Component -> its dtype, where it differs from `dtype`."""
    frames_lost: int = 0
    """Number of frames by which the pipeline's output is shorter than requested."""
    fixed_size: tuple[int, int] | None = None
    """Width and height, if the model makes only one size."""
    flow_shifts: tuple[float, float] | None = None
    """Scheduler's shift for about 480 and about 720 lines; None: the checkpoint's own."""
    arguments: dict[str, Any] = field(default_factory=dict)
    """Further arguments of the pipeline's call."""
    text_pipeline: str | None = None
    """Class that makes a video from a prompt alone; None: the model needs a picture."""
    picture_pipeline: str | None = None
    """Class that starts from a picture, with the same components; None: the model cannot."""

    @property
    def continues(self) -> Literal["picture", "held"]:
        """Way to continue a later piece from the last frame of the piece before."""
        return "picture" if self.picture_pipeline else "held"


class UnknownFamily(ValueError):
    """The folder is not a checkpoint of a family in the table; the message names the families."""


KNOWN = "Wan 2.1 and 2.2 (T2V, I2V, TI2V), LTX-Video, CogVideoX (T2V, I2V), HunyuanVideo (T2V, I2V)"


def family_of(folder: Path) -> Family:
    """Return the row of the checkpoint in a folder.

    Raises:
        UnknownFamily: if it has no readable `model_index.json`, or one of another pipeline.
    """
    index = _config(folder / "model_index.json")
    match index.get("_class_name"):
        case "WanPipeline" | "WanImageToVideoPipeline" as kind:
            return _wan(folder, index, pictures=kind == "WanImageToVideoPipeline")
        case "LTXPipeline" | "LTXImageToVideoPipeline":
            return _ltx(folder)
        case "LTXConditionPipeline":
            return replace(
                _ltx(folder),
                text_pipeline="LTXConditionPipeline",
                picture_pipeline="LTXConditionPipeline",
            )
        case "CogVideoXPipeline" | "CogVideoXImageToVideoPipeline" as kind:
            return _cogvideox(folder, pictures=kind == "CogVideoXImageToVideoPipeline")
        case "HunyuanVideoPipeline" | "HunyuanVideoImageToVideoPipeline" as kind:
            return _hunyuan(folder, pictures=kind == "HunyuanVideoImageToVideoPipeline")
        case kind:
            raise UnknownFamily(f"{folder} holds a {kind}, wanted one of {KNOWN}")


def _wan(folder: Path, index: dict[str, Any], *, pictures: bool) -> Family:
    """Return a Wan model's row.

    `WanPipeline.__call__`: 4k+1 frames; sizes are multiples of VAE times patch, and of 16. 81
    frames at 16 per second (TI2V: 121 at 24), 50 steps, guidance 5 (A14B: 4 and 3, 40 steps; TI2V:
    5), text up to 512 tokens, and flow shift 3 for 480 lines, 5 for 720 are the defaults and
    examples in `pipeline_wan*.py` and the model cards, which also keep the VAE in float32. Wan 2.2
    has one shift for every size: 12 for T2V A14B, 5 for I2V A14B and TI2V 5B (`sample_shift` in
    wan/configs of Wan-Video/Wan2.2).
    """
    vae, transformer = _part(folder, "vae"), _part(folder, "transformer")
    experts = index.get("boundary_ratio") is not None
    in_place = bool(index.get("expand_timesteps"))
    spatial = int(vae.get("scale_factor_spatial") or 8)
    multiple = max(spatial * int(_last(transformer.get("patch_size", 2))), 16)
    temporal = int(vae.get("scale_factor_temporal") or 4)
    size, words = (
        _SIZES["Wan"].get(transformer.get("num_attention_heads", 0), ""),
        "I2V" if pictures else "T2V",
    )
    both = "WanImageToVideoPipeline" if pictures or in_place else None
    row = Family(
        name="wan2.1-i2v" if pictures else "wan2.1-t2v",
        label=f"Wan 2.1 {words} {size}".strip(),
        counts=FrameCounts(temporal, 1, 81),
        multiple=multiple,
        short_side=480,
        fps=16,
        steps=50,
        guidance=5.0,
        prompt_tokens=512,
        negative_prompt=_WAN_NEGATIVE,
        dtypes={"vae": "float32", "image_encoder": "float32"},
        flow_shifts=(3.0, 5.0),
        text_pipeline=None if pictures else "WanPipeline",
        picture_pipeline=both,
    )
    if experts:
        guides = (3.5, 3.5) if pictures else (4.0, 3.0)
        return replace(
            row,
            name="wan2.2-i2v" if pictures else "wan2.2-t2v",
            label=f"Wan 2.2 {words} A14B",
            short_side=720,
            steps=40,
            guidance=guides[0],
            flow_shifts=(5.0, 5.0) if pictures else (12.0, 12.0),
            arguments={"guidance_scale_2": guides[1]},
        )
    if in_place:
        return replace(
            row,
            name="wan2.2-ti2v",
            label=f"Wan 2.2 TI2V {size}".strip(),
            counts=FrameCounts(temporal, 1, 121),
            short_side=704,
            fps=24,
            flow_shifts=(5.0, 5.0),
        )
    return row


def _ltx(folder: Path) -> Family:
    """Return an LTX-Video model's row.

    `LTXPipeline.check_inputs`: multiples of 32; `prepare_latents`: 8k+1 frames. 512 lines, 161
    frames at 25 per second, 50 steps and guidance 3 are the pipeline's defaults; up to 257 frames
    and 256 tokens come from the card. A VAE with a time input (0.9.1 and later) decodes at 0.05
    with noise 0.025, as in the example in `pipeline_ltx_condition.py`.
    """
    vae, transformer = _part(folder, "vae"), _part(folder, "transformer")
    told = bool(vae.get("timestep_conditioning"))
    # AutoencoderKLLTXVideo: both ratios follow from its blocks unless they are given.
    scaling = sum(vae.get("spatio_temporal_scaling", (True, True, True, False)))
    temporal = vae.get("temporal_compression_ratio") or vae.get("patch_size_t", 1) * 2**scaling
    spatial = vae.get("spatial_compression_ratio") or vae.get("patch_size", 4) * 2**scaling
    return Family(
        name="ltx",
        label=_label("LTX-Video", "", transformer),
        counts=FrameCounts(int(temporal), 1, 257),
        multiple=max(int(spatial) * int(transformer.get("patch_size", 1)), 32),
        short_side=512,
        fps=25,
        steps=50,
        guidance=3.0,
        prompt_tokens=256,
        negative_prompt=_LTX_NEGATIVE,
        arguments={"frame_rate": 25}
        | ({"decode_timestep": 0.05, "decode_noise_scale": 0.025} if told else {}),
        text_pipeline="LTXPipeline",
        picture_pipeline="LTXImageToVideoPipeline",
    )


def _cogvideox(folder: Path, *, pictures: bool) -> Family:
    """Return a CogVideoX model's row, by `CogVideoXPipeline.check_inputs` and the models' cards.

    1.0 makes 720x480 and 8k+1 frames, up to 49 at 8 per second. 1.5 (a transformer with
    `patch_size_t`) makes 768 lines and 16k+1 frames, up to 81 at 16 per second. 50 steps, guidance
    6, 226 tokens. 2B (no rotary positions) was trained in float16, 5B in bfloat16.
    """
    transformer, vae = _part(folder, "transformer"), _part(folder, "vae")
    spatial = 2 ** (len(vae.get("block_out_channels", (0,) * 4)) - 1)
    width = int(transformer.get("sample_width", 90)) * spatial
    height = int(transformer.get("sample_height", 60)) * spatial
    newer = transformer.get("patch_size_t") is not None
    row = Family(
        name="cogvideox-i2v" if pictures else "cogvideox",
        label=_label("CogVideoX", "I2V" if pictures else "", transformer),
        counts=FrameCounts(8, 1, 49),
        multiple=max(spatial * int(transformer.get("patch_size", 2)), 16),
        short_side=min(width, height, 768),
        fps=8,
        steps=50,
        guidance=6.0,
        prompt_tokens=int(transformer.get("max_text_seq_length", 226)),
        negative_prompt="",
        dtype="bfloat16" if transformer.get("use_rotary_positional_embeddings") else "float16",
        fixed_size=(width, height),
        text_pipeline=None if pictures else "CogVideoXPipeline",
        picture_pipeline="CogVideoXImageToVideoPipeline" if pictures else None,
    )
    if newer:
        return replace(
            row,
            name=row.name.replace("cogvideox", "cogvideox1.5"),
            label=row.label.replace("CogVideoX", "CogVideoX 1.5"),
            counts=FrameCounts(16, 1, 81),
            fps=16,
            fixed_size=None,
        )
    return row


def _hunyuan(folder: Path, *, pictures: bool) -> Family:
    """Return a HunyuanVideo model's row.

    `HunyuanVideoPipeline`: multiples of 16, 4k+1 frames up to 129 at 24 per second, 50 steps.
    Guidance 6 is an input of the transformer, not made from two passes, so a negative prompt has no
    effect. The transformer uses bfloat16, the rest float16, as in the example of
    `pipeline_hunyuan_video.py`. T2V and I2V are different transformers. An I2V model that gets the
    picture beside the latents (33 channels) has guidance 1, and its pipeline drops the first 4
    frames.
    """
    transformer, vae = _part(folder, "transformer"), _part(folder, "vae")
    beside = pictures and transformer.get("image_condition_type") == "latent_concat"
    temporal = int(vae.get("temporal_compression_ratio", 4))
    spatial = int(vae.get("spatial_compression_ratio", 8))
    return Family(
        name="hunyuan-i2v" if pictures else "hunyuan",
        label=_label("HunyuanVideo", "I2V" if pictures else "", transformer),
        counts=FrameCounts(temporal, 1, 129 - 4 * beside),
        frames_lost=4 * beside,
        multiple=max(spatial * int(transformer.get("patch_size", 2)), 16),
        short_side=720,
        fps=24,
        steps=50,
        guidance=1.0 if beside else 6.0,
        prompt_tokens=256,
        dtype="float16",
        dtypes={"transformer": "bfloat16"},
        text_pipeline=None if pictures else "HunyuanVideoPipeline",
        picture_pipeline="HunyuanVideoImageToVideoPipeline" if pictures else None,
    )


_SIZES = {
    "Wan": {12: "1.3B", 24: "5B", 40: "14B"},
    "LTX-Video": {32: "2B", 128: "13B"},
    "CogVideoX": {30: "2B", 48: "5B"},
    "HunyuanVideo": {24: "13B"},
}
"""Family -> width of its transformer (in attention heads; LTX: see `_label`) -> model size."""


def _label(made_by: str, words: str, transformer: dict[str, Any]) -> str:
    width = transformer.get("num_attention_heads")
    if made_by == "LTX-Video" and transformer.get("attention_head_dim") == 128:
        width = 128
    return " ".join(filter(None, (made_by, words, _SIZES[made_by].get(width or 0))))


def _part(folder: Path, name: str) -> dict[str, Any]:
    return _config(folder / name / "config.json")


def _config(path: Path) -> dict[str, Any]:
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UnknownFamily(f"{path} cannot be read ({error}); wanted one of {KNOWN}") from error
    if not isinstance(config, dict):
        raise UnknownFamily(f"{path} is no JSON object; wanted one of {KNOWN}")
    return config


def _last(value: Any) -> Any:
    return value[-1] if isinstance(value, list | tuple) else value
