"""Samples of a few drawn clips, encoded by a tiny family: made once a session."""

import functools
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from deployments.engines.tiny.video import TinyFamily
from serve.dataset import Dataset
from tests.clip_datasets import squares
from tests.tiny_checkpoints import checkpoint
from training.video_model.cache import Index
from training.video_model.cache.building import (
    Encoded,
    EncodingWork,
    Item,
    build_index,
    encode_here,
)
from training.video_model.families.loading import base_of
from training.video_model.rendering import captions_to_encode
from training.video_model.samples import ClipSample, samples_of
from training.video_model.settings import VideoTraining

_HELD = tempfile.TemporaryDirectory(prefix="sian-video-")
QUICK: dict[str, object] = {
    "data": {"short_side": 64, "lengths": [9, 17], "valid": 0.3},
    "optimiser": {"learning_rate": 3e-3, "warm_up": 3},
    "steps": 8, "save_every": 3, "valid_every": 4, "render_every": 8, "render_steps": 1,
    "max_tokens": 300, "ema": 0.9, "lora_rank": 4, "lora_alpha": 8,
    "gradient_checkpointing": False, "prompts": ["A red square goes across."],
}  # fmt: skip
"""Settings that a tiny model learns with in seconds. One prompt: it is rendered at each end."""


def quick(**changes: object) -> VideoTraining:
    data = {**_data(QUICK), **_data(changes)}
    return VideoTraining.model_validate({**QUICK, **changes, "data": data})


def _data(told: dict[str, object]) -> dict[str, object]:
    found = told.get("data", {})
    assert isinstance(found, dict)
    return found


@functools.cache
def dataset() -> Path:
    return squares(Path(_HELD.name) / "clips")


def work(folder: Path, settings: VideoTraining, family: TinyFamily = "wan") -> EncodingWork:
    return EncodingWork(str(checkpoint(family)), settings, str(dataset()), 1, folder)


def samples(settings: VideoTraining, family: TinyFamily = "wan") -> list[ClipSample]:
    _, row = base_of(str(checkpoint(family)), settings)
    return samples_of(Dataset.open(str(dataset())).rows(), row, settings.data)[0]


def build(
    folder: Path, path: Path, settings: VideoTraining, family: TinyFamily = "wan"
) -> tuple[Index, list[str]]:
    """The index, and the clips and captions that were encoded for it now."""
    encoded: list[str] = []

    def encode(work: EncodingWork, items: Sequence[Item]) -> Encoded:
        encoded.extend(item if isinstance(item, str) else item.clip for item in items)
        return encode_here(work, items)

    _, row = base_of(str(checkpoint(family)), settings)
    index = build_index(
        work(folder, settings, family), samples(settings, family),
        captions_to_encode(settings, row.negative_prompt), Counter(), path, encode, _silent,
    )  # fmt: skip
    return index, encoded


def cache(family: TinyFamily = "wan") -> Path:
    """A folder that tests share, as runs may: its keys are exact."""
    return Path(_HELD.name) / f"cache-{family}"


def _silent(_line: str) -> None:
    pass
