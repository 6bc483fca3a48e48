"""Training code that differs between families of video models, one file for each family."""

from training.video_model.families.family import Batch, TrainedFamily
from training.video_model.families.loading import load_family

__all__ = ["Batch", "TrainedFamily", "load_family"]
