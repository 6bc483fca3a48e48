"""Tiny checkpoints: real video pipelines with random weights, saved to disk in seconds.

They have the architecture, the files and the compression ratios of the models they stand for and
none of what those have learnt: they show coloured noise. The engine loads them with the very code
that loads the real ones, so nothing about the real path is untested where there is no GPU.

    python -m deployments.engines.tiny_video FOLDER wan
"""

import argparse
import json
import string
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, get_args

TinyFamily = Literal["wan", "wan_14b", "wan_i2v", "wan_ti2v"]

_T5 = {"d_model": 32, "d_ff": 64, "d_kv": 8, "num_layers": 2, "num_heads": 4}
_WAN = {
    "patch_size": (1, 2, 2),
    "num_attention_heads": 2,
    "attention_head_dim": 12,
    "text_dim": 32,
    "freq_dim": 32,
    "ffn_dim": 32,
    "num_layers": 2,
    "rope_max_seq_len": 128,
}


def make_tiny_video(folder: str | Path, family: TinyFamily, seed: int = 0) -> Path:
    """Saves a tiny pipeline of a family in `folder` and returns it. The same seed, the same files.

    Raises:
        ValueError: if there is no such family.
    """
    import torch

    if family not in get_args(TinyFamily):
        raise ValueError(f"no tiny {family!r}; there is {', '.join(get_args(TinyFamily))}")
    folder = Path(folder)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        pipeline = _MAKERS[family]()
        pipeline.save_pretrained(folder, safe_serialization=True)
    return folder


def _wan() -> Any:
    from diffusers import WanPipeline, WanTransformer3DModel

    return WanPipeline(
        transformer=WanTransformer3DModel(in_channels=16, out_channels=16, **_WAN),
        **_wan_parts(),
    )


def _wan_14b() -> Any:
    """Wan 2.2 A14B: one expert for the noisy steps, one for the others."""
    from diffusers import WanPipeline, WanTransformer3DModel

    return WanPipeline(
        transformer=WanTransformer3DModel(in_channels=16, out_channels=16, **_WAN),
        transformer_2=WanTransformer3DModel(in_channels=16, out_channels=16, **_WAN),
        boundary_ratio=0.875,
        **_wan_parts(),
    )


def _wan_i2v() -> Any:
    """Wan 2.1 I2V: noise, mask (4) and picture side by side; the picture once more through CLIP."""
    from diffusers import WanImageToVideoPipeline, WanTransformer3DModel
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
    return WanImageToVideoPipeline(
        transformer=WanTransformer3DModel(
            in_channels=36, out_channels=16, image_dim=32, added_kv_proj_dim=24, **_WAN
        ),
        image_encoder=CLIPVisionModel(eye),
        image_processor=CLIPImageProcessorPil(
            size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32}
        ),
        **_wan_parts(),
    )


def _wan_ti2v() -> Any:
    """Wan 2.2 TI2V: 16 times smaller latents, and a picture in place of the first one."""
    from diffusers import AutoencoderKLWan, WanPipeline, WanTransformer3DModel

    vae = AutoencoderKLWan(
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
    return WanPipeline(
        transformer=WanTransformer3DModel(in_channels=48, out_channels=48, **_WAN),
        expand_timesteps=True,
        **(_wan_parts() | {"vae": vae}),
    )


def _wan_parts() -> dict[str, Any]:
    from diffusers import AutoencoderKLWan, UniPCMultistepScheduler
    from transformers import UMT5Config, UMT5EncoderModel

    tokenizer = _t5_tokenizer()
    return {
        "vae": AutoencoderKLWan(
            base_dim=3,
            z_dim=16,
            dim_mult=[1, 1, 1, 1],
            num_res_blocks=1,
            temperal_downsample=[False, True, True],
        ),
        "scheduler": UniPCMultistepScheduler(
            prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0
        ),
        "text_encoder": UMT5EncoderModel(UMT5Config(vocab_size=len(tokenizer), **_T5)).eval(),
        "tokenizer": tokenizer,
    }


def _t5_tokenizer() -> Any:
    """Letters, pairs of letters and marks: about two characters a token."""
    from transformers import T5Tokenizer

    letters = string.ascii_letters + string.digits + string.punctuation
    pairs = [a + b for a in string.ascii_lowercase for b in string.ascii_lowercase]
    pieces = ["▁", *letters, *pairs, *("▁" + letter for letter in string.ascii_letters)]
    special = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", -99.0)]
    return T5Tokenizer(
        vocab=special + [(piece, -float(8 - len(piece))) for piece in pieces], extra_ids=0
    )


_MAKERS: dict[str, Callable[[], Any]] = {
    "wan": _wan,
    "wan_14b": _wan_14b,
    "wan_i2v": _wan_i2v,
    "wan_ti2v": _wan_ti2v,
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
