"""Shared by tiny language models: a tokenizer trained on the spot, and weights that close strings.

Knows `transformers`, not vLLM.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any

VOCABULARY = 2048
WORDS_A_STRING = 5
"""Average number of tokens in a string before the model closes it."""


def trained_tokenizer(texts: Iterable[str], marks: Sequence[str] = ()) -> Any:
    """Return a byte-complete tokenizer trained on the texts; `marks` are its special tokens."""
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE(byte_fallback=True, unk_token="<unk>"))  # noqa: S106
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            # JSON's punctuation is never merged into words, so that a quote is always one token.
            pre_tokenizers.Split(Regex(r'["{}\[\],:\\]'), "isolated"),
            pre_tokenizers.Split(Regex(r" ?[^ ]+"), "isolated"),
        ]
    )
    tokenizer.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Fuse()])
    special = ["<unk>", "<s>", "</s>", "<pad>", *marks]
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
    if marks:
        fast.add_special_tokens({"additional_special_tokens": list(marks)})
    return fast


def lean_to_closing(decoder: Any, head: Any, tokenizer: Any, hidden: int) -> None:
    """Make a random model close its strings and lists, as a trained one does.

    Channel 0 of the residual stream is a constant that no layer changes; the output weights on it
    are a bias for each token. Without that a string ends only where the schema cuts it off.

    `decoder` has `embed_tokens` and `layers`; `head` is the output layer, [tokens, hidden].
    """
    import torch

    with torch.no_grad():
        embeddings = decoder.embed_tokens.weight
        embeddings.normal_(0, 1)
        embeddings[:, 0] = math.sqrt(hidden) / 2
        for layer in decoder.layers:
            for part in (*layer.self_attn.children(), *layer.mlp.children()):
                if isinstance(part, torch.nn.Linear):
                    # Strong enough that earlier text, or an adapter, changes the next token.
                    part.weight.normal_(0, part.in_features**-0.5)
            layer.self_attn.o_proj.weight[0] = 0
            layer.mlp.down_proj.weight[0] = 0
        weights = head.weight
        weights.normal_(0, 0.8 * hidden**-0.5)
        weights[:, 0] = 0
        # After the norm channel 0 is worth about sqrt(hidden)/2 / rms, with rms near 1.7.
        unit = 1.7 / (math.sqrt(hidden) / 2)
        weights[tokenizer.convert_tokens_to_ids('"'), 0] = (
            math.log(len(tokenizer) / WORDS_A_STRING) * unit
        )
        for mark in "]}":
            weights[tokenizer.convert_tokens_to_ids(mark), 0] = 2 * unit
        for value in range(256):
            weights[tokenizer.convert_tokens_to_ids(f"<0x{value:02X}>"), 0] = -12 * unit
