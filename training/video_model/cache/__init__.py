"""What a frozen VAE and text encoder make of clips and captions, computed once and kept."""

from training.video_model.cache.index import CachedSample, Index
from training.video_model.cache.tensors import TensorFolder

__all__ = ["CachedSample", "Index", "TensorFolder"]
