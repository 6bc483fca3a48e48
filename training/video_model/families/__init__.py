"""What differs between families of video models when they learn; a file each."""

from training.video_model.families.family import Batch, TrainedFamily
from training.video_model.families.loading import load_family

__all__ = ["Batch", "TrainedFamily", "load_family"]
