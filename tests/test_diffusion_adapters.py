"""LoRA adapters, made with PEFT for tiny models: named, loaded on demand, and gone without trace."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from deployments.engines.diffusion import DiffusersEngine
from deployments.engines.protocols import Frame, RenderError
from deployments.engines.tiny.video import TinyFamily
from serve.settings import Adapter
from tests.tiny_checkpoints import frames_of, ignore, never, settings, shot
from tests.tiny_lora import lora

torch.set_num_threads(1)

SHORT = shot(seconds=0.5)


def engine(family: TinyFamily = "wan", **adapters: Path) -> DiffusersEngine:
    served = {name: Adapter(path=str(path)) for name, path in adapters.items()}
    return DiffusersEngine(settings(family, adapters=served))


def frames(made_by: DiffusersEngine, adapter: str | None = None) -> list[Frame]:
    asked = SHORT.model_copy(update={"adapter": adapter})
    return frames_of(made_by.render(asked, ignore, never))


def same(some: list[Frame], others: list[Frame]) -> bool:
    return np.array_equal(np.stack(some), np.stack(others))


def test_an_adapter_changes_the_frames_and_leaves_no_trace(tmp_path: Path):
    some = engine(acme=lora(tmp_path))
    plain = frames(some)
    adapted = frames(some, "acme@0123")
    assert not same(plain, adapted)
    assert same(frames(some), plain)
    assert same(frames(some, "acme@0123"), adapted)


def test_its_weight_is_how_much_of_it(tmp_path: Path):
    path = str(lora(tmp_path))
    served = {
        "none.of-it": Adapter(path=path, weight=0),
        "half": Adapter(path=path, weight=0.5),
        "whole": Adapter(path=path),
    }
    some = DiffusersEngine(settings("wan", adapters=served))
    assert same(frames(some), frames(some, "none.of-it@1"))
    assert not same(frames(some, "half@1"), frames(some, "whole@1"))


def test_a_few_are_kept_loaded_the_least_used_goes_first(tmp_path: Path):
    made = {name: lora(tmp_path / name, seed=i) for i, name in enumerate("abcdef")}
    some = engine("wan", **made)
    firsts = {name: frames(some, f"{name}@1") for name in "abcdef"}
    assert len(some.pipe.transformer.peft_config) == 4
    for name in "fab":
        assert same(frames(some, f"{name}@1"), firsts[name])
    assert not same(firsts["a"], firsts["b"])


def test_two_experts_take_two_files(tmp_path: Path):
    # Four steps: with this family's flow shift, the low-noise expert has the last of them alone.
    first = lora(tmp_path / "first", "wan_14b", file="acme_high_noise.safetensors")
    lora(tmp_path / "second", "wan_14b", seed=1, file="acme_low_noise.safetensors")
    both = Path(shutil.copytree(tmp_path / "second", tmp_path / "both"))
    shutil.copy(first / "acme_high_noise.safetensors", both)
    served = {
        name: Adapter(path=str(path))
        for name, path in {"high": first, "low": tmp_path / "second", "both": both}.items()
    }
    some = DiffusersEngine(settings("wan_14b", adapters=served, num_inference_steps=4))
    plain = frames(some)
    made = [plain, *(frames(some, f"{name}@1") for name in ("high", "low", "both"))]
    assert not any(same(a, b) for i, a in enumerate(made) for b in made[:i])
    assert same(frames(some), plain)
    assert same(frames(some, "high@1"), made[1])


def test_fp8_weights_take_adapters(tmp_path: Path):
    served = {"acme": Adapter(path=str(lora(tmp_path)))}
    some = DiffusersEngine(settings("wan", adapters=served, layerwise_fp8=True))
    plain = frames(some)
    adapted = frames(some, "acme@1")
    assert not same(plain, adapted)
    assert same(frames(some), plain)
    # The adapter is whole, and only what it adapts is rounded.
    kept = {p.dtype for name, p in some.pipe.transformer.named_parameters() if "lora_" in name}
    assert kept == {torch.float32}


@pytest.mark.parametrize("family", ["ltx", "cogvideox", "hunyuan"])
def test_every_family_takes_its_own(tmp_path: Path, family: TinyFamily):
    served = {"acme": Adapter(path=str(lora(tmp_path, family)))}
    size = 0 if family == "cogvideox" else 64
    some = DiffusersEngine(settings(family, adapters=served, short_side=size))
    plain = frames(some)
    assert not same(plain, frames(some, "acme@1"))
    assert same(frames(some), plain)


@pytest.mark.parametrize("other", ["ltx", "cogvideox", "wan_i2v"])
def test_an_adapter_of_another_model_is_refused_and_leaves_no_trace(
    tmp_path: Path, other: TinyFamily
):
    path = wider(lora(tmp_path)) if other == "wan_i2v" else lora(tmp_path, other)
    some = engine(acme=path)
    plain = frames(some)
    with pytest.raises(RenderError, match="adapter acme does not fit this checkpoint"):
        frames(some, "acme@1")
    assert same(frames(some), plain)


def wider(folder: Path) -> Path:
    """The same adapter for a model of twice the width."""
    from safetensors.torch import load_file, save_file

    file = folder / "pytorch_lora_weights.safetensors"
    tensors = {name: torch.cat([t, t], dim=1).contiguous() for name, t in load_file(file).items()}
    save_file(tensors, file)
    return folder


def test_a_name_that_is_not_served_is_refused_with_those_that_are(tmp_path: Path):
    some = engine(acme=lora(tmp_path))
    with pytest.raises(RenderError, match=r"no adapter 'other'; diffusers\.adapters has acme"):
        frames(some, "other@1")


def refused(**adapters: Any) -> str:
    with pytest.raises(ValueError) as caught:
        engine(**adapters)
    return str(caught.value)


def test_files_that_are_missing_or_pickled_are_refused_at_start(tmp_path: Path):
    assert refused(acme=tmp_path / "gone").startswith("diffusers.adapters.acme.path: ")
    assert "has no .safetensors in it" in refused(acme=tmp_path)
    (tmp_path / "a.bin").touch()
    assert "is not a .safetensors file" in refused(acme=tmp_path / "a.bin")
    (tmp_path / "a.safetensors").touch()
    (tmp_path / "b.safetensors").touch()
    assert "has a.safetensors, b.safetensors; wanted one file" in refused(acme=tmp_path)
