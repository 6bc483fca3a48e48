"""Plan of the batches: the samples of each rank at each step, as a pure function of seed, epoch and
samples.

A batch contains samples of one shape and at most `max_tokens` tokens. At each step all ranks have
batches of the same shape and size, so that none waits for another.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from training.video_model.cache.index import CachedSample
from training.video_model.shapes import Shape


@dataclass(frozen=True)
class Step:
    """One batch per rank: indices into the list of samples, equally many for each rank."""

    shape: Shape
    ranks: tuple[tuple[int, ...], ...]


class BatchPlan:
    def __init__(
        self, samples: Sequence[CachedSample], max_tokens: int, ranks: int, seed: int
    ) -> None:
        """Sort the samples by shape.

        Raises:
            ValueError: if there are no samples.
        """
        if not samples:
            raise ValueError("no samples, wanted at least one")
        self._ranks, self._seed = ranks, seed
        self._buckets: dict[Shape, list[int]] = defaultdict(list)
        for place, sample in enumerate(samples):
            self._buckets[sample.shape].append(place)
        self.batch_sizes = {
            shape: max(max_tokens // max(samples[place].tokens for place in places), 1)
            for shape, places in self._buckets.items()
        }
        self.steps_an_epoch = sum(
            -(-len(places) // (self.batch_sizes[shape] * ranks))
            for shape, places in self._buckets.items()
        )

    def epoch(self, number: int) -> list[Step]:
        """Return the steps of an epoch: every sample once, in an order that differs in each epoch.

        The last batch of a shape is smaller; if its samples cannot be divided evenly among the
        ranks, a few samples of the same shape are repeated. No clip is lost because its shape is
        rare.
        """
        lots = np.random.default_rng([self._seed, number])
        steps: list[Step] = []
        for shape in sorted(self._buckets):
            order = lots.permutation(np.array(self._buckets[shape]))
            size = self.batch_sizes[shape] * self._ranks
            for start in range(0, len(order), size):
                chunk = order[start : start + size]
                each = -(-len(chunk) // self._ranks)
                even = np.concatenate([chunk, np.resize(order, each * self._ranks - len(chunk))])
                rows = even.reshape(self._ranks, each)
                steps.append(Step(shape, tuple(tuple(int(place) for place in row) for row in rows)))
        return [steps[place] for place in lots.permutation(len(steps))]

    def after(self, batches: int) -> Iterator[Step]:
        """Yield the steps after the first `batches` ones, without end."""
        epoch, skip = divmod(batches, self.steps_an_epoch)
        while True:
            yield from self.epoch(epoch)[skip:]
            epoch, skip = epoch + 1, 0
