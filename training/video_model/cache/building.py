"""Samples -> the index of their cached tensors, with Ray Data on a cluster, else in this process.

If it is killed, another run makes only the missing tensors. Training begins only with a complete
index.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from serve.dataset import Dataset
from training.video_model.cache.encoder import CacheKeys, LatentEncoder, store_dtype
from training.video_model.cache.index import CachedSample, Index, read_index, write_index
from training.video_model.cache.tensors import TensorFolder
from training.video_model.errors import TrainingStopped
from training.video_model.families.loading import load_family
from training.video_model.samples import ClipSample
from training.video_model.settings import VideoTraining

FULL = "full: "
"""Beginning of a worker's answer if the cache is full, which is not a fault of the sample."""
_SHOWN = 3

Say = Callable[[str], None]
Item = ClipSample | str
"""A sample, or a caption that belongs to no sample."""
Encoded = Iterator[tuple[str, str]]
"""Yields each clip ("" for a caption) with the reason why it cannot be encoded, or ""."""


@dataclass(frozen=True)
class EncodingWork:
    """Inputs of an encoder, on any machine."""

    base: str
    settings: VideoTraining
    dataset_url: str
    dataset_version: int
    folder: Path

    def open(self) -> LatentEncoder:
        dataset = Dataset.open(self.dataset_url, self.dataset_version)
        return LatentEncoder(self.base, self.settings, dataset, self.folder)


Encode = Callable[[EncodingWork, Sequence[Item]], Encoded]


def build_index(
    work: EncodingWork,
    samples: Sequence[ClipSample],
    captions: Sequence[str],
    left_out: Counter[str],
    path: Path,
    encode: Encode,
    say: Say,
) -> Index:
    """Return the index at `path`, which is made if it is missing or belongs to other samples.

    `captions` are encoded in addition to those of the samples.

    Raises:
        TrainingStopped: if too many clips are unreadable, or the cache cannot be written; finished
            tensors are kept.
    """
    settings, tensors = work.settings, TensorFolder(work.folder)
    keys = CacheKeys.of(work.base, settings, store_dtype(settings))
    texts = [text for text in captions if keys.text(text) not in tensors]
    left: list[Item] = [
        s for s in samples if keys.latents(s) not in tensors or keys.text(s.caption) not in tensors
    ]
    standing = read_index(path)
    if standing is not None and not left and not texts:
        wanted = [(keys.latents(s), keys.text(s.caption), s.valid) for s in samples]
        if [(s.latents, s.text, s.valid) for s in standing.samples] == wanted:
            say(f"cache: {len(samples)} samples are there")
            return standing
    say(f"cache: {len(samples)} samples, {len(left)} to encode")
    unreadable = _encode(work, [*texts, *left], encode, say)
    if len(unreadable) > settings.data.most_lost * len(samples):
        some = "; ".join(f"{clip}: {why}" for clip, why in list(unreadable.items())[:_SHOWN])
        raise TrainingStopped(
            f"{len(unreadable)} of {len(samples)} clips cannot be read ({some}); wanted at most"
            f" {settings.data.most_lost:.0%} (data.most_lost)"
        )
    family = load_family(work.base, settings, "cpu", encodes=False)
    index = Index(
        tuple(
            CachedSample(
                clip=s.clip,
                latents=keys.latents(s),
                text=keys.text(s.caption),
                caption=s.caption,
                width=s.width,
                height=s.height,
                num_frames=s.num_frames,
                tokens=family.tokens(s.num_frames, s.height, s.width),
                valid=s.valid,
            )
            for s in samples
            if s.clip not in unreadable
        ),
        keys.text(""),
        dict(sorted((left_out + Counter({"cannot be read": len(unreadable)})).items())),
    )
    if not index.learnt():
        raise TrainingStopped("no clip that can be read is left to learn from")
    # Written last, so that everything that it names exists.
    write_index(path, index)
    return index


def encode_here(work: EncodingWork, items: Sequence[Item]) -> Encoded:
    encoder = work.open()
    for item in items:
        yield _told(encoder, item)


def encode_on_ray(work: EncodingWork, items: Sequence[Item]) -> Encoded:
    """Run one encoder per GPU of the cluster, or per CPU core (except one) if there are no GPUs."""
    import ray.data
    from ray.data import ActorPoolStrategy, DataContext

    for name in ("ray.data", "ray._private.worker"):
        logging.getLogger(name).setLevel(logging.WARNING)
    context = DataContext.get_current()
    context.enable_progress_bars = False
    # A worker that cannot start fails at once, instead of being restarted for ever.
    context.actor_init_retry_on_errors = False
    resources: Any = ray.cluster_resources()
    gpus = int(resources.get("GPU", 0))
    size = min(gpus or max(int(resources.get("CPU", 1)) - 1, 1), len(items))
    # One block per call, so that a worker that dies loses the work of one call at most.
    rows = [
        {"caption": item, "sample": ""}
        if isinstance(item, str)
        else {"caption": "", "sample": item.model_dump_json()}
        for item in items
    ]
    blocks = max(min(len(rows), 10_000), 1)
    dataset = ray.data.from_items(rows, override_num_blocks=blocks).map_batches(
        _Worker,
        fn_constructor_args=(work,),
        batch_size=None,
        compute=ActorPoolStrategy(size=size, max_tasks_in_flight_per_actor=2),
        num_cpus=1,
        num_gpus=1 if gpus else 0,
    )
    for batch in dataset.iter_batches(batch_size=None, prefetch_batches=0):
        for clip, reason in zip(batch["clip"], batch["reason"], strict=True):
            yield str(clip), str(reason)


class _Worker:
    def __init__(self, work: EncodingWork) -> None:
        import torch

        torch.set_num_threads(1)
        self._encoder = work.open()

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        items: list[Item] = [
            ClipSample.model_validate_json(str(sample)) if sample else str(caption)
            for sample, caption in zip(batch["sample"], batch["caption"], strict=True)
        ]
        told = [_told(self._encoder, item) for item in items]
        return {"clip": [clip for clip, _ in told], "reason": [reason for _, reason in told]}


def _encode(work: EncodingWork, left: Sequence[Item], encode: Encode, say: Say) -> dict[str, str]:
    unreadable: dict[str, str] = {}
    every = max(len(left) // 20, 1)
    for number, (clip, reason) in enumerate(encode(work, left) if left else (), 1):
        if reason.startswith(FULL):
            raise TrainingStopped(
                f"the cache cannot be written to: {reason.removeprefix(FULL)}; {number - 1} of"
                f" {len(left)} samples were made now and are kept"
            )
        if reason:
            unreadable[clip] = reason
        if number % every == 0 or number == len(left):
            say(f"cache: {number}/{len(left)} encoded, {len(unreadable)} cannot be read")
    return unreadable


def _told(encoder: LatentEncoder, item: Item) -> tuple[str, str]:
    clip = "" if isinstance(item, str) else item.clip
    try:
        if isinstance(item, str):
            encoder.encode_text(item)
            return clip, ""
        return clip, encoder.encode(item)
    except OSError as error:
        return clip, f"{FULL}{error}"
