"""Small checkpoints on disk in seconds: a conte model, a vision model, video pipelines, all random.

`graphs/tiny.yaml` serves a film with them where no real ones are at hand. What they write means
nothing and what they show is coloured noise, but every file of theirs is loaded by the very code
that loads the real ones.

    python -m deployments.engines.tiny FOLDER
"""

from pathlib import Path

from deployments.engines.tiny.conte import make_tiny_conte
from deployments.engines.tiny.video import TinyFamily, make_tiny_video
from deployments.engines.tiny.vision import make_tiny_vision

CONTE, VISION = "conte", "vision"
SERVED: tuple[TinyFamily, ...] = ("wan", "ltx", "cogvideox")


def make_tiny(folder: Path, families: tuple[TinyFamily, ...] = SERVED) -> dict[str, Path]:
    """Name -> folder of each checkpoint. Those that stand already are left alone."""
    from transformers.utils import logging

    logging.disable_progress_bar()
    found = {
        CONTE: make_tiny_conte(folder / CONTE),
        VISION: make_tiny_vision(folder / VISION),
    }
    for family in families:
        there = (folder / family / "model_index.json").exists()
        found[family] = folder / family if there else make_tiny_video(folder / family, family)
    return found
