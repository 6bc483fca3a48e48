"""LoRA adapters for tiny checkpoints, made and saved with PEFT as the real ones are."""

from pathlib import Path

import torch
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict

from deployments.engines.diffusion.loading import diffusers
from deployments.engines.tiny.video import TinyFamily
from tests.tiny_checkpoints import checkpoint


def lora(folder: Path, family: TinyFamily = "wan", seed: int = 0, file: str = "") -> Path:
    """A LoRA of the attention of a tiny model, with weights that show."""
    pipe = diffusers.DiffusionPipeline.from_pretrained(str(checkpoint(family)))
    pipe.transformer.add_adapter(LoraConfig(r=4, target_modules=["to_q", "to_k", "to_v"]))
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        for name, weight in pipe.transformer.named_parameters():
            if "lora_" in name:
                torch.nn.init.normal_(weight)
    pipe.save_lora_weights(
        folder, transformer_lora_layers=get_peft_model_state_dict(pipe.transformer)
    )
    if file:
        (folder / "pytorch_lora_weights.safetensors").rename(folder / file)
    return folder
