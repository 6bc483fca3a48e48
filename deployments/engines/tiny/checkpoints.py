"""Small checkpoints on disk in seconds: a conte model, a vision model, video pipelines, all random.

`graphs/tiny.yaml` makes a film with them where no real ones are at hand. Their texts mean nothing
and their pictures are coloured noise, but the same code loads them as the real ones.

    python -m deployments.engines.tiny FOLDER
"""

from pathlib import Path

from deployments.engines.tiny.conte import make_tiny_conte
from deployments.engines.tiny.video import TinyFamily, make_tiny_video
from deployments.engines.tiny.vision import make_tiny_vision

CONTE, VISION = "conte", "vision"
SERVED: tuple[TinyFamily, ...] = ("wan", "ltx", "cogvideox")


def make_tiny(folder: Path, families: tuple[TinyFamily, ...] = SERVED) -> dict[str, Path]:
    """Make the checkpoints that are missing; return name -> folder of each."""
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
