"""Cache of what a frozen VAE and text encoder compute from clips and captions, made only once."""

from training.video_model.cache.index import CachedSample, Index
from training.video_model.cache.tensors import TensorFolder

__all__ = ["CachedSample", "Index", "TensorFolder"]
