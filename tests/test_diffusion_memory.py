"""A GPU that runs out of memory slows a render down before it fails it, and the clip says so."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
import torch

from deployments.engines.diffusion import DiffusersEngine
from deployments.engines.diffusion.memory import PARTS_OFF, Memory, placed
from deployments.engines.protocols import Cancelled, RenderError
from deployments.engines.tiny.video import TinyFamily
from tests.tiny_checkpoints import frames_of, ignore, never, settings, shot

torch.set_num_threads(1)

SHORT = shot(seconds=0.5)


@contextmanager
def out_of_memory(module: Any, times: int) -> Generator[None]:
    """The module has no memory for its next so many calls."""
    left = [times]

    def lack(*_: Any) -> None:
        if left[0]:
            left[0] -= 1
            raise torch.OutOfMemoryError("tried to allocate 20.00 GiB")

    hook = module.register_forward_hook(lack)
    try:
        yield
    finally:
        hook.remove()


class Parts:
    """What a pipeline on a GPU is asked to give up."""

    def __init__(self, small: bool = False) -> None:
        self.vae = self.transformer = self
        self.use_tiling = False
        self.small = small
        self.asked: list[str] = []

    def to(self, device: str) -> None:
        self.asked.append(f"to {device}")
        if device == "cuda" and self.small:
            raise torch.OutOfMemoryError("tried to allocate 20.00 GiB")

    def enable_tiling(self) -> None:
        self.asked.append("tiling")

    def enable_model_cpu_offload(self, device: str) -> None:
        self.asked.append(f"model to {device}")

    def enable_sequential_cpu_offload(self, device: str) -> None:
        self.asked.append(f"sequential to {device}")


def test_what_ran_out_of_memory_is_decoded_in_tiles_and_says_so():
    engine = DiffusersEngine(settings("wan"))
    before = engine.render(SHORT, ignore, never)
    wanted = frames_of(before)
    assert before.remarks == ()
    with out_of_memory(engine.pipe.vae.decoder, 1):
        made = engine.render(SHORT, ignore, never)
    assert engine.pipe.vae.use_tiling
    assert made.remarks == ("out of memory: decoded in tiles",)
    # So small a clip is one tile: the same seed once more, and not what was left of the first try.
    assert np.array_equal(frames_of(made), wanted)
    assert engine.render(SHORT, ignore, never).remarks == made.remarks


# LTX-Video's decoder draws noise from the render's generator, after the latents.
@pytest.mark.parametrize("family", ["wan", "ltx_condition"])
def test_a_decode_that_ran_out_of_memory_denoises_nothing_again(family: TinyFamily):
    engine = DiffusersEngine(settings(family))
    denoised: list[int] = []
    engine.pipe.transformer.register_forward_hook(lambda *_: denoised.append(1))
    wanted = frames_of(engine.render(SHORT, ignore, never))
    passes = len(denoised)
    with out_of_memory(engine.pipe.vae.decoder, 1):
        made = engine.render(SHORT, ignore, never)
    assert len(denoised) == 2 * passes
    assert made.remarks == ("out of memory: decoded in tiles",)
    assert np.array_equal(frames_of(made), wanted)


def test_a_decode_that_never_fits_says_so_after_one_denoising():
    engine = DiffusersEngine(settings("wan"))
    denoised: list[int] = []
    engine.pipe.transformer.register_forward_hook(lambda *_: denoised.append(1))
    lacks = out_of_memory(engine.pipe.vae.decoder, 9)
    with lacks, pytest.raises(RenderError, match="out of memory for 9 frames of 112x64, even"):
        engine.render(SHORT, ignore, never)
    assert len(denoised) == 2 * 2


def test_what_never_fits_names_its_size_and_what_was_tried():
    engine = DiffusersEngine(settings("wan"))
    with (
        out_of_memory(engine.pipe.transformer, 9),
        pytest.raises(RenderError) as caught,
    ):
        engine.render(SHORT, ignore, never)
    assert str(caught.value) == (
        "out of memory for 9 frames of 112x64, even decoded in tiles: tried to allocate 20.00 GiB"
    )
    assert len(frames_of(engine.render(SHORT, ignore, never))) == 9


def test_a_render_told_to_stop_does_not_try_again():
    tries: list[int] = []

    def work() -> None:
        tries.append(1)
        raise Cancelled

    with pytest.raises(Cancelled):
        Memory(Parts(), "cuda").run(work, "a clip")
    assert tries == [1]


@pytest.mark.parametrize("lacks", [0, 1, 2, 3])
def test_a_gpu_gives_up_one_thing_after_another_and_stays_there(lacks: int):
    parts, left = Parts(), [lacks]
    memory = Memory(parts, "cuda")

    def work() -> str:
        if left[0]:
            left[0] -= 1
            raise torch.OutOfMemoryError("CUDA out of memory")
        return "frames"

    assert memory.run(work, "a clip") == "frames"
    assert parts.asked == ["tiling", "model to cuda", "sequential to cuda"][:lacks]
    assert len(memory.remarks) == min(lacks, 1)
    assert memory.run(work, "a clip") == "frames"
    assert len(parts.asked) == lacks


def test_a_gpu_that_has_given_up_everything_says_what():
    def work() -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    with pytest.raises(
        RenderError, match=r"even decoded in tiles, parts .*, layers .* slower: CUDA"
    ):
        Memory(Parts(), "cuda").run(work, "a clip")


def test_what_is_on_already_is_not_tried_again():
    parts = Parts()
    parts.use_tiling = True
    with pytest.raises(RenderError, match="out of memory for a clip: none left"):
        Memory(parts, "cpu").run(_lacking, "a clip")
    assert parts.asked == []


def _lacking() -> None:
    raise torch.OutOfMemoryError("none left")


@pytest.mark.parametrize(
    ("offload", "asked"),
    [
        ("none", ["to cuda"]),
        ("model", ["model to cuda"]),
        ("sequential", ["sequential to cuda"]),
    ],
)
def test_a_pipeline_is_put_where_its_settings_say(offload: Any, asked: list[str]):
    parts = Parts()
    assert placed(parts, "cuda", offload) == ""
    assert parts.asked == asked


def test_weights_that_do_not_fit_are_kept_off_the_gpu_and_the_clips_say_so():
    parts = Parts(small=True)
    taken = placed(parts, "cuda", "none")
    assert (taken, parts.asked) == (PARTS_OFF, ["to cuda", "to cpu", "model to cuda"])
    assert Memory(parts, "cuda", taken=taken).remarks == (f"out of memory: {PARTS_OFF}",)


def test_a_gpu_that_failed_is_told_by_the_health_check_until_the_process_is_restarted():
    engine = DiffusersEngine(settings("wan"))
    engine.check_health()

    def fault(*_: Any) -> None:
        raise torch.AcceleratorError("an illegal memory access was encountered")

    hook = engine.pipe.transformer.register_forward_hook(fault)
    with pytest.raises(RenderError, match="the GPU failed: an illegal memory access"):
        frames_of(engine.render(SHORT, ignore, never))
    hook.remove()
    with pytest.raises(RenderError, match="illegal memory access"):
        engine.check_health()
