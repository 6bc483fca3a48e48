"""Tokenizers for tiny text encoders, made on the spot: letters and pairs of letters."""

import string
from importlib import import_module
from typing import Any


def t5_tokenizer() -> Any:
    from transformers import T5Tokenizer

    special = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", -99.0)]
    return T5Tokenizer(vocab=special + _pieces(), extra_ids=0)


def llama_tokenizer(*, shown: bool = False) -> Any:
    """Return a tokenizer in which each word of the template is a token, so that, as in the real
    one, the template is about 95 tokens.

    Args:
        shown: True for the template of the pipeline that shows a picture.
    """
    from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    which = "pipeline_hunyuan_video_image2video" if shown else "pipeline_hunyuan_video"
    pipeline = import_module(f"diffusers.pipelines.hunyuan_video.{which}")
    template = pipeline.DEFAULT_PROMPT_TEMPLATE["template"]
    words = sorted({f"▁{word}" for word in template.split() if "<" not in word})
    # Makes the picture the sixth token, where the pipeline looks for it.
    words += ["▁system", "▁\n\n"]
    special = ["<|pad|>", "<unk>", "<|begin_of_text|>", "<|start_header_id|>",
               "<|end_header_id|>", "<|eot_id|>", *(["<image>"] if shown else [])]  # fmt: skip
    vocabulary = [(token, 0.0) for token in special] + _pieces()
    known = {piece for piece, _ in vocabulary}
    vocabulary += [(word, -1.0) for word in words if word not in known]
    made = Tokenizer(models.Unigram(vocabulary, unk_id=1, byte_fallback=False))
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    made.add_special_tokens([AddedToken(token, special=True) for token in special])
    made.post_processor = processors.TemplateProcessing(
        single="<|begin_of_text|> $A", special_tokens=[("<|begin_of_text|>", 2)]
    )
    roles = dict(zip(("pad", "unk", "bos", "eos"), (*special[:3], special[5]), strict=True))
    return PreTrainedTokenizerFast(
        tokenizer_object=made, **{f"{role}_token": token for role, token in roles.items()}
    )


def clip_tokenizer() -> Any:
    from transformers import CLIPTokenizer

    letters = string.ascii_lowercase + string.digits + string.punctuation
    pieces = ["<|startoftext|>", "<|endoftext|>", *letters, *(f"{one}</w>" for one in letters)]
    return CLIPTokenizer(
        vocab={piece: index for index, piece in enumerate(pieces)}, merges=[], model_max_length=77
    )


def _pieces() -> list[tuple[str, float]]:
    """Return letters, pairs of letters and marks with their log-odds: two characters per token."""
    letters = string.ascii_letters + string.digits + string.punctuation
    pairs = [a + b for a in string.ascii_lowercase for b in string.ascii_lowercase]
    pieces = ["▁", *letters, *pairs, *("▁" + letter for letter in string.ascii_letters)]
    return [(piece, -float(8 - len(piece))) for piece in pieces]
