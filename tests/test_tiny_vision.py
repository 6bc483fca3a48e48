"""The small vision model: a real checkpoint, the same every time, that is shown pictures."""

from pathlib import Path
from typing import Any

import pytest

from deployments.engines.checkpoint import RANDOM, label_of
from deployments.engines.tiny.checkpoints import VISION, make_tiny
from deployments.engines.tiny.vision import TOKENS_A_TILE, make_tiny_vision


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_vision(tmp_path_factory.mktemp("tiny") / "vision")


def test_it_is_an_idefics3_and_the_same_every_time(folder: Path, tmp_path: Path) -> None:
    import torch
    from transformers import Idefics3ForConditionalGeneration

    model: Any = Idefics3ForConditionalGeneration.from_pretrained(folder)
    assert model.num_parameters() < 1_000_000
    again: Any = Idefics3ForConditionalGeneration.from_pretrained(
        make_tiny_vision(tmp_path / "vision")
    )
    for one, other in zip(model.parameters(), again.parameters(), strict=True):
        assert torch.equal(one, other)


def test_it_says_that_it_has_learnt_nothing(folder: Path) -> None:
    assert RANDOM in label_of(folder, "vision", "vLLM")


def test_a_picture_takes_the_place_of_its_mark_in_the_conversation(folder: Path) -> None:
    import numpy as np
    from transformers import AutoTokenizer, Idefics3Processor
    from transformers.models.idefics3 import Idefics3ImageProcessorPil

    tokenizer: Any = AutoTokenizer.from_pretrained(folder)
    pictures: Any = Idefics3ImageProcessorPil.from_pretrained(folder)
    processor: Any = Idefics3Processor(pictures, tokenizer, image_seq_len=TOKENS_A_TILE)
    template = (folder / "chat_template.jinja").read_text()
    content = [{"type": "image"}, {"type": "text", "text": "무엇이 보입니까?"}]
    told = tokenizer.apply_chat_template(
        [{"role": "system", "content": "You see."}, {"role": "user", "content": content}],
        chat_template=template,
        tokenize=False,
        add_generation_prompt=True,
    )
    assert told == (
        "<s>system: You see.<end_of_utterance>\nuser: <image>무엇이 보입니까?<end_of_utterance>\n"
        "assistant: "
    )
    seen = processor(images=[[np.zeros((180, 320, 3), np.uint8)]], text=[told])
    tokens = seen["input_ids"][0]
    # Four tiles and the whole picture.
    assert tokens.count(tokenizer.convert_tokens_to_ids("<image>")) == 5 * TOKENS_A_TILE


def test_it_is_made_beside_the_conte_model(folder: Path) -> None:
    made = make_tiny(folder.parent, ())
    assert made[VISION] == folder
