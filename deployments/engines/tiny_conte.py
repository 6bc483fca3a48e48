"""A small conte model made on disk in seconds, for machines without a real one.

A Mistral of random weights with a tokenizer of its own: it is loaded, guided and served by the very
code that serves AlphaMistral, but what it writes means nothing. Knows `transformers`, not vLLM.

    python -m deployments.engines.tiny_conte FOLDER
"""

import argparse
import asyncio
import json
import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from conte.brief import Brief
from conte.checks.timefit import Rates
from conte.conte import Conte, Treatment
from conte.cut import Cut
from deployments.engines.composer import Composer

VOCABULARY = 2048
CONTEXT = 16384
WORDS_A_STRING = 5
"""How many tokens a string has on average before the model closes it."""

# As strict as Mistral-7B-Instruct v0.1's: no system role, and user and assistant take turns.
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
    """Write a checkpoint that `transformers` and vLLM load; one that stands is left alone.

    `hidden`: width of the model, a multiple of 64. The default has about 0.4 M parameters.
    """
    if (folder / "config.json").exists():
        return folder
    import torch
    from transformers import MistralConfig, MistralForCausalLM

    making = folder.with_name(f"{folder.name}.{os.getpid()}")
    tokenizer = _tokenizer(list(_contes()))
    config = MistralConfig(
        vocab_size=len(tokenizer),
        hidden_size=hidden,
        intermediate_size=2 * hidden,
        num_hidden_layers=layers,
        num_attention_heads=hidden // 32,
        num_key_value_heads=hidden // 64,
        head_dim=32,  # vLLM's attention on the CPU knows 32 and up
        max_position_embeddings=CONTEXT,
        sliding_window=None,
        tie_word_embeddings=False,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    torch.manual_seed(seed)
    model = MistralForCausalLM(config).eval()
    _lean(model, tokenizer, hidden)
    model.save_pretrained(making, safe_serialization=True)
    tokenizer.save_pretrained(making)
    # The folder appears whole or not at all, however many make it at once.
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        making.rename(folder)
    except OSError:
        import shutil

        shutil.rmtree(making)
    return folder


def make_tiny_adapter(folder: Path, checkpoint: Path, seed: int = 1) -> Path:
    """Write a LoRA adapter of random weights for that model; one that stands is left alone."""
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
        init_lora_weights=False,  # so that it changes something without having learnt anything
    )
    model: Any = get_peft_model(MistralForCausalLM.from_pretrained(checkpoint), config)
    model.save_pretrained(folder, safe_serialization=True)
    return folder


def _contes() -> Iterator[str]:
    """What the composer writes, as JSON: the words and the punctuation of contes."""
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


def _tokenizer(texts: list[str]) -> Any:
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE(byte_fallback=True, unk_token="<unk>"))  # noqa: S106
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            # JSON's own marks never melt into words, so that a quote is always one token.
            pre_tokenizers.Split(Regex(r'["{}\[\],:\\]'), "isolated"),
            pre_tokenizers.Split(Regex(r" ?[^ ]+"), "isolated"),
        ]
    )
    tokenizer.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Fuse()])
    special = ["<unk>", "<s>", "</s>", "<pad>"]
    bytes_ = [f"<0x{value:02X}>" for value in range(256)]
    ascii_ = [chr(code) for code in range(32, 127)]
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=special + bytes_,
        initial_alphabet=ascii_,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        unk_token="<unk>",  # noqa: S106
        bos_token="<s>",  # noqa: S106
        eos_token="</s>",  # noqa: S106
        pad_token="<pad>",  # noqa: S106
        clean_up_tokenization_spaces=False,
    )
    fast.chat_template = CHAT_TEMPLATE
    return fast


def _lean(model: Any, tokenizer: Any, hidden: int) -> None:
    """Make the random model close its strings and lists, as one that has learnt anything does.

    Channel 0 of the residual stream is a constant that no layer touches; the output weights on it
    are a bias for each token. Without it a string ends only where the schema cuts it off.
    """
    import torch

    with torch.no_grad():
        embeddings = model.model.embed_tokens.weight
        embeddings.normal_(0, 1)
        embeddings[:, 0] = math.sqrt(hidden) / 2
        for layer in model.model.layers:
            for part in (*layer.self_attn.children(), *layer.mlp.children()):
                if isinstance(part, torch.nn.Linear):
                    # Strong enough that what was said before, or an adapter, changes what is next.
                    part.weight.normal_(0, part.in_features**-0.5)
            layer.self_attn.o_proj.weight[0] = 0
            layer.mlp.down_proj.weight[0] = 0
        head = model.lm_head.weight
        head.normal_(0, 0.8 * hidden**-0.5)
        head[:, 0] = 0
        # After the norm channel 0 is worth about sqrt(hidden)/2 / rms, with rms near 1.7.
        unit = 1.7 / (math.sqrt(hidden) / 2)
        head[tokenizer.convert_tokens_to_ids('"'), 0] = (
            math.log(len(tokenizer) / WORDS_A_STRING) * unit
        )
        for mark in "]}":
            head[tokenizer.convert_tokens_to_ids(mark), 0] = 2 * unit
        for value in range(256):
            head[tokenizer.convert_tokens_to_ids(f"<0x{value:02X}>"), 0] = -12 * unit


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    print(make_tiny_conte(parser.parse_args().folder))
