"""Wan 2.1 and 2.2: text, or text and a first picture, as in `pipeline_wan*.py` (diffusers 0.42)."""

from dataclasses import dataclass
from typing import Any

import torch
from PIL import Image
from torch import Tensor

from deployments.engines.diffusion.families import Family
from training.video_model.families.family import Batch
from training.video_model.objectives import FlowMatching, Objective, Weighting


@dataclass(frozen=True)
class Wan:
    row: Family
    pipe: Any
    config: Any
    """Config of the transformer."""
    weighting: Weighting
    first_is_given: bool
    """True for TI2V with a first frame, which is the first latent; its tokens get time 0."""
    expert: tuple[float, float]
    """Range of times, within 0..1, that this transformer denoises."""

    def latents(self, video: Tensor) -> Tensor:
        vae = self.pipe.vae
        found = vae.encode(video.to(vae.device, vae.dtype)).latent_dist.mode()
        mean, deviation = (
            torch.tensor(each).view(1, -1, 1, 1, 1).to(found)
            for each in (vae.config.latents_mean, vae.config.latents_std)
        )
        # Multiplied by the inverse, as in the pipeline, for the same rounding.
        return (found - mean) * (1.0 / deviation)

    def text(self, caption: str) -> dict[str, Tensor]:
        embeds, _ = self.pipe.encode_prompt(
            caption,
            do_classifier_free_guidance=False,
            max_sequence_length=self.row.prompt_tokens,
            device=self.pipe.text_encoder.device,
        )
        return {"embeds": embeds}

    def condition(self, video: Tensor) -> dict[str, Tensor]:
        if not self._side_by_side:
            return {}
        still = torch.zeros_like(video)
        still[:, :, 0] = video[:, :, 0]
        told = {"picture": self.latents(still)}
        if self.pipe.image_encoder is not None and self.config.image_dim is not None:
            # As a picture, whose pixels the model's own preprocessing resizes.
            pixels = ((video[0, :, 0] + 1) * 127.5).round().to(torch.uint8).permute(1, 2, 0)
            picture = Image.fromarray(pixels.cpu().numpy())
            told["seen"] = self.pipe.encode_image(picture, self.pipe.image_encoder.device)
        return told

    def tokens(self, num_frames: int, height: int, width: int) -> int:
        t, h, w = self.config.patch_size
        down, slow = self.pipe.vae_scale_factor_spatial, self.pipe.vae_scale_factor_temporal
        latent_frames = (num_frames - 1) // slow + 1
        return (latent_frames // t) * (height // down // h) * (width // down // w)

    def objective(self, latents: Tensor) -> Objective:
        lowest, highest = self.expert
        config = self.pipe.scheduler.config
        shift = config.get("flow_shift") or config.get("shift") or 1.0
        return FlowMatching(float(shift), self.weighting, lowest, highest)

    def predict(self, transformer: Any, noisy: Tensor, timesteps: Tensor, batch: Batch) -> Tensor:
        told = {}
        shown = noisy
        if self._side_by_side:
            picture = batch.condition["picture"].to(noisy)
            shown = torch.cat([noisy, self._mask(picture), picture], 1)
            if "seen" in batch.condition:
                told["encoder_hidden_states_image"] = batch.condition["seen"].to(noisy)
        if self.pipe.config.expand_timesteps:
            timesteps = self._each_token(timesteps, noisy)
        return transformer(
            hidden_states=shown,
            timestep=timesteps,
            encoder_hidden_states=batch.text["embeds"].to(noisy),
            return_dict=False,
            **told,
        )[0]

    @property
    def _side_by_side(self) -> bool:
        return self.row.text_pipeline is None

    def _mask(self, picture: Tensor) -> Tensor:
        """Return [batch, 4, frames, height, width]: 1 where a latent represents a given frame."""
        slow = self.pipe.vae_scale_factor_temporal
        batch, _, frames, height, width = picture.shape
        mask = torch.zeros(batch, slow, frames, height, width).to(picture)
        mask[:, :, 0] = 1
        return mask

    def _each_token(self, timesteps: Tensor, noisy: Tensor) -> Tensor:
        t, h, w = self.config.patch_size
        mask = torch.ones(noisy.shape[2:], device=noisy.device)[::t, ::h, ::w].clone()
        if self.first_is_given:
            mask[0] = 0
        return timesteps.view(-1, 1) * mask.flatten()[None]
