"""A checkpoint is known by its configs: which family, and what that family can make."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from deployments.engines.diffusion.families import (
    Family,
    FrameCounts,
    UnknownFamily,
    family_of,
)
from deployments.engines.diffusion.sizes import check_short_side, fill, native_size
from tests.tiny_checkpoints import checkered

WAN_VAE: dict[str, Any] = {"scale_factor_spatial": 8, "scale_factor_temporal": 4}
WAN_2_2_VAE: dict[str, Any] = {"scale_factor_spatial": 16, "scale_factor_temporal": 4}
WAN_14B: dict[str, Any] = {"num_attention_heads": 40, "patch_size": [1, 2, 2]}
COGVIDEOX_VAE: dict[str, Any] = {"block_out_channels": [128, 256, 256, 512]}


def published(folder: Path, kind: str, **parts: dict[str, Any]) -> Family:
    """The family of a folder with the configs of a published checkpoint and no weights."""
    index = {"_class_name": kind} | parts.pop("index", {})
    (folder / "model_index.json").write_text(json.dumps(index))
    for name, config in parts.items():
        (folder / name).mkdir()
        (folder / name / "config.json").write_text(json.dumps(config))
    return family_of(folder)


def test_wan_2_1_makes_4k_plus_1_frames_at_16_a_second_and_goes_on_by_holding(tmp_path: Path):
    transformer = {"num_attention_heads": 12, "patch_size": [1, 2, 2]}
    wan = published(tmp_path, "WanPipeline", vae={}, transformer=transformer)
    assert (wan.label, wan.fps, wan.counts) == ("Wan 2.1 T2V 1.3B", 16, FrameCounts(4, 1, 81))
    assert (wan.multiple, wan.short_side, wan.prompt_tokens) == (16, 480, 512)
    assert wan.continues == "held"
    assert native_size(wan, 1280, 720) == (848, 480)
    assert native_size(wan, 720, 1280) == (480, 848)
    across, down = native_size(wan, 2160, 720)  # wider than it was trained for: no more pixels
    assert across * down <= 848 * 480


def test_wan_2_1_i2v_starts_from_a_picture_and_continues_from_one(tmp_path: Path):
    wan = published(tmp_path, "WanImageToVideoPipeline", vae=WAN_VAE, transformer=WAN_14B)
    assert wan.label == "Wan 2.1 I2V 14B"
    assert wan.text_pipeline is None
    assert wan.continues == "picture"
    assert wan.dtypes == {"vae": "float32", "image_encoder": "float32"}


def test_wan_2_2_a14b_guides_its_two_experts_apart(tmp_path: Path):
    wan = published(
        tmp_path,
        "WanPipeline",
        index={"boundary_ratio": 0.875},
        vae=WAN_VAE,
        transformer=WAN_14B,
        transformer_2=WAN_14B,
    )
    assert wan.label == "Wan 2.2 T2V A14B"
    assert (wan.guidance, wan.arguments, wan.steps) == (4.0, {"guidance_scale_2": 3.0}, 40)
    assert wan.continues == "held"


def test_wan_2_2_ti2v_makes_both_at_24_a_second_in_multiples_of_32(tmp_path: Path):
    transformer = {"num_attention_heads": 24, "patch_size": [1, 2, 2]}
    wan = published(
        tmp_path,
        "WanPipeline",
        index={"expand_timesteps": True},
        vae=WAN_2_2_VAE,
        transformer=transformer,
    )
    assert (wan.label, wan.fps, wan.counts.longest) == ("Wan 2.2 TI2V 5B", 24, 121)
    assert (wan.text_pipeline, wan.picture_pipeline) == ("WanPipeline", "WanImageToVideoPipeline")
    assert native_size(wan, 1280, 720) == (1248, 704)


def test_ltx_makes_8k_plus_1_frames_in_multiples_of_32(tmp_path: Path):
    ltx = published(tmp_path, "LTXPipeline", vae={}, transformer={})
    assert (ltx.counts, ltx.multiple, ltx.fps) == (FrameCounts(8, 1, 257), 32, 25)
    assert ltx.picture_pipeline == "LTXImageToVideoPipeline"
    assert native_size(ltx, 1280, 720) == (896, 512)


def test_a_newer_ltx_is_told_the_time_it_decodes_at(tmp_path: Path):
    vae = {"timestep_conditioning": True}
    ltx = published(tmp_path, "LTXConditionPipeline", vae=vae, transformer={})
    assert ltx.arguments["decode_timestep"] == 0.05
    assert ltx.text_pipeline == ltx.picture_pipeline == "LTXConditionPipeline"


def test_cogvideox_makes_one_size_and_its_next_version_any(tmp_path: Path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    first = published(tmp_path / "one", "CogVideoXPipeline", vae=COGVIDEOX_VAE, transformer={})
    assert (first.fixed_size, first.fps, first.counts.longest) == ((720, 480), 8, 49)
    assert native_size(first, 720, 1280) == (720, 480)
    newer = {"patch_size_t": 2, "sample_height": 96, "sample_width": 170}
    second = published(tmp_path / "two", "CogVideoXPipeline", vae=COGVIDEOX_VAE, transformer=newer)
    assert (second.fixed_size, second.fps, second.counts.longest) == (None, 16, 81)
    assert native_size(second, 1280, 720) == (1360, 768)


def test_hunyuan_video_is_told_its_guidance_and_has_no_negative_prompt(tmp_path: Path):
    hunyuan = published(tmp_path, "HunyuanVideoPipeline", vae={}, transformer={"patch_size": 2})
    assert (hunyuan.counts, hunyuan.fps, hunyuan.multiple) == (FrameCounts(4, 1, 129), 24, 16)
    assert hunyuan.negative_prompt is None
    assert hunyuan.dtypes == {"transformer": "bfloat16"}


@pytest.mark.parametrize(
    ("how", "guidance", "longest", "lost"),
    [("token_replace", 6.0, 129, 0), ("latent_concat", 1.0, 125, 4)],
)
def test_a_hunyuan_video_of_33_channels_loses_four_frames(
    tmp_path: Path, how: str, guidance: float, longest: int, lost: int
):
    transformer = {"patch_size": 2, "image_condition_type": how}
    kind = "HunyuanVideoImageToVideoPipeline"
    hunyuan = published(tmp_path, kind, vae={}, transformer=transformer)
    assert hunyuan.text_pipeline is None
    assert (hunyuan.guidance, hunyuan.counts.longest, hunyuan.frames_lost) == (
        guidance,
        longest,
        lost,
    )


def test_another_pipeline_is_refused_with_what_there_is(tmp_path: Path):
    with pytest.raises(UnknownFamily, match=r"holds a FluxPipeline, wanted one of Wan 2\.1"):
        published(tmp_path, "FluxPipeline")


def test_a_broken_config_is_refused_by_its_path(tmp_path: Path):
    (tmp_path / "model_index.json").write_text('{"_class_name": "WanPipeline"')
    with pytest.raises(UnknownFamily, match=r"model_index\.json cannot be read"):
        family_of(tmp_path)


def test_a_size_that_a_family_cannot_make_is_refused_with_the_nearest_it_can(tmp_path: Path):
    for name in ("wan", "cogvideox"):
        (tmp_path / name).mkdir()
    wan = published(tmp_path / "wan", "WanPipeline", vae={}, transformer={"patch_size": 2})
    check_short_side(wan, 720)
    with pytest.raises(ValueError, match="multiples of 16 from 64, such as 480 or 496"):
        check_short_side(wan, 490)
    with pytest.raises(ValueError, match="such as 64 or 80"):
        check_short_side(wan, 16)
    one_size = published(
        tmp_path / "cogvideox", "CogVideoXPipeline", vae=COGVIDEOX_VAE, transformer={}
    )
    with pytest.raises(ValueError, match="makes only 720x480"):
        check_short_side(one_size, 720)


@pytest.mark.parametrize("size", [(112, 64), (64, 112), (64, 64), (96, 48)])
def test_a_picture_fills_the_frame_without_distortion(size: tuple[int, int]):
    width, height = size
    filled = fill(checkered(320, 200, square=40), width, height)
    assert filled.shape == (height, width, 3)
    # A square stays a square: the runs of one colour are as long across as down.
    scale = max(width / 320, height / 200)
    for line in (filled[height // 2, :, 0], filled[:, width // 2, 0]):
        edges = [i for i in range(1, len(line)) if (line[i] > 127) != (line[i - 1] > 127)]
        runs = [b - a for a, b in pairwise(edges)]
        assert all(abs(run - 40 * scale) <= 1.5 for run in runs)
