"""Interface of a family for the cache, which encodes, and for the trainer, which denoises."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from torch import Tensor

from deployments.engines.diffusion.families import Family
from training.video_model.objectives import Objective


@dataclass(frozen=True)
class Batch:
    """A batch of samples of one shape.

    `text` and `condition` contain the results of the same methods of `TrainedFamily`, with a batch
    dimension in front.
    """

    latents: Tensor
    """[batch, channels, frames, height, width], normalised as in the family's pipeline."""
    text: Mapping[str, Tensor]
    condition: Mapping[str, Tensor]

    def __len__(self) -> int:
        return len(self.latents)

    def on(self, device: str) -> "Batch":
        return Batch(
            self.latents.to(device),
            {name: tensor.to(device) for name, tensor in self.text.items()},
            {name: tensor.to(device) for name, tensor in self.condition.items()},
        )


class TrainedFamily(Protocol):
    """Operations for training one checkpoint. Encoding needs a text encoder and a VAE."""

    @property
    def row(self) -> Family: ...

    @property
    def pipe(self) -> Any:
        """The pipeline without a transformer; if nothing is encoded, also without text encoder and
        VAE."""
        ...

    @property
    def first_is_given(self) -> bool:
        """True if the model gets the first latent frame in its place, where it is kept free of
        noise."""
        ...

    def latents(self, video: Tensor) -> Tensor:
        """Encode a video [1, 3, frames, height, width] in -1..1 to latents."""
        ...

    def text(self, caption: str) -> dict[str, Tensor]:
        """Return the embeddings of one caption, each with a batch dimension of 1."""
        ...

    def condition(self, video: Tensor) -> dict[str, Tensor]:
        """Return the model's inputs for the first frame, beside the latents."""
        ...

    def tokens(self, num_frames: int, height: int, width: int) -> int:
        """Return the number of the transformer's tokens for a video of this size."""
        ...

    def objective(self, latents: Tensor) -> Objective: ...

    def predict(self, transformer: Any, noisy: Tensor, timesteps: Tensor, batch: Batch) -> Tensor:
        """Return the transformer's prediction, in the shape of the latents."""
        ...
