"""A small untrained model of the Mistral architecture, with a tokenizer made from the scripts.

For machines without a GPU, and for tests: the same code trains, guides and serves it as
AlphaMistral. It only knows the products that it was trained on, and no language beyond them.
"""

from collections.abc import Sequence
from pathlib import Path

from pydantic import Field

from conte.frozen import Frozen
from training.conte_model.clauses import clause_tokenizer

CONTEXT = 16384
_HEAD = 32
"""Width of an attention head; vLLM's attention on CPUs supports 32 and more."""


class Size(Frozen):
    """Size of the model; the default has about 2.6 M parameters, 1 M of them for the vocabulary."""

    hidden: int = Field(default=128, ge=64, le=1024, multiple_of=64)
    layers: int = Field(default=4, ge=1, le=32)
    vocabulary: int = Field(default=8192, ge=2048, le=65536)


def make_scratch(
    folder: Path, systems: Sequence[str], asked: Sequence[str], answers: Sequence[str],
    names: Sequence[str], size: Size, seed: int,
) -> Path:  # fmt: skip
    """Write an untrained checkpoint with a tokenizer made from these texts (see
    `clause_tokenizer`). The same texts, size and seed give the same bytes.

    Raises:
        ValueError: if the vocabulary is too small for the fixed prompts.
    """
    import torch
    from safetensors.torch import save_file
    from transformers import MistralConfig, MistralForCausalLM

    tokenizer = clause_tokenizer(systems, asked, answers, names, size.vocabulary)
    config = MistralConfig(
        vocab_size=size.vocabulary,
        hidden_size=size.hidden,
        intermediate_size=3 * size.hidden,
        num_hidden_layers=size.layers,
        num_attention_heads=size.hidden // _HEAD,
        num_key_value_heads=size.hidden // _HEAD,
        head_dim=_HEAD,
        max_position_embeddings=CONTEXT,
        sliding_window=None,
        tie_word_embeddings=True,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = MistralForCausalLM(config)
    config.architectures = [type(model).__name__]
    # Not `model.save_pretrained`, which in a process group writes only on the first worker.
    config.save_pretrained(folder)
    model.generation_config.save_pretrained(folder)
    weights = {name: w for name, w in model.state_dict().items() if name != "lm_head.weight"}
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    tokenizer.save_pretrained(folder)
    return folder
