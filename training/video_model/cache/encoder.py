"""Samples -> latents and embeddings in the cache, in one process. Knows no Ray."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from conte.frozen import digest
from serve.dataset import Dataset, NotWhole
from serve.revision import revision_of
from training.video_model.cache.tensors import TensorFolder, trimmed
from training.video_model.clip_frames import Frames, frames_of, middle_frame
from training.video_model.errors import UnfitClip
from training.video_model.families.family import TrainedFamily
from training.video_model.families.loading import base_of, load_family
from training.video_model.samples import ClipSample, ShardRange
from training.video_model.settings import VideoTraining

FORMAT = 2
"""Format of the cached tensors; to be raised when the same clip or caption gives other tensors."""


@dataclass(frozen=True)
class CacheKeys:
    """Keys of the cache: digests of every file and setting on which a tensor depends."""

    latents_by: str
    text_by: str

    @classmethod
    def of(cls, base: str, settings: VideoTraining, store: str) -> "CacheKeys":
        folder, row = base_of(base, settings)
        parts = {
            name: revision_of(folder / name)
            for name in ("vae", "image_encoder", "image_processor", "text_encoder", "tokenizer")
            if (folder / name).is_dir()
        }
        seen = {n: r for n, r in parts.items() if n not in ("text_encoder", "tokenizer")}
        read = {n: r for n, r in parts.items() if n in ("text_encoder", "tokenizer")}
        beside = row.text_pipeline is None
        shown = settings.data.condition != "text"
        return cls(
            digest([FORMAT, row.name, row.fps, seen, store, beside, shown]),
            digest([FORMAT, row.name, row.prompt_tokens, read, store]),
        )

    def latents(self, sample: ClipSample) -> str:
        return f"latents/{digest([self.latents_by, sample.source])}"

    def text(self, caption: str) -> str:
        return f"text/{digest([self.text_by, caption])}"


class LatentEncoder:
    def __init__(self, base: str, settings: VideoTraining, dataset: Dataset, folder: Path) -> None:
        """Load the base's encoders. Raises ValueError if they cannot be loaded."""
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        self._settings, self._dataset = settings, dataset
        self._family: TrainedFamily = load_family(base, settings, self._device, encodes=True)
        self._tensors = TensorFolder(folder)
        self._store = store_dtype(settings)
        self._keys = CacheKeys.of(base, settings, self._store)

    def encode(self, sample: ClipSample) -> str:
        """Encode a sample, unless it is in the cache; return why it cannot be encoded, or "".

        Raises:
            OSError: if the cache cannot be written.
        """
        self.encode_text(sample.caption)
        key = self._keys.latents(sample)
        if key in self._tensors:
            return ""
        try:
            frames = self._frames(sample)
            video = _to_video(frames).to(self._device)
        except (UnfitClip, NotWhole) as error:
            return str(error)
        with torch.no_grad():
            made = {"latents": self._family.latents(video), **self._family.condition(video)}
        if not all(bool(torch.isfinite(each).all()) for each in made.values()):
            return "its latents are not numbers"
        if self._settings.data.condition != "text":
            # The first frame, for rendering. It is written first, so that it exists if the latents
            # do.
            self._tensors.put(picture_key(key), {"picture": torch.from_numpy(frames[0].copy())})
        self._tensors.put(key, {name: self._stored(each) for name, each in made.items()})
        return ""

    def encode_text(self, caption: str) -> None:
        key = self._keys.text(caption)
        if key not in self._tensors:
            with torch.no_grad():
                made = trimmed(self._family.text(caption))
            self._tensors.put(key, {name: self._stored(each) for name, each in made.items()})

    def _frames(self, sample: ClipSample) -> Frames:
        width, height, num_frames = sample.width, sample.height, sample.num_frames
        fps = self._family.row.fps
        mp4 = self._clip(sample.place, sample.sha256)
        if sample.reference is None:
            return frames_of(mp4, num_frames, fps, width, height)
        shown = self._clip(sample.reference, sample.reference_sha256)
        before = middle_frame(shown, width, height)
        return np.concatenate([before, frames_of(mp4, num_frames - 1, fps, width, height)])

    def _clip(self, place: ShardRange, sha256: str) -> bytes:
        mp4 = self._dataset.clip(place.model_dump())
        if hashlib.sha256(mp4).hexdigest() != sha256:
            raise UnfitClip("its file is not the one that the dataset names")
        return mp4

    def _stored(self, tensor: torch.Tensor) -> torch.Tensor:
        return tensor.to(getattr(torch, self._store)) if tensor.is_floating_point() else tensor


def picture_key(latents: str) -> str:
    """Return the key of a sample's first frame, [height, width, 3] uint8, from that of its
    latents."""
    return latents.replace("latents/", "pictures/")


def store_dtype(settings: VideoTraining) -> str:
    if settings.data.store != "auto":
        return settings.data.store
    return "bfloat16" if torch.cuda.is_available() else "float32"


def _to_video(frames: Frames) -> Any:
    """Convert [frames, height, width, 3] uint8 to [1, 3, frames, height, width] in -1..1."""
    return torch.from_numpy(frames).permute(3, 0, 1, 2)[None].float() / 127.5 - 1
