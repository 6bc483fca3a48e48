"""Tiny checkpoints are real ones: their files, their classes, and the same for the same seed."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import pytest

from deployments.engines.checkpoint import RANDOM, label_of
from deployments.engines.tiny.video import TinyFamily, make_tiny_video
from tests.tiny_checkpoints import checkpoint


def digests(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


@pytest.mark.parametrize("family", get_args(TinyFamily))
def test_the_same_seed_makes_the_same_files_in_a_megabyte(family: TinyFamily, tmp_path: Path):
    again = make_tiny_video(tmp_path / "again", family)
    assert digests(again) == digests(checkpoint(family))
    assert sum(file.stat().st_size for file in again.rglob("*") if file.is_file()) < 2e6


def test_it_says_that_it_has_learnt_nothing():
    assert RANDOM in label_of(checkpoint("wan"), "wan", "diffusers")


def test_another_seed_makes_other_weights(tmp_path: Path):
    weights = "transformer/diffusion_pytorch_model.safetensors"
    other = digests(make_tiny_video(tmp_path / "other", "wan", seed=1))
    assert other[weights] != digests(checkpoint("wan"))[weights]


@pytest.mark.parametrize(
    ("family", "kind"),
    [("wan", "WanPipeline"), ("wan_i2v", "WanImageToVideoPipeline"), ("ltx", "LTXPipeline"),
     ("cogvideox", "CogVideoXPipeline"), ("hunyuan", "HunyuanVideoPipeline")],
)  # fmt: skip
def test_it_says_which_pipeline_it_is(family: TinyFamily, kind: str):
    index = json.loads((checkpoint(family) / "model_index.json").read_text())
    assert index["_class_name"] == kind


def test_compression_is_that_of_the_real_models():
    """The rules of sizes and frame counts are theirs, or nothing would be tested."""
    wan, ltx = checkpoint("wan"), checkpoint("ltx")
    vae: dict[str, Any] = json.loads((wan / "vae" / "config.json").read_text())
    assert (vae["scale_factor_temporal"], vae["scale_factor_spatial"]) == (4, 8)
    vae = json.loads((ltx / "vae" / "config.json").read_text())
    assert vae["spatio_temporal_scaling"] == [True, True, True, False]


def test_another_name_is_refused_with_those_there_are(tmp_path: Path):
    with pytest.raises(ValueError, match="no tiny 'sora'; there is wan, "):
        make_tiny_video(tmp_path, "sora")  # pyright: ignore[reportArgumentType]


def test_it_has_a_command_line(tmp_path: Path):
    command = [sys.executable, "-m", "deployments.engines.tiny.video", str(tmp_path / "t"), "ltx"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == f"{tmp_path / 't'}: LTXPipeline\n"
    assert digests(tmp_path / "t") == digests(checkpoint("ltx"))
