"""A model of words alone goes on from a frame: it is the first, and the next ones follow from it."""

from importlib import import_module
from typing import Any

import numpy as np
import pytest
import torch

from deployments.engines.diffusion.holding import encoded, holding, put_right
from deployments.engines.protocols import Cancelled, Frame, RenderError
from deployments.engines.tiny.video import TinyFamily
from tests.tiny_checkpoints import (
    checkered,
    engine,
    frames_of,
    ignore,
    never,
    shot,
    stops_after,
)

torch.set_num_threads(1)

FOLLOWS = shot(seconds=0.5, follows="clips/1.mp4")
WORDS_ONLY: list[TinyFamily] = ["wan", "wan_14b", "cogvideox", "cogvideox15", "hunyuan"]


def rendered(family: TinyFamily, start: Frame) -> list[Frame]:
    return frames_of(engine(family).render(FOLLOWS, ignore, never, start))


def same(some: list[Frame], others: list[Frame]) -> bool:
    return np.array_equal(np.stack(some), np.stack(others))


@pytest.mark.parametrize("family", WORDS_ONLY)
def test_what_is_denoised_begins_with_the_frame_whatever_the_scheduler(family: TinyFamily):
    pipe = engine(family).pipe
    picture = checkered(112, 64)
    words = "a wet road at night, " * 8
    asked: dict[str, Any] = {"prompt": words, "height": 64, "width": 112, "num_frames": 17}
    asked |= {"num_inference_steps": 3, "output_type": "latent", "max_sequence_length": 226}
    with holding(pipe, picture):
        made = pipe(**asked, generator=torch.Generator().manual_seed(1)).frames
    known = encoded(pipe, picture)
    if family.startswith("cogvideox"):
        made = made.transpose(1, 2)
    first = made[:, :, 1:2] if family == "cogvideox15" else made[:, :, :1]
    assert torch.allclose(first, known, atol=1e-4)
    assert "step" not in vars(pipe.scheduler)


def test_a_cut_that_follows_begins_with_the_frame_after_the_one_that_is_held():
    made = engine("wan").render(FOLLOWS, ignore, never, checkered())
    assert made.remarks == ("goes on from the last frame of the cut before, which is held",)
    assert made.num_frames * FOLLOWS.fps >= FOLLOWS.num_frames * made.fps
    # 4k+1 frames, the first of which was the last of the cut before.
    assert len(frames_of(made)) == made.num_frames == 8


@pytest.mark.parametrize("family", WORDS_ONLY)
def test_the_frames_follow_from_the_one_held_and_the_same_from_the_same(family: TinyFamily):
    black = np.zeros((90, 160, 3), np.uint8)
    board = rendered(family, checkered())
    assert same(board, rendered(family, checkered()))
    assert not same(board, rendered(family, black))


@pytest.mark.parametrize("kind", ["FlowMatchEulerDiscreteScheduler", "UniPCMultistepScheduler"])
def test_the_next_frames_stay_in_the_scene_of_the_one_held(kind: str):
    """The best denoiser of clips that keep a scene and move within it is known in closed form."""
    flow = {"shift": 5.0}
    if kind.startswith("UniPC"):
        flow = {"flow_shift": 5.0, "use_flow_sigmas": True, "prediction_type": "flow_prediction"}
    scheduler = getattr(import_module("diffusers"), kind)(**flow)
    frames, places = 21, 2000
    days = torch.arange(frames)
    alike = 0.5 + 0.5 * 0.95 ** (days[:, None] - days).abs().float()
    random = torch.Generator().manual_seed(0)
    known = (torch.linalg.cholesky(alike) @ torch.randn(frames, places, generator=random))[:1]

    def jump(*, hold: bool) -> float:
        """From the known frame to the second, squared; between unrelated frames it is 2."""
        scheduler.set_timesteps(50)
        sample = torch.randn(frames, places, generator=random)
        for index, timestep in enumerate(scheduler.timesteps):
            s = scheduler.sigmas[index]
            noisy = (1 - s) ** 2 * alike + s**2 * torch.eye(frames)
            clean = (1 - s) * alike @ torch.linalg.solve(noisy, sample)
            said = (sample - clean) / s
            if hold:
                said = put_right(said, (scheduler, timestep, sample), known, axis=0)
            sample = scheduler.step(said, timestep, sample, return_dict=False)[0]
        assert not hold or torch.allclose(sample[:1], known, atol=1e-4)
        return float((sample[1] - known[0]).square().mean())

    in_one_clip = 2 * (1 - float(alike[0, 1]))
    assert jump(hold=False) > 1.5
    assert jump(hold=True) < 1.5 * in_one_clip


def test_a_stop_leaves_nothing_of_it_behind():
    before = rendered("wan", checkered())
    for asked in range(1, 8, 2):
        with pytest.raises(Cancelled):
            engine("wan").render(FOLLOWS, ignore, stops_after(asked), checkered())
        assert "step" not in vars(engine("wan").pipe.scheduler)
    assert same(before, rendered("wan", checkered()))


def test_a_scheduler_that_asks_a_model_for_something_else_is_refused():
    scheduler = import_module("diffusers").DDIMScheduler()
    nothing = torch.zeros(1, 1, 1, 1, 1)
    with pytest.raises(RenderError, match="DDIMScheduler of prediction_type epsilon cannot"):
        put_right(nothing, (scheduler, 0, nothing), nothing)
