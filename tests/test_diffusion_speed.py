"""Speed settings do what they are called on real pipelines, and refuse where they cannot."""

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
import torch

from deployments.engines.diffusion import DiffusersEngine
from deployments.engines.diffusion.speed import denoisers_of
from deployments.engines.protocols import Cancelled, Frame
from deployments.engines.tiny_video import TinyFamily
from tests.tiny_checkpoints import checkered, frames_of, ignore, never, settings, shot, stops_after

torch.set_num_threads(1)

STEPS = 6
SHORT = shot(seconds=0.5)


def fast(family: TinyFamily, **changes: Any) -> DiffusersEngine:
    size = 0 if family == "cogvideox" else 64
    return DiffusersEngine(settings(family, num_inference_steps=STEPS, short_side=size, **changes))


def frames(engine: DiffusersEngine, seed: int = 7) -> list[Frame]:
    return frames_of(engine.render(SHORT.model_copy(update={"seed": seed}), ignore, never))


def same(some: list[Frame], others: list[Frame]) -> bool:
    return np.array_equal(np.stack(some), np.stack(others))


@contextmanager
def blocks_run(engine: DiffusersEngine) -> Generator[list[str]]:
    """The feed-forward layers that ran: a block that a cache skips is called but runs nothing."""
    names: list[str] = []
    hooks = [
        module.register_forward_hook(lambda *_, name=name: names.append(name))
        for denoiser in denoisers_of(engine.pipe)
        for name, module in denoiser.named_modules()
        if name.endswith((".ff", ".ffn", ".proj_mlp"))
    ]
    try:
        yield names
    finally:
        for hook in hooks:
            hook.remove()


@pytest.mark.parametrize("family", ["wan", "wan_14b", "ltx", "cogvideox", "hunyuan"])
@pytest.mark.parametrize(
    "cache",
    [{"cache": "first_block", "cache_threshold": 0.9}, {"cache": "taylorseer"}],
    ids=["first_block", "taylorseer"],
)
def test_a_cache_runs_fewer_blocks_and_remembers_no_clip_before(
    family: TinyFamily, cache: dict[str, Any]
):
    with blocks_run(plain := fast(family)) as all_blocks:
        frames(plain)
    engine = fast(family, **cache)
    with blocks_run(engine) as names:
        alone = frames(engine)
    assert 0 < len(names) < len(all_blocks)
    frames(engine, seed=8)
    assert same(frames(engine), alone)


def test_a_cache_forgets_a_clip_that_was_stopped():
    engine = fast("wan", cache="first_block", cache_threshold=0.9)
    alone = frames(engine)
    with pytest.raises(Cancelled):
        engine.render(SHORT, ignore, stops_after(6))
    assert same(frames(engine), alone)


def test_a_piece_whose_first_frame_is_held_uses_the_cache():
    engine = fast("wan", cache="first_block", cache_threshold=0.9)
    alone = frames(engine)
    follows = SHORT.model_copy(update={"follows": "clips/1.mp4"})
    with blocks_run(plain := fast("wan")) as all_blocks:
        plain.render(follows, ignore, never, checkered())
    with blocks_run(engine) as names:
        engine.render(follows, ignore, never, checkered())
    assert 0 < len(names) < len(all_blocks)
    assert same(frames(engine), alone)


@pytest.mark.parametrize("family", ["wan", "wan_14b", "ltx", "cogvideox", "hunyuan"])
def test_weights_kept_in_fp8_make_about_the_same_frames(family: TinyFamily):
    engine = fast(family, layerwise_fp8=True)
    for denoiser in denoisers_of(engine.pipe):
        kept = {p.dtype for name, p in denoiser.named_parameters() if ".ff" in name}
        assert torch.float8_e4m3fn in kept
    assert engine.speed.on == ("weights kept in fp8",)
    made, plain = np.stack(frames(engine)), np.stack(frames(fast(family)))
    assert not np.array_equal(made, plain)
    assert np.abs(made.astype(int) - plain).mean() < 16


def test_another_attention_backend_is_used_by_every_denoiser():
    engine = fast("wan_14b", attention="_native_math")
    try:
        for denoiser in denoisers_of(engine.pipe):
            assert denoiser.blocks[0].attn1.processor._attention_backend == "_native_math"
        assert len(frames(engine)) == 9
    finally:
        engine.pipe.transformer.set_attention_backend("native")


@pytest.mark.skipif(shutil.which("g++") is None, reason="nothing to compile with")
def test_compiled_blocks_make_about_the_same_frames():
    engine = DiffusersEngine(settings("wan", compile=True, warm_up=False))
    assert engine.speed.on == ("compiled blocks",)
    plain = DiffusersEngine(settings("wan"))
    made, wanted = np.stack(frames(engine)), np.stack(frames(plain))
    assert np.abs(made.astype(int) - wanted).max() <= 1


@pytest.mark.parametrize(
    ("family", "changes", "why"),
    [
        ("wan", {"attention": "fast"}, "attention: fast: there is .*native"),
        ("wan", {"attention": "flash"}, "attention: flash does not run here"),
        ("wan", {"attention": "flash_hub"}, "attention: flash_hub: there is"),
        ("wan", {"attention": "_native_cudnn"}, "attention: _native_cudnn does not run here"),
        ("ltx", {"attention": "_native_flash"}, "_native_flash does not run here: `attn_mask`"),
        ("cogvideox", {"attention": "native"}, "knows no other than its own"),
        ("cogvideox", {"compile": True}, "compile: CogVideoXTransformer3DModel cannot"),
        ("wan", {"cache": "mag"}, "cache: mag wants ratios"),
        ("wan", {"cache": "taylorseer", "cache_threshold": 0.1}, "taylorseer has no threshold"),
        ("wan", {"cache_threshold": 0.1}, "cache_threshold: no cache has no threshold"),
    ],
)
@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_what_a_model_or_machine_cannot_do_is_refused_at_start(
    family: TinyFamily, changes: dict[str, Any], why: str
):
    with pytest.raises(ValueError, match=rf"^diffusers\..*{why}"):
        fast(family, **changes)
    # And leaves no trace in the next one.
    assert len(frames(fast(family))) > 0
