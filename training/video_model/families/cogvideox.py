"""CogVideoX 1.0 and 1.5, T2V and I2V, as in `pipeline_cogvideox*.py` (diffusers 0.42).

The I2V training in arXiv 2408.06072 adds noise to the first picture. This is left out here, because
a picture is encoded by the VAE only once.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from deployments.engines.diffusion.families import Family
from training.video_model.families.family import Batch
from training.video_model.objectives import Objective, VPrediction


@dataclass(frozen=True)
class CogVideoX:
    row: Family
    pipe: Any
    config: Any
    first_is_given = False
    """False: the I2V model gets the picture beside the latents."""

    def latents(self, video: Tensor) -> Tensor:
        found = self._encoded(video) * self.pipe.vae.config.scaling_factor
        # 1.5 takes latent frames in pairs. The pipeline adds one in front and drops it at the end.
        if spare := found.shape[2] % (self.config.patch_size_t or 1):
            found = torch.cat([found[:, :, :spare], found], 2)
        return found

    def text(self, caption: str) -> dict[str, Tensor]:
        embeds, _ = self.pipe.encode_prompt(
            caption,
            do_classifier_free_guidance=False,
            max_sequence_length=self.row.prompt_tokens,
            device=self.pipe.text_encoder.device,
        )
        return {"embeds": embeds}

    def condition(self, video: Tensor) -> dict[str, Tensor]:
        if self.row.text_pipeline is not None:
            return {}
        factor, config = self.pipe.vae.config.scaling_factor, self.pipe.vae.config
        picture = self._encoded(video[:, :, :1])
        return {"picture": picture / factor if config.invert_scale_latents else picture * factor}

    def tokens(self, num_frames: int, height: int, width: int) -> int:
        down, slow = self.pipe.vae_scale_factor_spatial, self.pipe.vae_scale_factor_temporal
        size, size_t = self.config.patch_size, self.config.patch_size_t or 1
        frames = -(-((num_frames - 1) // slow + 1) // size_t)
        return frames * (height // down // size) * (width // down // size)

    def objective(self, latents: Tensor) -> Objective:
        return VPrediction(self.pipe.scheduler)

    def predict(self, transformer: Any, noisy: Tensor, timesteps: Tensor, batch: Batch) -> Tensor:
        shown, down = noisy, self.pipe.vae_scale_factor_spatial
        if "picture" in batch.condition:
            picture = batch.condition["picture"].to(noisy)
            beside = torch.zeros_like(noisy)
            # The padding of 1.5 repeats the picture in front.
            spare = noisy.shape[2] % 2 == 0 and self.config.patch_size_t is not None
            beside[:, :, : 1 + spare] = picture
            shown = torch.cat([noisy, beside], 1)
        _, _, frames, high, wide = noisy.shape
        told: dict[str, Any] = {}
        if self.config.use_rotary_positional_embeddings:
            # The pipeline reads the patch size from its transformer.
            self.pipe.transformer = transformer
            told["image_rotary_emb"] = self.pipe._prepare_rotary_positional_embeddings(
                high * down, wide * down, frames, noisy.device
            )
        if self.config.get("ofs_embed_dim") is not None:
            told["ofs"] = noisy.new_full((1,), 2.0)
        said = transformer(
            hidden_states=shown.transpose(1, 2),
            encoder_hidden_states=batch.text["embeds"].to(noisy),
            timestep=timesteps,
            return_dict=False,
            **told,
        )[0]
        return said.transpose(1, 2)

    def _encoded(self, video: Tensor) -> Tensor:
        vae = self.pipe.vae
        return vae.encode(video.to(vae.device, vae.dtype)).latent_dist.mode()
