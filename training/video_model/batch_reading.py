"""Reads batches of tensors by index entries, the next ones in advance while the trainer
computes."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice

import torch
from torch import Tensor

from training.video_model.cache.index import CachedSample
from training.video_model.cache.tensors import TensorFolder, padded
from training.video_model.families.family import Batch

AHEAD = 2
"""Number of batches that are read in advance."""


class BatchReader:
    def __init__(self, tensors: TensorFolder, empty_text: str) -> None:
        self._tensors, self._empty = tensors, empty_text

    def read(self, samples: Sequence[CachedSample], dropped: Sequence[bool] = ()) -> Batch:
        """Read one batch. `dropped`: True for samples that get the empty caption.

        Raises:
            TrainingStopped: if a tensor cannot be read.
        """
        dropped = dropped or [False] * len(samples)
        made = [self._tensors.get(sample.latents) for sample in samples]
        texts = [
            padded(self._tensors.get(self._empty if drop else sample.text))
            for sample, drop in zip(samples, dropped, strict=True)
        ]
        whole = _together(made)
        latents = whole.pop("latents").float()
        return Batch(latents, _together(texts), whole)

    def ahead(
        self, asked: Iterator[tuple[Sequence[CachedSample], Sequence[bool]]]
    ) -> Iterator[Batch]:
        with ThreadPoolExecutor(1, "batches") as reader:
            waiting: list[Future[Batch]] = [
                reader.submit(self.read, *each) for each in islice(asked, AHEAD)
            ]
            while waiting:
                batch = waiting.pop(0).result()
                waiting += [reader.submit(self.read, *each) for each in islice(asked, 1)]
                yield batch


def _together(parts: Sequence[Mapping[str, Tensor]]) -> dict[str, Tensor]:
    return {name: torch.cat([part[name] for part in parts]) for name in parts[0]}
