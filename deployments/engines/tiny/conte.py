"""A small conte model made on disk in seconds, for machines without a real one.

A Mistral of random weights with its own tokenizer: the same code loads, guides and serves it as
AlphaMistral, but its texts mean nothing. Knows `transformers`, not vLLM.

    python -m deployments.engines.tiny.conte FOLDER
"""

import argparse
import asyncio
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from conte.brief import Brief
from conte.checks.timefit import Rates
from conte.conte import Conte, Treatment
from conte.cut import Cut
from deployments.engines.checkpoint import mark_random
from deployments.engines.composer import Composer
from deployments.engines.tiny.language import lean_to_closing, trained_tokenizer
from serve.whole import publish_folder

CONTEXT = 16384

# As strict as Mistral-7B-Instruct v0.1: no system role, and user and assistant alternate.
CHAT_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}"
    "{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('user and assistant have to take turns, and no other role is known') }}"
    "{% endif %}"
    "{% if message['role'] == 'user' %}[INST] {{ message['content'] }} [/INST]"
    "{% else %}{{ message['content'] }}{{ eos_token }}{% endif %}{% endfor %}"
)
_BRIEFS = (
    {"product": {"name": "그립 맥스", "category": "타이어"}, "language": "ko"},
    {"product": {"name": "맑은샘", "category": "화장품"}, "language": "ko", "duration_s": 15},
    {"product": {"name": "하루커피", "category": "커피"}, "language": "ko", "cuts": 6},
    {"product": {"name": "Grip Max", "category": "tire"}, "language": "en"},
    {"product": {"name": "Harbor", "category": "hotel"}, "language": "en", "duration_s": 20},
)


def make_tiny_conte(folder: Path, hidden: int = 64, layers: int = 2, seed: int = 0) -> Path:
    """Write a checkpoint that `transformers` and vLLM load; an existing one is kept.

    `hidden`: width of the model, a multiple of 64. The default has about 0.4 M parameters.
    """
    if (folder / "config.json").exists():
        return folder
    import torch
    from transformers import MistralConfig, MistralForCausalLM

    making = folder.with_name(f"{folder.name}.{os.getpid()}")
    tokenizer = trained_tokenizer(list(_contes()))
    tokenizer.chat_template = CHAT_TEMPLATE
    config = MistralConfig(
        vocab_size=len(tokenizer),
        hidden_size=hidden,
        intermediate_size=2 * hidden,
        num_hidden_layers=layers,
        num_attention_heads=hidden // 32,
        num_key_value_heads=hidden // 64,
        head_dim=32,  # vLLM's attention on the CPU supports 32 and more
        max_position_embeddings=CONTEXT,
        sliding_window=None,
        tie_word_embeddings=False,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    torch.manual_seed(seed)
    model = MistralForCausalLM(config).eval()
    lean_to_closing(model.model, model.lm_head, tokenizer, hidden)
    model.save_pretrained(making, safe_serialization=True)
    tokenizer.save_pretrained(making)
    mark_random(making)
    # The folder appears whole or not at all, however many processes make it at once.
    folder.parent.mkdir(parents=True, exist_ok=True)
    if not publish_folder(making, folder):
        shutil.rmtree(making)
    return folder


def make_tiny_adapter(folder: Path, checkpoint: Path, seed: int = 1) -> Path:
    """Write a LoRA adapter of random weights for that model; an existing one is kept."""
    if (folder / "adapter_config.json").exists():
        return folder
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import MistralForCausalLM

    torch.manual_seed(seed)
    config = LoraConfig(
        r=4,
        lora_alpha=8,
        target_modules=["q_proj", "v_proj"],
        task_type="CAUSAL_LM",
        init_lora_weights=False,  # so that the untrained adapter changes the output
    )
    model: Any = get_peft_model(MistralForCausalLM.from_pretrained(checkpoint), config)
    model.save_pretrained(folder, safe_serialization=True)
    return folder


def _contes() -> Iterator[str]:
    """Yield contes of the composer as JSON: the words and the punctuation of contes."""
    for given in _BRIEFS:
        brief = Brief.model_validate(given)
        for seed in range(4):
            yield json.dumps(
                asyncio.run(_conte(brief, seed)).model_dump(mode="json"), ensure_ascii=False
            )


async def _conte(brief: Brief, seed: int) -> Conte:
    parts = [part async for part in Composer(Rates()).write(brief, seed)]
    treatment = next(part for part in parts if isinstance(part, Treatment))
    return Conte.of(treatment, tuple(part for part in parts if isinstance(part, Cut)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    print(make_tiny_conte(parser.parse_args().folder))
