"""Preference pairs: a good script against the same with one fault, or a model's own answers."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from conte.brief import Brief
from deployments.engines.tiny.conte import make_tiny_conte
from tests.scripted_chat import a_manuscript
from tests.sound_conte import a_brief
from training.conte_model.chats import ChatSample
from training.preferences import Candidate, Pairing, pairs_of
from training.preferences.__main__ import app
from training.preferences.own_answers import AnswerSettings, OtherAnswers, own_answers
from training.preferences.spoiling import FAULTS, spoilt
from training.scoring import Scorer
from training.whole_folder import read_lines, whole_folder, write_lines

SCORER = Scorer()
BRIEF = a_brief(
    product={
        "name": "그립 맥스",
        "category": "타이어",
        "selling_points": ["젖은 길에서 짧은 제동"],
    },
    must_show=["젖은 도로"],
)
GOOD = json.dumps(
    a_manuscript(cut_3={"action": "타이어 그립 맥스가 젖은 도로의 물을 가른다."}),
    ensure_ascii=False,
)
PART = {
    "too_much_said": "timefit", "name_unsaid": "topic", "absolute_claim": "claims",
    "wrong_particle": "korean", "same_framing": "grammar", "no_packshot": "grammar",
    "said_twice": "distinct", "not_shown": "kept",
}  # fmt: skip


def prompted(brief: Brief) -> tuple[dict[str, str], ...]:
    return ({"role": "user", "content": brief.product.name},)


def candidate(text: str) -> Candidate:
    return Candidate(BRIEF, "tire", text, SCORER.score(text, BRIEF))


@pytest.mark.parametrize("fault", [*FAULTS])
def test_each_fault_is_found_by_the_part_it_belongs_to(fault: str) -> None:
    assert SCORER.score(GOOD, BRIEF).passes, SCORER.score(GOOD, BRIEF).reasons
    score = SCORER.score(spoilt(GOOD, BRIEF, 3)[fault], BRIEF)
    assert not score[PART[fault]].ok
    assert score.value < SCORER.score(GOOD, BRIEF).value


def test_faults_are_the_same_each_time() -> None:
    assert spoilt(GOOD, BRIEF, 3) == spoilt(GOOD, BRIEF, 3)


def test_the_good_one_is_chosen_and_each_kind_of_fault_comes_before_a_second() -> None:
    candidates = [candidate(text) for text in (*spoilt(GOOD, BRIEF, 3).values(), GOOD)]
    pairs = list(pairs_of(candidates, prompted, Pairing(margin=0.001, most=7)))
    assert {pair.chosen[0]["content"] for pair in pairs} == {GOOD}
    assert len(pairs) == len({pair.id for pair in pairs}) == 7
    parts = [tuple(reason.partition(":")[0] for reason in pair.why) for pair in pairs]
    assert len({part[:1] for part in parts}) >= 6
    assert all(pair.chosen_score > pair.rejected_score for pair in pairs)


def test_what_is_hardly_worse_makes_no_pair_and_neither_does_the_same_text() -> None:
    wrong = spoilt(GOOD, BRIEF, 3)["no_packshot"]
    candidates = [candidate(GOOD), candidate(GOOD), candidate(wrong)]
    assert list(pairs_of(candidates, prompted, Pairing(margin=0.5))) == []


def test_where_nothing_passes_nothing_is_chosen() -> None:
    candidates = [candidate(text) for text in spoilt(GOOD, BRIEF, 3).values()]
    assert list(pairs_of(candidates, prompted, Pairing(margin=0.0))) == []


def _row(kind: str) -> dict[str, Any]:
    messages = [{"role": "user", "content": "u"}, {"role": "assistant", "content": GOOD}]
    return {"brief": BRIEF.model_dump_json(), "messages": messages, "product_type": kind}


def test_a_dataset_of_scripts_becomes_one_of_pairs_with_its_splits(tmp_path: Path) -> None:
    with whole_folder(tmp_path / "scripts", {}) as making:
        for split in ("train", "valid", "test"):
            write_lines(making / f"{split}.jsonl", [_row(split)])
    ended = CliRunner().invoke(
        app, ["--scripts", str(tmp_path / "scripts"), "--out", str(tmp_path / "pairs")]
    )
    assert ended.exit_code == 0, ended.output
    rows = read_lines(tmp_path / "pairs", "train.jsonl")
    assert {row["group"] for row in rows} == {"train"}
    assert [message["role"] for message in rows[0]["prompt"]] == ["system", "user"]
    assert rows[0]["chosen"][0]["content"] == GOOD


def test_pairs_of_what_is_no_dataset_are_refused_and_leave_nothing(tmp_path: Path) -> None:
    ended = CliRunner().invoke(
        app, ["--scripts", str(tmp_path / "none"), "--out", str(tmp_path / "pairs")]
    )
    assert ended.exit_code == 2
    assert not list(tmp_path.iterdir())


# A model's own answers

ASKED = AnswerSettings(
    model="m@1", prompts=("ko/1",), writer="transformers", answers=3, temperature=0.8, top_p=0.95,
    max_tokens=600, seed=0,
)  # fmt: skip


class Numbering:
    """Writes the number of the answer and whose it is; `dies_at`: the turn in which it is killed."""

    def __init__(self, dies_at: int = 99) -> None:
        self.turns: list[int] = []
        self._dies_at = dies_at

    def write(
        self, asked: Sequence[Sequence[dict[str, str]]], briefs: Sequence[Brief]
    ) -> list[str]:
        self.turns.append(len(asked))
        if len(self.turns) == self._dies_at:
            raise KeyboardInterrupt
        return [f"{at} {one[0]['content']}" for at, one in enumerate(asked)]

    def close(self) -> None: ...


def samples(number: int) -> list[ChatSample]:
    return [
        ChatSample(f"s{at}", "tire", BRIEF, ({"role": "user", "content": f"s{at}"},), GOOD)
        for at in range(number)
    ]


def silent(_: str) -> None:
    pass


def test_killed_it_goes_on_with_what_was_not_answered_to_the_same_answers(tmp_path: Path) -> None:
    whole = own_answers(samples(10), ASKED, Numbering, tmp_path / "whole.jsonl", silent)
    assert {name: len(texts) for name, texts in whole.items()} == {f"s{n}": 3 for n in range(10)}
    kept = tmp_path / "kept.jsonl"
    with pytest.raises(KeyboardInterrupt):
        own_answers(samples(10), ASKED, lambda: Numbering(dies_at=3), kept, silent)
    kept.write_text(kept.read_text("utf-8")[:-9], "utf-8")  # in the middle of a line
    again = Numbering()
    assert own_answers(samples(10), ASKED, lambda: again, kept, silent) == whole
    assert again.turns == [12, 6], "the turn of the broken line, and the one that was never begun"
    assert own_answers(samples(10), ASKED, lambda: 1 / 0, kept, silent) == whole  # pyright: ignore[reportArgumentType, reportReturnType]


def test_answers_that_were_asked_otherwise_are_not_taken_for_these(tmp_path: Path) -> None:
    kept = tmp_path / "kept.jsonl"
    own_answers(samples(1), ASKED, Numbering, kept, silent)
    other = ASKED.model_copy(update={"temperature": 0.1})
    with pytest.raises(OtherAnswers, match="asked otherwise"):
        own_answers(samples(1), other, Numbering, kept, silent)


def test_of_own_answers_the_worst_is_rejected_first() -> None:
    candidates = [candidate(text) for text in (*spoilt(GOOD, BRIEF, 3).values(), GOOD)]
    pairs = list(pairs_of(candidates, prompted, Pairing(most=1, margin=0.01, worst_first=True)))
    (pair,) = pairs
    assert pair.rejected_score == min(one.score.value for one in candidates)


def test_a_model_is_asked_for_its_own_answers_and_says_where_they_give_no_pair(
    tmp_path: Path,
) -> None:
    model = make_tiny_conte(tmp_path / "tiny")
    with whole_folder(tmp_path / "scripts", {}) as making:
        for split in ("train", "valid", "test"):
            row = _row(split) | {"id": split}
            row["messages"] = [{"role": "system", "content": "s"}, *row["messages"]]
            write_lines(making / f"{split}.jsonl", [row])
    words = [
        "--scripts", str(tmp_path / "scripts"), "--out", str(tmp_path / "pairs"),
        "--model", str(model), "--set", "answers=2", "--set", "max_tokens=24",
    ]  # fmt: skip
    ended = CliRunner().invoke(app, words)
    assert ended.exit_code == 2
    assert "train gives no pair" in ended.stderr
    assert "0 of 2 pass every check" in ended.stderr, "random weights write nothing good"
    assert not (tmp_path / "pairs").exists()
    _, *rows = (tmp_path / ".pairs.answers.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(row)["id"] for row in rows] == ["train", "valid"], "the test is not learnt"
