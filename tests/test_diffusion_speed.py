"""Speed settings do what they are called on real pipelines, and refuse where they cannot."""

import json
import shutil
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from deployments.engines.diffusion import DiffusersEngine
from deployments.engines.diffusion.families import FrameCounts
from deployments.engines.diffusion.speed import compile_blocks, denoisers_of, lengths_to_warm
from deployments.engines.diffusion.variants import Variants
from deployments.engines.protocols import Cancelled, Frame
from deployments.engines.tiny.video import TinyFamily
from tests.tiny_checkpoints import checkered, frames_of, ignore, never, settings, shot, stops_after

torch.set_num_threads(1)

STEPS = 6
SHORT = shot(seconds=0.5)


@pytest.fixture(autouse=True)
def _at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is measured lies in the folder of the test."""
    monkeypatch.chdir(tmp_path)


def fast(family: TinyFamily, **changes: Any) -> DiffusersEngine:
    size = 0 if family == "cogvideox" else 64
    return DiffusersEngine(settings(family, num_inference_steps=STEPS, short_side=size, **changes))


def frames(engine: DiffusersEngine, seed: int = 7) -> list[Frame]:
    return frames_of(engine.render(SHORT.model_copy(update={"seed": seed}), ignore, never))


def same(some: list[Frame], others: list[Frame]) -> bool:
    return np.array_equal(np.stack(some), np.stack(others))


@contextmanager
def passes() -> Generator[list[str]]:
    """The names of the modules that compute."""
    names: list[str] = []
    hook = torch.nn.modules.module.register_module_forward_hook(
        lambda module, *_: names.append(type(module).__name__)
    )
    try:
        yield names
    finally:
        hook.remove()


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


@cache
def plain(family: TinyFamily) -> tuple[list[Frame], int]:
    """The frames of an engine without any speed setting, and how many layers ran for them."""
    with blocks_run(engine := fast(family)) as names:
        made = frames(engine)
    return made, len(names)


CACHES: dict[str, dict[str, Any]] = {
    "first_block": {"cache": "first_block", "cache_threshold": 0.9},
    "mag": {"cache": "mag", "cache_threshold": 0.9},
    "taylorseer": {"cache": "taylorseer"},
}
SLOW: tuple[TinyFamily, ...] = ("cogvideox", "hunyuan")
"""Families whose small models take the longest: one cache is tried on them, all before a release."""


@pytest.mark.parametrize(
    ("kept", "family"),
    [
        pytest.param(
            kept,
            family,
            id=f"{name}-{family}",
            marks=[pytest.mark.prove] if family in SLOW and name != "first_block" else [],
        )
        for name, kept in CACHES.items()
        for family in ("wan", "wan_14b", "ltx", *SLOW)
    ],
)
def test_a_cache_runs_fewer_blocks_and_remembers_no_clip_before(
    family: TinyFamily, kept: dict[str, Any]
):
    _, num_blocks = plain(family)
    engine = fast(family, **kept)
    with blocks_run(engine) as names:
        alone = frames(engine)
    assert 0 < len(names) < num_blocks
    frames(engine, seed=8)
    assert same(frames(engine), alone)


def test_a_cache_forgets_a_clip_that_was_stopped():
    engine = fast("wan", cache="first_block", cache_threshold=0.9)
    alone = frames(engine)
    with pytest.raises(Cancelled):
        engine.render(SHORT, ignore, stops_after(6))
    assert same(frames(engine), alone)


def test_mag_measures_a_checkpoint_once_and_reads_it_after(tmp_path: Path):
    folder = tmp_path / "home" / "ratios"
    asked: dict[str, Any] = {"cache": "mag", "cache_folder": str(folder), "warm_up": False}
    with passes() as names:
        first = fast("wan_14b", **asked, cache_threshold=0.9)
    assert names.count("WanTransformer3DModel") == 2 * STEPS
    assert first.speed.on == ("mag cache",)
    (file,) = folder.iterdir()
    ratios = json.loads(file.read_text())
    # Each expert its own steps, the first of which has none before it.
    assert [its[0] for its in ratios] == [1.0, 1.0]
    assert sum(map(len, ratios)) == STEPS
    with passes() as names:
        again = fast("wan_14b", **asked, cache_threshold=0.9)
    assert names == []
    assert same(frames(again), frames(first))
    # Another threshold is no other measure; other steps are.
    with blocks_run(exact := fast("wan_14b", **asked, cache_threshold=0.0)) as all_blocks:
        frames(exact)
    with blocks_run(again) as some:
        frames(again)
    assert len(some) < len(all_blocks)
    DiffusersEngine(settings("wan_14b", **asked))
    assert len(list(folder.iterdir())) == 2


def test_what_is_no_ratios_is_measured_anew(tmp_path: Path):
    asked: dict[str, Any] = {"cache": "mag", "cache_folder": str(tmp_path)}
    fast("wan", **asked)
    (file,) = tmp_path.iterdir()
    ratios = file.read_text()
    for broken in ("", "{}", "[[1.0]", "[1.0]", "[[], []]", '[["a"]]'):
        file.write_text(broken)
        fast("wan", **asked)
        assert file.read_text() == ratios


def test_a_piece_whose_first_frame_is_held_uses_the_cache():
    engine = fast("wan", cache="first_block", cache_threshold=0.9)
    alone = frames(engine)
    follows = SHORT.model_copy(update={"follows": "clips/1.mp4"})
    with blocks_run(other := fast("wan")) as all_blocks:
        other.render(follows, ignore, never, checkered())
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
    made, wanted = np.stack(frames(engine)), np.stack(plain(family)[0])
    assert not np.array_equal(made, wanted)
    assert np.abs(made.astype(int) - wanted).mean() < 16


def test_another_attention_backend_is_used_by_every_denoiser():
    engine = fast("wan_14b", attention="_native_math")
    try:
        for denoiser in denoisers_of(engine.pipe):
            assert denoiser.blocks[0].attn1.processor._attention_backend == "_native_math"
        assert len(frames(engine)) == 9
    finally:
        engine.pipe.transformer.set_attention_backend("native")


@pytest.mark.skipif(shutil.which("g++") is None, reason="nothing to compile with")
@pytest.mark.prove
def test_compiled_blocks_make_about_the_same_frames():
    engine = DiffusersEngine(settings("wan", compile=True, warm_up=False))
    assert engine.speed.on == ("compiled blocks",)
    bare = DiffusersEngine(settings("wan"))
    made, wanted = np.stack(frames(engine)), np.stack(frames(bare))
    assert np.abs(made.astype(int) - wanted).max() <= 1


class Block(torch.nn.Module):
    """What an adapter does to a block: a value that its compiled code was made for is another."""

    adapter = 0

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.adapter


class Blocks(torch.nn.Module):
    """As much of a denoiser as is compiled, on a backend that compiles nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.block = Block()
        self.compiled: list[int] = []

    def compile_repeated_blocks(self, **more: Any) -> None:
        self.block.compile(backend=self._noted, **more)

    def _noted(self, graph: torch.fx.GraphModule, _inputs: list[torch.Tensor]) -> Any:
        self.compiled.append(1)
        return graph.forward


def test_a_tenth_adapter_is_compiled_too_in_whichever_thread_renders():
    torch.compiler.reset()
    denoiser = Blocks()
    compile_blocks(denoiser, [])

    def render() -> None:
        for adapter in range(1, 13):
            denoiser.block.adapter = adapter
            denoiser.block(torch.zeros(2))

    with ThreadPoolExecutor(1) as thread:
        thread.submit(render).result()
    assert len(denoiser.compiled) == 12


def warnings_of(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [
        vars(record)["fields"]
        for record in caplog.records
        if record.message == "diffusers.compile_limit" and record.levelname == "WARNING"
    ]


def test_what_is_not_compiled_any_more_is_said_once_with_the_setting_that_helps(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    torch.compiler.reset()
    monkeypatch.setattr("deployments.engines.diffusion.speed.RECOMPILED", 2)
    denoiser, variants = Blocks(), Variants()
    compile_blocks(denoiser, [])
    with caplog.at_level("WARNING"):
        for adapter in range(1, 6):
            denoiser.block.adapter = adapter
            with variants.running(f"acme {adapter}", 81):
                denoiser.block(torch.zeros(2))
            assert len(warnings_of(caplog)) == (adapter > 2)
    assert len(denoiser.compiled) == 2
    (said,) = warnings_of(caplog)
    assert (said["compiled_adapters"], said["compiled_frames"]) == (["acme 1", "acme 2"], [81])
    assert said["uncompiled"] == "adapter acme 3 at 81 frames, and what is new from now on"
    assert "diffusers.adapters" in said["settings"] and "diffusers.compile" in said["settings"]
    assert "recompile_limit (2)" in said["reason"]


def test_an_engine_that_compiles_says_when_it_does_no_more(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    torch.compiler.reset()

    def compile_one_variant(denoiser: Any, said: list[str]) -> None:
        denoiser.compile_repeated_blocks(backend="eager", recompile_limit=1)

    monkeypatch.setattr("deployments.engines.diffusion.speed.compile_blocks", compile_one_variant)
    engine = DiffusersEngine(settings("wan", num_inference_steps=1, compile=True, warm_up=False))
    with caplog.at_level("WARNING"):
        for seconds in (0.3, 0.6):
            frames_of(engine.render(shot(seconds=seconds), ignore, never))
    (said,) = warnings_of(caplog)
    assert said["compiled_adapters"] == ["none"]
    assert str(said["compiled_frames"][0]) not in said["uncompiled"]


def test_a_compiled_model_is_warmed_up_with_two_lengths_which_stand_for_all():
    counts = FrameCounts(4, 1, 81)
    assert lengths_to_warm(counts, compiled=True) == (81, 5)
    assert lengths_to_warm(counts, compiled=False) == (5,)
    assert lengths_to_warm(FrameCounts(4, 1, 5), compiled=True) == (5,)


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
        (
            "wan",
            {"cache": "mag", "cache_folder": "/proc/none"},
            "cache_folder: .*cannot be written",
        ),
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


def test_a_pipeline_that_does_not_tell_a_cache_its_pass_is_refused_one():
    with pytest.raises(ValueError, match="HunyuanVideoImageToVideoPipeline cannot use a cache"):
        fast("hunyuan_i2v", cache="mag")
