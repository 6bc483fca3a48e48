"""Tiny checkpoints: real video pipelines with random weights, saved to disk in seconds.

They have the architecture, the files and the compression ratios of real models, but no training:
they show coloured noise. The engine loads them with the same code as real ones, so the real path is
tested where there is no GPU.

    python -m deployments.engines.tiny.video FOLDER wan
"""

import argparse
import json
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, get_args

from deployments.engines.checkpoint import mark_random
from deployments.engines.tiny.tokenizers import clip_tokenizer, llama_tokenizer, t5_tokenizer

TinyFamily = Literal[
    "wan",
    "wan_14b",
    "wan_i2v",
    "wan_ti2v",
    "ltx",
    "ltx_condition",
    "cogvideox",
    "cogvideox_i2v",
    "cogvideox15",
    "hunyuan",
    "hunyuan_i2v",
    "hunyuan_i2v_33ch",
]

_T5: dict[str, Any] = {"d_model": 32, "d_ff": 64, "d_kv": 8, "num_layers": 2, "num_heads": 4}
_WAN: dict[str, Any] = {
    "patch_size": (1, 2, 2),
    "num_attention_heads": 2,
    "attention_head_dim": 12,
    "text_dim": 32,
    "freq_dim": 32,
    "ffn_dim": 32,
    "num_layers": 2,
    "rope_max_seq_len": 128,
}

_HUNYUAN: dict[str, Any] = {
    "out_channels": 4,
    "num_attention_heads": 2,
    "attention_head_dim": 10,
    "num_layers": 1,
    "num_single_layers": 1,
    "num_refiner_layers": 1,
    "text_embed_dim": 16,
    "pooled_projection_dim": 16,
    "rope_axes_dim": (2, 4, 4),
}

_COGVIDEOX: dict[str, Any] = {
    "num_attention_heads": 2,
    "attention_head_dim": 16,
    "time_embed_dim": 16,
    "text_embed_dim": 32,
    "num_layers": 2,
    "sample_width": 14,
    "sample_height": 8,
    "sample_frames": 49,
}


def make_tiny_video(folder: str | Path, family: TinyFamily, seed: int = 0) -> Path:
    """Save a tiny pipeline of a family in `folder` and return that. The same seed gives the same
    files.

    Raises:
        ValueError: if there is no such family.
    """
    import torch

    if family not in get_args(TinyFamily):
        raise ValueError(f"no tiny {family!r}; there is {', '.join(get_args(TinyFamily))}")
    folder = Path(folder)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        _MAKERS[family](import_module("diffusers")).save_pretrained(folder)
    mark_random(folder)
    return folder


def _wan(diffusers: Any) -> Any:
    return diffusers.WanPipeline(
        transformer=diffusers.WanTransformer3DModel(in_channels=16, out_channels=16, **_WAN),
        **_wan_parts(diffusers),
    )


def _wan_14b(diffusers: Any) -> Any:
    """Wan 2.2 A14B: one expert for the noisy steps, one for the others."""
    return diffusers.WanPipeline(
        transformer=diffusers.WanTransformer3DModel(in_channels=16, out_channels=16, **_WAN),
        transformer_2=diffusers.WanTransformer3DModel(in_channels=16, out_channels=16, **_WAN),
        boundary_ratio=0.875,
        **_wan_parts(diffusers),
    )


def _wan_i2v(diffusers: Any) -> Any:
    """Wan 2.1 I2V: noise, mask (4 channels) and picture side by side; the picture also through
    CLIP.
    """
    from transformers import CLIPImageProcessorPil, CLIPVisionConfig, CLIPVisionModel

    eye = CLIPVisionConfig(
        hidden_size=32,
        projection_dim=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=32,
        image_size=32,
        patch_size=8,
    )
    return diffusers.WanImageToVideoPipeline(
        transformer=diffusers.WanTransformer3DModel(
            in_channels=36, out_channels=16, image_dim=32, added_kv_proj_dim=24, **_WAN
        ),
        image_encoder=CLIPVisionModel(eye),
        image_processor=CLIPImageProcessorPil(
            size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32}
        ),
        **_wan_parts(diffusers),
    )


def _wan_ti2v(diffusers: Any) -> Any:
    """Wan 2.2 TI2V: 16 times smaller latents, and a picture in place of the first one."""
    vae = diffusers.AutoencoderKLWan(
        base_dim=3,
        decoder_base_dim=3,
        z_dim=48,
        dim_mult=[1, 1, 1, 1],
        num_res_blocks=1,
        temperal_downsample=[False, True, True],
        latents_mean=[0.0] * 48,
        latents_std=[1.0] * 48,
        is_residual=True,
        in_channels=12,
        out_channels=12,
        patch_size=2,
        scale_factor_temporal=4,
        scale_factor_spatial=16,
    )
    return diffusers.WanPipeline(
        transformer=diffusers.WanTransformer3DModel(in_channels=48, out_channels=48, **_WAN),
        expand_timesteps=True,
        **(_wan_parts(diffusers) | {"vae": vae}),
    )


def _wan_parts(diffusers: Any) -> dict[str, Any]:
    from transformers import UMT5Config, UMT5EncoderModel

    tokenizer = t5_tokenizer()
    return {
        "vae": diffusers.AutoencoderKLWan(
            base_dim=3,
            z_dim=16,
            dim_mult=[1, 1, 1, 1],
            num_res_blocks=1,
            temperal_downsample=[False, True, True],
        ),
        "scheduler": diffusers.UniPCMultistepScheduler(
            prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0
        ),
        "text_encoder": UMT5EncoderModel(UMT5Config(vocab_size=len(tokenizer), **_T5)).eval(),
        "tokenizer": tokenizer,
    }


def _ltx(diffusers: Any) -> Any:
    return diffusers.LTXPipeline(**_ltx_parts(diffusers, told_the_time=False))


def _ltx_condition(diffusers: Any) -> Any:
    """LTX-Video from 0.9.5 on: its VAE gets the timestep at which it decodes."""
    return diffusers.LTXConditionPipeline(**_ltx_parts(diffusers, told_the_time=True))


def _ltx_parts(diffusers: Any, *, told_the_time: bool) -> dict[str, Any]:
    """Return the parts, with latents 32 times smaller and 8 times fewer, like the real ones."""
    return {
        "transformer": diffusers.LTXVideoTransformer3DModel(
            in_channels=8,
            out_channels=8,
            num_attention_heads=4,
            attention_head_dim=8,
            cross_attention_dim=32,
            num_layers=2,
            caption_channels=32,
        ),
        "vae": diffusers.AutoencoderKLLTXVideo(
            latent_channels=8,
            block_out_channels=(8, 8, 8, 8),
            decoder_block_out_channels=(8, 8, 8, 8),
            layers_per_block=(1, 1, 1, 1, 1),
            decoder_layers_per_block=(1, 1, 1, 1, 1),
            timestep_conditioning=told_the_time,
        ),
        "scheduler": diffusers.FlowMatchEulerDiscreteScheduler(
            use_dynamic_shifting=not told_the_time
        ),
        **_t5_parts(),
    }


def _cogvideox(diffusers: Any) -> Any:
    """CogVideoX 2B: the transformer's config has its only size, here 112x64."""
    return diffusers.CogVideoXPipeline(
        transformer=diffusers.CogVideoXTransformer3DModel(
            in_channels=4, out_channels=4, **_COGVIDEOX
        ),
        **_cogvideox_parts(diffusers),
    )


def _cogvideox15(diffusers: Any) -> Any:
    """CogVideoX 1.5: patches of two latents in time, which limit the frame counts."""
    return diffusers.CogVideoXPipeline(
        transformer=diffusers.CogVideoXTransformer3DModel(
            in_channels=4,
            out_channels=4,
            patch_size_t=2,
            patch_bias=False,
            use_rotary_positional_embeddings=True,
            **_COGVIDEOX,
        ),
        **_cogvideox_parts(diffusers),
    )


def _cogvideox_i2v(diffusers: Any) -> Any:
    """CogVideoX 5B I2V: noise and picture side by side; learned positions allow only one size."""
    return diffusers.CogVideoXImageToVideoPipeline(
        transformer=diffusers.CogVideoXTransformer3DModel(
            in_channels=8,
            out_channels=4,
            use_rotary_positional_embeddings=True,
            use_learned_positional_embeddings=True,
            **_COGVIDEOX,
        ),
        **_cogvideox_parts(diffusers),
    )


def _cogvideox_parts(diffusers: Any) -> dict[str, Any]:
    return {
        "vae": diffusers.AutoencoderKLCogVideoX(
            block_out_channels=(8, 8, 8, 8),
            latent_channels=4,
            layers_per_block=1,
            norm_num_groups=2,
            sample_height=64,
            sample_width=112,
        ),
        "scheduler": diffusers.CogVideoXDDIMScheduler(
            prediction_type="v_prediction",
            rescale_betas_zero_snr=True,
            timestep_spacing="trailing",
        ),
        **_t5_parts(),
    }


def _hunyuan(diffusers: Any) -> Any:
    """HunyuanVideo: a Llama reads the prompt within a template, and a CLIP reads it alone."""
    from transformers import LlamaModel

    tokenizer = llama_tokenizer()
    return diffusers.HunyuanVideoPipeline(
        transformer=diffusers.HunyuanVideoTransformer3DModel(in_channels=4, **_HUNYUAN),
        text_encoder=LlamaModel(_llama(tokenizer)).eval(),
        tokenizer=tokenizer,
        **_hunyuan_parts(diffusers),
    )


def _hunyuan_i2v(diffusers: Any, *, beside: bool = False) -> Any:
    """HunyuanVideo I2V: a LLaVA reads the prompt and the picture, in 24x24 patches.

    The picture is the first of the latents or, in the model with 33 channels (`beside`), beside
    them.
    """
    from transformers import (
        CLIPImageProcessorPil,
        CLIPVisionConfig,
        LlavaConfig,
        LlavaForConditionalGeneration,
    )

    tokenizer = llama_tokenizer(shown=True)
    eye = CLIPVisionConfig(
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=32,
        image_size=48,
        patch_size=2,
    )
    reader: Any = LlavaConfig(
        vision_config=eye,
        text_config=_llama(tokenizer),
        image_token_index=tokenizer.convert_tokens_to_ids("<image>"),
    )
    reader.pad_token_id = tokenizer.pad_token_id
    return diffusers.HunyuanVideoImageToVideoPipeline(
        transformer=diffusers.HunyuanVideoTransformer3DModel(
            in_channels=9 if beside else 4,
            guidance_embeds=not beside,
            image_condition_type="latent_concat" if beside else "token_replace",
            **_HUNYUAN,
        ),
        text_encoder=LlavaForConditionalGeneration(reader).eval(),
        tokenizer=tokenizer,
        image_processor=CLIPImageProcessorPil(
            size={"shortest_edge": 48}, crop_size={"height": 48, "width": 48}
        ),
        **_hunyuan_parts(diffusers),
    )


def _llama(tokenizer: Any) -> Any:
    from transformers import LlamaConfig

    return LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=3,
        num_attention_heads=4,
        pad_token_id=tokenizer.pad_token_id,
    )


def _hunyuan_parts(diffusers: Any) -> dict[str, Any]:
    from transformers import CLIPTextConfig, CLIPTextModel

    clip = clip_tokenizer()
    return {
        "vae": diffusers.AutoencoderKLHunyuanVideo(
            latent_channels=4,
            block_out_channels=(8, 8, 8, 8),
            layers_per_block=1,
            norm_num_groups=4,
        ),
        "scheduler": diffusers.FlowMatchEulerDiscreteScheduler(shift=7.0),
        "text_encoder_2": CLIPTextModel(
            CLIPTextConfig(
                vocab_size=len(clip),
                hidden_size=16,
                intermediate_size=32,
                num_hidden_layers=2,
                num_attention_heads=4,
                projection_dim=16,
                bos_token_id=clip.bos_token_id,
                eos_token_id=clip.eos_token_id,
                pad_token_id=clip.pad_token_id,
            )
        ).eval(),
        "tokenizer_2": clip,
    }


def _t5_parts() -> dict[str, Any]:
    from transformers import T5Config, T5EncoderModel

    tokenizer = t5_tokenizer()
    return {
        "text_encoder": T5EncoderModel(T5Config(vocab_size=len(tokenizer), **_T5)).eval(),
        "tokenizer": tokenizer,
    }


_MAKERS: dict[str, Callable[[Any], Any]] = {
    "wan": _wan,
    "wan_14b": _wan_14b,
    "wan_i2v": _wan_i2v,
    "wan_ti2v": _wan_ti2v,
    "ltx": _ltx,
    "ltx_condition": _ltx_condition,
    "cogvideox": _cogvideox,
    "cogvideox_i2v": _cogvideox_i2v,
    "cogvideox15": _cogvideox15,
    "hunyuan": _hunyuan,
    "hunyuan_i2v": _hunyuan_i2v,
    "hunyuan_i2v_33ch": partial(_hunyuan_i2v, beside=True),
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Make a tiny video checkpoint with random weights."
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("family", choices=get_args(TinyFamily))
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    folder = make_tiny_video(asked.folder, asked.family, asked.seed)
    index = json.loads((folder / "model_index.json").read_text())
    print(f"{folder}: {index['_class_name']}")


if __name__ == "__main__":
    main()
