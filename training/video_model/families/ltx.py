"""LTX-Video: latents as a row of tokens, and times shifted by their number.

As in `pipeline_ltx.py`, `pipeline_ltx_image2video.py` and, for checkpoints from 0.9.5 on,
`pipeline_ltx_condition.py` (diffusers 0.42).
"""

import math
from dataclasses import dataclass
from typing import Any

import torch
from diffusers.pipelines.ltx.pipeline_ltx import calculate_shift
from torch import Tensor

from deployments.engines.diffusion.families import Family
from training.video_model.families.family import Batch
from training.video_model.objectives import FlowMatching, Objective, Weighting


@dataclass(frozen=True)
class Ltx:
    row: Family
    pipe: Any
    config: Any
    weighting: Weighting
    first_is_given: bool
    told_where: bool
    """True from 0.9.5 on: the transformer gets each token's position in pixels and seconds."""
    compression: tuple[int, int]
    """Frames and pixels per latent."""

    def latents(self, video: Tensor) -> Tensor:
        vae = self.pipe.vae
        found = vae.encode(video.to(vae.device, vae.dtype)).latent_dist.mode()
        return self.pipe._normalize_latents(
            found, vae.latents_mean, vae.latents_std, vae.config.scaling_factor
        )

    def text(self, caption: str) -> dict[str, Tensor]:
        embeds, mask, *_ = self.pipe.encode_prompt(
            caption,
            do_classifier_free_guidance=False,
            max_sequence_length=self.row.prompt_tokens,
            device=self.pipe.text_encoder.device,
        )
        return {"embeds": embeds, "mask": mask}

    def condition(self, video: Tensor) -> dict[str, Tensor]:
        return {}

    def tokens(self, num_frames: int, height: int, width: int) -> int:
        frames, high, wide = self._latent_shape(num_frames, height, width)
        size, size_t = self.config.patch_size, self.config.patch_size_t
        return (frames // size_t) * (high // size) * (wide // size)

    def objective(self, latents: Tensor) -> Objective:
        """Shift times towards noise by the number of tokens, as the sampler does: exp(mu), mu
        linear in tokens.

        Together with a logit-normal time this is the shifted logit-normal one of LTX-Video (arXiv
        2501.00103, section 2.4).
        """
        config = self.pipe.scheduler.config
        mu = calculate_shift(
            math.prod(latents.shape[2:]),
            config.get("base_image_seq_len", 256),
            config.get("max_image_seq_len", 4096),
            config.get("base_shift", 0.5),
            config.get("max_shift", 1.15),
        )
        return FlowMatching(math.exp(mu), self.weighting)

    def predict(self, transformer: Any, noisy: Tensor, timesteps: Tensor, batch: Batch) -> Tensor:
        size, size_t = self.config.patch_size, self.config.patch_size_t
        _, _, frames, high, wide = noisy.shape
        if self.first_is_given:
            given = torch.zeros_like(noisy[:, :1])
            given[:, :, 0] = 1
            given = self.pipe._pack_latents(given, size, size_t)[..., 0]
            timesteps = timesteps.view(-1, 1) * (1 - given)
        slow, down = self.compression
        if self.told_where:
            places = self.pipe._prepare_video_ids(
                len(noisy), frames, high, wide, size, size_t, device=noisy.device
            )
            places = self.pipe._scale_video_ids(places, down, slow, 0, device=noisy.device).float()
            places[:, 0] /= self.row.fps
            where: dict[str, Any] = {"video_coords": places}
            timesteps = timesteps.view(len(noisy), -1)
        else:
            scale = (slow / self.row.fps, down, down)
            where = {
                "num_frames": frames, "height": high, "width": wide,
                "rope_interpolation_scale": scale,
            }  # fmt: skip
        said = transformer(
            hidden_states=self.pipe._pack_latents(noisy, size, size_t),
            encoder_hidden_states=batch.text["embeds"].to(noisy),
            timestep=timesteps,
            encoder_attention_mask=batch.text["mask"],
            return_dict=False,
            **where,
        )[0]
        return self.pipe._unpack_latents(said, frames, high, wide, size, size_t)

    def _latent_shape(self, num_frames: int, height: int, width: int) -> tuple[int, int, int]:
        slow, down = self.compression
        return (num_frames - 1) // slow + 1, height // down, width // down
