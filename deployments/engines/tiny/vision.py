"""A small vision language model made on disk in seconds, for machines without a real one.

An Idefics3 of random weights with its own tokenizer, picture processor and chat template: the same
code loads, guides and serves it as a real one, but its texts mean nothing. Knows `transformers`,
not vLLM.

    python -m deployments.engines.tiny.vision FOLDER
"""

import argparse
import json
import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from conte.measures import Bars, CameraMotion, Measures
from conte.vocabulary import Language
from deployments.engines.checkpoint import mark_random
from deployments.engines.measured.telling import told
from deployments.engines.tiny.language import lean_to_closing, trained_tokenizer
from serve.whole import publish_folder

CONTEXT = 8192
TILE, PATCH, SCALE = 112, 14, 2
PICTURE = 2 * TILE
"""Longer side in pixels to which a picture is scaled: four tiles, and the whole picture as a fifth.

A picture that is not split, or no larger than a tile, ends vLLM 0.29's engine.
"""
TOKENS_A_TILE = (TILE // PATCH) ** 2 // SCALE**2
_AROUND, _PICTURE, _WHOLE, _ENDS = (
    "<fake_token_around_image>", "<image>", "<global-img>", "<end_of_utterance>"
)  # fmt: skip
_TILES = tuple(f"<row_{row}_col_{column}>" for row in range(1, 7) for column in range(1, 7))
CHAT_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}{{ message['role'] }}: "
    "{% if message['content'] is string %}{{ message['content'] }}{% else %}"
    "{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}<image>{% else %}{{ part['text'] }}{% endif %}"
    "{% endfor %}{% endif %}<end_of_utterance>\n{% endfor %}"
    "{% if add_generation_prompt %}assistant: {% endif %}"
)


def make_tiny_vision(folder: Path, hidden: int = 64, layers: int = 2, seed: int = 0) -> Path:
    """Write a checkpoint that `transformers` and vLLM load; an existing one is kept.

    `hidden`: width of the model, a multiple of 64. The default has about 0.5 M parameters.
    """
    if (folder / "config.json").exists():
        return folder
    import torch
    from transformers import (
        Idefics3Config,
        Idefics3ForConditionalGeneration,
        Idefics3Processor,
        LlamaConfig,
    )
    from transformers.models.idefics3 import Idefics3ImageProcessorPil, Idefics3VisionConfig

    making = folder.with_name(f"{folder.name}.{os.getpid()}")
    tokenizer = trained_tokenizer(_captions(), (_AROUND, _PICTURE, _WHOLE, _ENDS, *_TILES))
    processor: Any = Idefics3Processor(
        Idefics3ImageProcessorPil(
            size={"longest_edge": PICTURE},
            max_image_size={"longest_edge": TILE},
            do_image_splitting=True,
        ),
        tokenizer,
        image_seq_len=TOKENS_A_TILE,
        chat_template=CHAT_TEMPLATE,
    )
    ends = tokenizer.convert_tokens_to_ids(_ENDS)
    text = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=hidden,
        intermediate_size=2 * hidden,
        num_hidden_layers=layers,
        num_attention_heads=hidden // 32,
        num_key_value_heads=hidden // 64,
        head_dim=32,  # vLLM's attention on the CPU supports 32 and more
        max_position_embeddings=CONTEXT,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=ends,
        pad_token_id=tokenizer.pad_token_id,
    )
    seen = Idefics3VisionConfig(
        hidden_size=hidden,
        intermediate_size=2 * hidden,
        num_hidden_layers=layers,
        num_attention_heads=hidden // 32,
        image_size=TILE,
        patch_size=PATCH,
    )
    config = Idefics3Config(
        text_config=text,
        vision_config=seen,
        scale_factor=SCALE,
        image_token_id=tokenizer.convert_tokens_to_ids(_PICTURE),
        tie_word_embeddings=False,
    )
    torch.manual_seed(seed)
    model: Any = Idefics3ForConditionalGeneration(config).eval()
    lean_to_closing(model.model.text_model, model.lm_head, tokenizer, hidden)
    with torch.no_grad():
        # As strong as words, so that another picture gives another text.
        shown = model.model.connector.modality_projection.proj.weight
        shown.normal_(0, 2 * shown.shape[1] ** -0.5)
        model.model.vision_model.embeddings.patch_embedding.weight.normal_(0, 0.1)
    model.generation_config.eos_token_id = ends
    model.save_pretrained(making, safe_serialization=True)
    processor.save_pretrained(making)
    mark_random(making)
    # The folder appears whole or not at all, however many processes make it at once.
    folder.parent.mkdir(parents=True, exist_ok=True)
    if not publish_folder(making, folder):
        shutil.rmtree(making)
    return folder


def _captions() -> Iterator[str]:
    """Yield captions of measures as JSON: the words and the punctuation of captions."""
    dice = random.Random(0)
    for language in get_args(Language):
        for _ in range(40):
            caption = told(_measures(dice), 16 / 9, language)
            yield json.dumps(caption.model_dump(mode="json"), ensure_ascii=False)


def _measures(dice: random.Random) -> Measures:
    return Measures(
        motion=dice.uniform(0, 0.3),
        camera=CameraMotion(
            pan_per_s=dice.gauss(0, 0.1),
            tilt_per_s=dice.gauss(0, 0.1),
            zoom_per_s=dice.gauss(0, 0.1),
            shake=dice.uniform(0, 0.1),
        ),
        brightness=dice.random(),
        contrast=dice.random(),
        colourfulness=dice.uniform(0, 100),
        colours=tuple(f"#{dice.randrange(1 << 24):06x}" for _ in range(3)),
        sharpness=dice.uniform(0, 500),
        black=0,
        text_area=dice.uniform(0, 0.2),
        bars=Bars(),
        dhashes=(),
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    print(make_tiny_vision(parser.parse_args().folder))
