"""Interface of a family for the cache, which encodes, and for the trainer, which denoises."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from torch import Tensor

from deployments.engines.diffusion.families import Family
from training.video_model.objectives import Objective


@dataclass(frozen=True)
class Batch:
    """Samples of one shape.

    `text` and `condition` hold what `TrainedFamily` gave for them, with a batch in front.
    """

    latents: Tensor
    """[batch, channels, frames, height, width], normalised as the family's pipeline has them."""
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
    """Training operations of one checkpoint. Encoding needs a text encoder and a VAE."""

    @property
    def row(self) -> Family: ...

    @property
    def pipe(self) -> Any:
        """Without a transformer; without text encoder and VAE where nothing is encoded."""
        ...

    @property
    def first_is_given(self) -> bool:
        """True if the first latent frame is given to the model in its place: kept clean there."""
        ...

    def latents(self, video: Tensor) -> Tensor:
        """[1, 3, frames, height, width] in -1..1 -> latents."""
        ...

    def text(self, caption: str) -> dict[str, Tensor]:
        """Embeddings of one caption, with a batch of one in front."""
        ...

    def condition(self, video: Tensor) -> dict[str, Tensor]:
        """Return the model's inputs for the first frame, beside the latents."""
        ...

    def tokens(self, num_frames: int, height: int, width: int) -> int:
        """How many the transformer makes of so many frames and pixels."""
        ...

    def objective(self, latents: Tensor) -> Objective: ...

    def predict(self, transformer: Any, noisy: Tensor, timesteps: Tensor, batch: Batch) -> Tensor:
        """The transformer's answer, of the latents' shape."""
        ...
