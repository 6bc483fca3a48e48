"""What the conte model learns from: asked as it is served, and refused by name where it is bad."""

import asyncio
import json
import sys
from collections.abc import AsyncGenerator, Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conte.clip import EngineId
from deployments.engines.chat import ChatRequest, CutOff
from deployments.engines.protocols import ConteError
from deployments.engines.scriptwriter import Scriptwriter
from deployments.engines.system_role import without_system
from serve.settings import ConteSettings
from tests.small_scripts import small_pairs, small_scripts
from training.conte_model.base import OtherFamily, checked_base
from training.conte_model.chats import (
    BadRow,
    ChatSample,
    as_served,
    knows_system,
    pairs_of,
    prompt_versions,
    samples_of,
    versions_of_pairs,
)
from training.conte_model.clauses import clause_tokenizer
from training.conte_model.identity import unlike
from training.conte_model.settings import Settings
from training.preferences.__main__ import make_pairs
from training.preferences.settings import PairSettings
from training.scripts.split import EmptySplit
from training.whole_folder import read_lines, whole_folder, write_lines

Change = Callable[[dict[str, Any]], Any]


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_scripts(tmp_path_factory.mktemp("scripts") / "small")


@pytest.fixture(scope="module")
def pairs(scripts: Path) -> Path:
    return small_pairs(scripts.with_name("pairs"), scripts)


@pytest.fixture(scope="module")
def samples(scripts: Path) -> list[ChatSample]:
    return samples_of(scripts, "train")


@pytest.fixture(scope="module")
def tokenizer(samples: list[ChatSample]) -> Any:
    return clause_tokenizer(
        [one.asked[0]["content"] for one in samples],
        [one.asked[1]["content"] for one in samples],
        [one.answer for one in samples],
        [one.brief.product.name for one in samples],
        2048,
    )


class Listening:
    """A chat that keeps what it is asked, and answers nothing."""

    id = EngineId(name="listening", revision="1", label="listening")

    def __init__(self) -> None:
        self.asked: list[ChatRequest] = []

    async def stream(self, request: ChatRequest) -> AsyncGenerator[str]:
        self.asked.append(request)
        raise CutOff("nothing was said")
        yield ""


def test_a_sample_is_asked_to_the_letter_as_the_served_scriptwriter_asks(
    samples: list[ChatSample], tokenizer: Any
) -> None:
    chat = Listening()

    async def ask() -> None:
        async for _ in Scriptwriter(chat, ConteSettings()).write(samples[0].brief, 1):
            pass

    with pytest.raises(ConteError):
        asyncio.run(ask())
    served = [message.as_openai() for message in chat.asked[0].messages]
    assert list(samples[0].asked) == served
    # Its template knows no system role, as Mistral's first ones: folded in as the server does.
    assert not knows_system(tokenizer)
    assert as_served(samples[0].asked, knows=False) == without_system(served)


def test_what_is_told_in_training_is_told_in_serving_token_by_token(
    samples: list[ChatSample], tokenizer: Any
) -> None:
    """A prompt alone is the beginning of the whole chat: nothing melts over the seam."""
    asked = as_served(samples[0].asked, knows=False)
    answer = [{"role": "assistant", "content": samples[0].answer}]
    prompt = tokenizer.apply_chat_template(asked, add_generation_prompt=True)["input_ids"]
    whole = tokenizer.apply_chat_template(asked + answer)["input_ids"]
    assert whole[: len(prompt)] == prompt
    assert tokenizer.decode(whole[len(prompt) : -1]) == samples[0].answer
    assert whole[-1] == tokenizer.eos_token_id


def test_a_clause_is_a_token_and_so_is_what_stands_between_two_texts(
    samples: list[ChatSample], tokenizer: Any
) -> None:
    name = samples[0].brief.product.name
    pieces = tokenizer.convert_ids_to_tokens(tokenizer(samples[0].answer)["input_ids"])
    assert name in pieces
    assert '", "caption": "' in pieces
    assert len(pieces) < len(samples[0].answer) / 4


@given(st.text(st.characters(codec="utf-8"), max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_text_comes_back_from_the_tokenizer_of_clauses(text: str) -> None:
    made = clause_tokenizer(
        ["### 하나\n둘"], ["물음"], ['{"a": "가온 결이 좋다."}'], ["가온 결"], 2048
    )
    # As vLLM decodes.
    assert made.decode(made(text)["input_ids"], skip_special_tokens=True) == text


def test_a_letter_s_code_in_a_text_is_no_letter() -> None:
    made = clause_tokenizer(["### 하나"], ["물음"], ["답"], ["가온 결"], 2048)
    assert made.decode(made("<0x41> 뷁")["input_ids"], skip_special_tokens=True) == "<0x41> 뷁"


def test_a_vocabulary_without_room_for_clauses_is_refused() -> None:
    with pytest.raises(ValueError, match="vocabulary is 1000, wanted"):
        clause_tokenizer(["a"], ["b"], ["c"], ["d"], 1000)


def rewritten(folder: Path, to: Path, split: str, change: Change) -> Path:
    """The dataset with the first row of a split changed; sealed anew, as a careless job would."""
    with whole_folder(to, {}) as making:
        for name in ("train", "valid", "test"):
            rows = read_lines(folder, f"{name}.jsonl")
            if name == split:
                changed = change(rows[0])
                rows = [] if changed is None else [changed, *rows[1:]]
            write_lines(making / f"{name}.jsonl", rows)
    return to


def without(field: str) -> Change:
    return lambda row: {name: value for name, value in row.items() if name != field}


def answering(text: Any) -> Change:
    def change(row: dict[str, Any]) -> dict[str, Any]:
        return row | {"messages": [*row["messages"][:2], {"role": "assistant", "content": text}]}

    return change


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (without("brief"), "train row 1: has no brief"),
        (without("id"), "train row 1: has no id"),
        (without("messages"), "messages: got None, wanted system, user, assistant"),
        (lambda row: row | {"brief": '{"product": {}}'}, "train row 1: brief: product"),
        (lambda row: row | {"messages": row["messages"][:2]}, "wanted system, user, assistant"),
        (answering(""), "the assistant says nothing"),
        (answering(None), "the assistant says nothing"),
        (answering("{"), "the answer is no JSON"),
        (answering("[]"), "it has no cuts"),
    ],
)
def test_a_bad_row_is_refused_with_its_place_and_what_is_wrong(
    scripts: Path, tmp_path: Path, change: Change, wanted: str
) -> None:
    with pytest.raises(BadRow, match=wanted):
        samples_of(rewritten(scripts, tmp_path / "bad", "train", change), "train")


def test_an_empty_split_is_refused(scripts: Path, tmp_path: Path) -> None:
    empty = rewritten(scripts, tmp_path / "empty", "valid", lambda row: None)
    with pytest.raises(EmptySplit, match="valid is empty"):
        samples_of(empty, "valid")


def test_rows_that_were_changed_after_they_were_published_are_refused(
    scripts: Path, tmp_path: Path
) -> None:
    changed = rewritten(scripts, tmp_path / "changed", "train", lambda row: row)
    with (changed / "train.jsonl").open("a") as file:
        file.write("{}\n")
    with pytest.raises(ValueError, match="is not the file that was published"):
        samples_of(changed, "train")


def test_a_dataset_of_an_older_prompt_is_asked_with_the_one_that_is_served(
    scripts: Path, tmp_path: Path, samples: list[ChatSample]
) -> None:
    def older(row: dict[str, Any]) -> dict[str, Any]:
        return row | {"messages": [{"role": "system", "content": "old"}, *row["messages"][1:]]}

    read = samples_of(rewritten(scripts, tmp_path / "older", "train", older), "train")
    assert read[0].asked == samples[0].asked


def test_pairs_of_an_older_prompt_are_refused_for_their_brief_is_not_at_hand(
    pairs: Path, tmp_path: Path
) -> None:
    assert pairs_of(pairs, "train")

    def older(row: dict[str, Any]) -> dict[str, Any]:
        return row | {"prompt": [{"role": "system", "content": "old"}, row["prompt"][1]]}

    with pytest.raises(ValueError, match="another prompt than asks now"):
        pairs_of(rewritten(pairs, tmp_path / "older", "train", older), "train")
    same = rewritten(pairs, tmp_path / "same", "train", lambda r: r | {"rejected": r["chosen"]})
    with pytest.raises(BadRow, match="are the same"):
        pairs_of(same, "train")


def test_pairs_name_the_prompt_that_asks_them(scripts: Path, pairs: Path) -> None:
    learnt = pairs_of(pairs, "train")
    assert versions_of_pairs(learnt) == prompt_versions(samples_of(scripts, "train"))


def test_another_prompt_asks_where_it_is_to_serve(
    scripts: Path, tmp_path: Path, samples: list[ChatSample]
) -> None:
    served = (files("deployments.engines.scriptwriter") / "prompts" / "ko.md").read_text("utf-8")
    text = served.replace("version: 2", "version: 7").replace(
        "## system\n", "## system\n새로운 말.\n"
    )
    (tmp_path / "ko.md").write_text(text, "utf-8")
    found = samples_of(scripts, "train", tmp_path)
    assert found[0].asked[0]["content"].startswith("새로운 말.")
    assert [one.answer for one in found] == [one.answer for one in samples]
    (version,) = prompt_versions(found, tmp_path)
    assert version.startswith("ko/7-")
    make_pairs(scripts, tmp_path / "pairs", PairSettings(most=1, prompts=str(tmp_path)))
    assert pairs_of(tmp_path / "pairs", "train", tmp_path)
    with pytest.raises(ValueError, match="another prompt than asks now"):
        pairs_of(tmp_path / "pairs", "train")
    (tmp_path / "ko.md").write_text("no prompt", "utf-8")
    with pytest.raises(ValueError, match=r"prompts: .*ko\.md: .*version"):
        samples_of(scripts, "train", tmp_path)
    with pytest.raises(ValueError, match=r"wanted ko\.md or en\.md"):
        samples_of(scripts, "train", tmp_path / "nowhere")


def a_base(folder: Path, files: dict[str, Any]) -> Settings:
    folder.mkdir()
    for name, content in files.items():
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / name).write_text(text)
    return Settings(method="sft", scripts="", base=str(folder))


MISTRAL = {"architectures": ["MistralForCausalLM"]}


@pytest.mark.parametrize(
    ("files", "wanted"),
    [
        ({"model_index.json": {}}, "is a diffusion pipeline"),
        ({"adapter_config.json": {}}, "is an adapter"),
        ({"config.json": {"architectures": ["T5ForConditionalGeneration"]}}, "is a T5For"),
        ({"config.json": {}}, "names no architecture"),
        ({"config.json": "["}, "names no architecture"),
    ],
)
def test_a_checkpoint_of_another_family_is_refused_before_its_weights_are_read(
    tmp_path: Path, files: dict[str, Any], wanted: str
) -> None:
    with pytest.raises(OtherFamily, match=wanted):
        checked_base(a_base(tmp_path / "base", files))


def test_a_base_has_a_licence_from_its_card_or_from_who_gives_it(tmp_path: Path) -> None:
    bare = a_base(tmp_path / "bare", {"config.json": MISTRAL})
    with pytest.raises(ValueError, match="under which licence"):
        checked_base(bare)
    given = checked_base(bare.model_copy(update={"licence": "apache-2.0"}))
    assert given.licence == "apache-2.0"
    card = "---\nlanguage: ko\nlicense: cc-by-nc-4.0\n---\n"
    carded = checked_base(a_base(tmp_path / "card", {"config.json": MISTRAL, "README.md": card}))
    assert carded.licence == "cc-by-nc-4.0"
    assert carded.name.startswith("card@")
    with pytest.raises(ValueError, match="there is no folder"):
        checked_base(bare.model_copy(update={"base": str(tmp_path / "nowhere")}))


def test_four_bits_want_their_library_before_anything_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "bitsandbytes", None)
    settings = Settings(method="sft", scripts="", base=str(tmp_path), tune="qlora", gpu=True)
    with pytest.raises(ValueError, match=r"qlora keeps its 4-bit weights with bitsandbytes"):
        checked_base(settings)


@pytest.mark.parametrize(
    ("wrong", "wanted"),
    [
        ({"tune": "qlora", "base": "x"}, "needs a GPU"),
        ({"tune": "lora"}, "nothing to adapt"),
        ({"lora": {"merge": True}}, "nothing is adapted"),
        ({"method": "dpo"}, "needs a base that can write"),
        ({"method": "grpo", "base": "x", "batch": 3}, "wanted whole groups of 8"),
        ({"method": "grpo", "base": "x", "batch": 4, "workers": 2}, "a worker has 4 answers"),
        ({"method": "dpo", "base": "x", "packing": True}, "packing is for sft"),
        ({"epochs": 0}, "greater than 0"),
        ({"rank": 3}, "Extra inputs"),
    ],
)
def test_settings_that_do_not_fit_together_are_refused(wrong: dict[str, Any], wanted: str) -> None:
    with pytest.raises(ValueError, match=wanted):
        Settings.model_validate({"method": "sft", "scripts": "", "base": "scratch"} | wrong)


def test_settings_that_differ_are_told_by_name() -> None:
    mine = Settings(method="sft", scripts="a", base="scratch")
    other = mine.model_copy(update={"seed": 1, "lora": mine.lora.model_copy(update={"rank": 4})})
    told = unlike(mine.model_dump(mode="json"), other.model_dump(mode="json"))
    assert told == [
        "lora.rank: got 16, it was begun with 4",
        "seed: got 0, it was begun with 1",
    ]
