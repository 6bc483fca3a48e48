"""The small conte model: a real checkpoint, the same every time, that closes what it opens."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from deployments.engines.checkpoint import RANDOM, label_of
from deployments.engines.tiny.conte import make_tiny_adapter, make_tiny_conte


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_conte(tmp_path_factory.mktemp("tiny") / "conte")


@cache
def tokenizer(folder: Path) -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(folder)


@pytest.mark.parametrize(
    "text", ['{"title": "그립 맥스, 비 오는 밤"}', "辛라면 😀\n", "a wet road, 35 mm", "①②"]
)
def test_any_text_comes_back_as_it_was(folder: Path, text: str) -> None:
    tokens = tokenizer(folder)(text, add_special_tokens=False)["input_ids"]
    assert tokenizer(folder).decode(tokens) == text


def test_a_quotation_mark_is_always_a_token_of_its_own(folder: Path) -> None:
    said = tokenizer(folder).tokenize(
        json.dumps({"caption": "멈출 때를 아는 타이어"}, ensure_ascii=False)
    )
    assert said.count('"') == 4


def test_its_template_is_as_strict_as_the_first_mistrals(folder: Path) -> None:
    user, system = {"role": "user", "content": "a"}, {"role": "system", "content": "b"}
    answer = {"role": "assistant", "content": "c"}
    told = tokenizer(folder).apply_chat_template([user, answer, user], tokenize=False)
    assert told == "<s>[INST] a [/INST]c</s>[INST] a [/INST]"
    for refused in ([system, user], [user, user], [answer]):
        with pytest.raises(Exception, match="take turns"):
            tokenizer(folder).apply_chat_template(refused, tokenize=False)


def test_it_is_a_mistral_and_the_same_every_time(folder: Path, tmp_path: Path) -> None:
    again = make_tiny_conte(tmp_path / "conte")
    assert json.loads((folder / "config.json").read_text())["model_type"] == "mistral"
    for name in ("model.safetensors", "tokenizer.json", "config.json"):
        assert (again / name).read_bytes() == (folder / name).read_bytes()


def test_it_says_that_it_has_learnt_nothing(folder: Path) -> None:
    assert RANDOM in label_of(folder, "conte", "vLLM")


def test_what_stands_is_left_alone(folder: Path) -> None:
    before = (folder / "model.safetensors").stat().st_mtime_ns
    make_tiny_conte(folder)
    assert (folder / "model.safetensors").stat().st_mtime_ns == before


def test_strings_end_by_themselves(folder: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM

    model: Any = AutoModelForCausalLM.from_pretrained(folder)
    tokens = tokenizer(folder)('{"title": "그립', return_tensors="pt")["input_ids"]
    with torch.no_grad():
        chances = torch.softmax(model(tokens).logits[0, -1], dim=-1)
    quote = float(chances[tokenizer(folder).convert_tokens_to_ids('"')])
    assert 0.02 < quote < 0.6


def test_an_adapter_is_one_that_peft_loads(folder: Path, tmp_path: Path) -> None:
    adapter = make_tiny_adapter(tmp_path / "tires", folder)
    told = json.loads((adapter / "adapter_config.json").read_text())
    assert (told["peft_type"], told["r"]) == ("LORA", 4)
    assert (adapter / "adapter_model.safetensors").exists()
