"""Prompts are learnt within a budget: the child is better on valid, sound, and paid for once."""

import asyncio
import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from conte.brief import Brief, Product
from conte.production import Sampling
from deployments.engines.paid import (
    Answers,
    Budget,
    BudgetLimits,
    BudgetSpent,
    Cost,
    RecordedPurse,
    open_purses,
)
from deployments.engines.scriptwriter.prompts import read_prompt
from serve.cluster import settings_at
from serve.opened import open_registry, open_vault
from serve.registry.entry import Entry, EntryKind
from serve.registry.files import publish
from tests.learning_writer import NAMED, SHORT, SIZED, LearningWriter, learning_writer, sound
from training.measured import of_prompts
from training.prompts.__main__ import app
from training.prompts.beginning import beginning
from training.prompts.calls import CountedPurse
from training.prompts.result import TESTED
from training.prompts.scriptwriting import Scriptwriting
from training.prompts.search import check_splits
from training.prompts.task import Example
from training.whole_folder import read_lines, whole_folder, write_lines

PRODUCTS = {
    "tire": "그립 맥스", "coffee": "모닝 브루", "shoe": "런핏", "cream": "수분 온",
    "bag": "캐리온", "tea": "산들차", "lamp": "밤빛", "chair": "앉음",
    "soap": "맑은손", "ramen": "한솥", "tent": "들집", "pen": "글결",
}  # fmt: skip


def brief(name: str) -> Brief:
    return Brief(
        product=Product(name=name, category="생활용품", selling_points=("가볍고 튼튼합니다",)),
        duration_s=20,
    )


def dataset(folder: Path) -> Path:
    rows = [
        {"id": kind * 3, "product_type": kind, "mood": "calm",
         "brief": (told := brief(name).model_dump_json()),
         "messages": [{"role": "assistant", "content": json.dumps(sound(told))}]}
        for kind, name in PRODUCTS.items()
    ]  # fmt: skip
    with whole_folder(folder / "scripts", {}) as making:
        write_lines(making / "train.jsonl", rows[:4])
        write_lines(making / "valid.jsonl", rows[4:8])
        write_lines(making / "test.jsonl", rows[8:])
    return folder / "scripts"


def command(folder: Path, writer: LearningWriter, **changes: Any) -> list[str]:
    given = {
        "name": "t", "scripts": folder / "scripts", "out": folder / "out",
        "records": f"sqlite:///{folder}/p.db", "calls": 200, "rounds": 4,
        "writing.url": writer.url, "writing.model": "writer", "reflecting.model": "reflector",
        "writing.price_in": 1, "writing.price_out": 4, "writing.budget": 5,
        "writing.max_retries": 0, "writing.requests_per_minute": 100000,
        "writing.tokens_per_minute": 1000000000, **changes,
    }  # fmt: skip
    options = ("name", "scripts", "out", "records")
    return [
        part
        for name, what in given.items()
        for part in ((f"--{name}", str(what)) if name in options else ("--set", f"{name}={what}"))
    ]


def run(folder: Path, writer: LearningWriter, **changes: Any) -> Result:
    return CliRunner().invoke(app, command(folder, writer, **changes))


def manifest(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "out" / "manifest.json").read_text("utf-8"))


def test_the_best_is_judged_on_examples_that_it_was_not_chosen_by(tmp_path: Path) -> None:
    dataset(tmp_path)
    with learning_writer() as writer:
        assert run(tmp_path, writer, rounds=2).exit_code == 0
    rows = read_lines(tmp_path / "out", TESTED)
    assert {row["group"] for row in rows} == set(list(PRODUCTS)[8:])
    assert all(row["child"] > row["parent"] for row in rows)
    child, parent = of_prompts(tmp_path / "out", {})
    assert child.scores["value"] == tuple(row["child"] for row in rows)
    assert (child.fixed_set, child.groups) == (parent.fixed_set, parent.groups)
    assert "test" in manifest(tmp_path)["search"]


def test_where_none_is_better_nothing_is_judged_on_test(tmp_path: Path) -> None:
    dataset(tmp_path)
    with learning_writer(learns=False) as writer:
        ran = run(tmp_path, writer, rounds=1)
        said = [json.dumps(body, ensure_ascii=False) for body in writer.asked]
    assert "none is better" in ran.stderr, ran.stderr
    assert not (tmp_path / "out" / TESTED).exists()
    assert not any(PRODUCTS[kind] in one for one in said for kind in list(PRODUCTS)[8:])


def test_a_child_is_better_on_test_and_is_a_sound_prompt_file(tmp_path: Path) -> None:
    dataset(tmp_path)
    with learning_writer() as writer:
        ran = run(tmp_path, writer)
        asked = len(writer.asked)
    assert ran.exit_code == 0, ran.stderr
    made = manifest(tmp_path)
    for split in ("valid", "test"):
        value = made[split]["value"]
        assert value["child"]["mean"] > value["parent"]["mean"] + 0.05
        assert value["better_by"]["low"] > 0
    assert made["spent"]["calls_made"] == asked <= 200
    text = (tmp_path / "out" / "ko.md").read_text("utf-8")
    child = read_prompt("ko", text)
    assert child.version == made["version"]
    assert child.version.startswith("ko/3-")
    assert f"parent: {made['parent']}" in text
    assert NAMED in text and SHORT in text
    # The served writer asks with it as it asks with its own.
    task = Scriptwriting("ko", Sampling(temperature=0.8, top_p=0.95, max_tokens=6000))
    request = task.ask(child, Example("a", "a", brief("런핏")))
    assert NAMED in request.messages[0].content
    html = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert NAMED in html and "<b>" not in html and "the placeholder $rate is lost" not in html


def test_the_rewriter_s_prompt_is_learnt_too(tmp_path: Path) -> None:
    dataset(tmp_path)
    with learning_writer() as writer:
        ran = run(tmp_path, writer, task="rewriter", rounds=2)
    assert ran.exit_code == 0, ran.stderr
    made = manifest(tmp_path)
    assert made["version"].startswith("rewriter/en/2-")
    assert made["test"]["size"]["parent"]["mean"] == 0
    assert made["test"]["size"]["child"]["mean"] == 1
    assert SIZED in (tmp_path / "out" / "en.md").read_text("utf-8")


def test_the_same_command_again_asks_for_nothing(tmp_path: Path) -> None:
    dataset(tmp_path)
    with learning_writer() as writer:
        assert run(tmp_path, writer, rounds=2).exit_code == 0
        first, asked = manifest(tmp_path), len(writer.asked)
        again = run(tmp_path, writer, rounds=2)
        assert again.exit_code == 0 and "it is done" in again.stderr
        other = run(tmp_path, writer, rounds=3)
        assert other.exit_code == 2 and "another search" in other.stderr
        # Elsewhere, as after a crash before anything was published: all from what was answered.
        assert run(tmp_path, writer, rounds=2, out=tmp_path / "b").exit_code == 0
        assert len(writer.asked) == asked
    second = json.loads((tmp_path / "b" / "manifest.json").read_text("utf-8"))
    assert first == second


def test_a_killed_driver_goes_on_without_paying_twice(tmp_path: Path) -> None:
    dataset(tmp_path)
    (tmp_path / "whole").mkdir()
    dataset(tmp_path / "whole")
    with learning_writer() as writer:
        assert run(tmp_path / "whole", writer, rounds=3).exit_code == 0
        wanted = len(writer.asked)
        writer.asked.clear()
        going = subprocess.Popen(
            [sys.executable, "-m", "training.prompts", *command(tmp_path, writer, rounds=3)],
            stderr=subprocess.DEVNULL,
        )
        while len(writer.asked) < wanted // 2 and going.poll() is None:
            time.sleep(0.01)
        going.send_signal(signal.SIGKILL)
        going.wait()
        assert not (tmp_path / "out").exists()
        assert run(tmp_path, writer, rounds=3).exit_code == 0
        asked = [json.dumps(body, sort_keys=True) for body in writer.asked]
    # At most what was under way when it was killed is asked again.
    assert len(asked) - len(set(asked)) <= 8
    assert len(set(asked)) == wanted
    whole, resumed = manifest(tmp_path / "whole"), manifest(tmp_path)
    assert whole["version"] == resumed["version"]
    assert whole["valid"] == resumed["valid"]
    assert whole["test"] == resumed["test"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"calls": 21}, "13 calls are made"),  # 8 are left for test
        ({"writing.budget": 0.4}, "is left, the next request may cost"),
        ({"writing.budget": 0, "writing.budget_tokens": 200000}, "tokens are left"),
    ],
)
def test_no_call_is_paid_beyond_the_budget(
    changes: dict[str, Any], told: str, tmp_path: Path
) -> None:
    dataset(tmp_path)
    with learning_writer() as writer:
        ran = run(tmp_path, writer, **{"at_once": 1, **changes})
        assert ran.exit_code == 0, ran.stderr
        made, asked = manifest(tmp_path), len(writer.asked)
    assert told in made["stopped"]
    assert asked == made["spent"]["calls_made"]
    assert asked <= changes.get("calls", 200)
    assert made["spent"]["money"] <= changes.get("writing.budget", 5) or "writing.budget" in changes
    assert made["spent"]["tokens"] <= changes.get("writing.budget_tokens", 10**9)


@pytest.mark.parametrize(
    ("calls", "told"),
    [(8, "judging on test may take 8 calls"), (10, "all of 2 calls are made")],
)
def test_a_budget_that_does_not_pay_for_judging_is_told(
    calls: int, told: str, tmp_path: Path
) -> None:
    dataset(tmp_path)
    with learning_writer() as writer:
        ran = run(tmp_path, writer, calls=calls)
    assert ran.exit_code == 2
    assert told in ran.stderr
    assert not (tmp_path / "out").exists()


def test_a_model_that_goes_away_stops_the_search_which_can_go_on(tmp_path: Path) -> None:
    dataset(tmp_path)
    with learning_writer(dies_after=9) as writer:
        ran = run(tmp_path, writer, rounds=2, at_once=2)
        assert ran.exit_code == 1, ran.stderr
        assert "run the same again" in ran.stderr
        writer.dies_after = 10**9
        assert run(tmp_path, writer, rounds=2, at_once=2).exit_code == 0
        bodies = [json.dumps(body, sort_keys=True) for body in writer.asked]
    assert len(bodies) == len(set(bodies))


def test_a_search_begins_with_what_is_served_if_it_is_told_to(tmp_path: Path) -> None:
    task = Scriptwriting("ko", Sampling(temperature=0.8, top_p=0.95, max_tokens=6000))
    packaged = task.parent()
    assert beginning("served", task, tmp_path, None) == packaged, "nothing is promoted there"
    text = packaged.as_file(2).replace("## system\n", "## system\n늘 짧게 씁니다. ")
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "ko.md").write_text(text, "utf-8")
    settings = settings_at(tmp_path, None)
    registry = open_registry(settings)
    entry = Entry(
        kind=EntryKind.CONTE_PROMPT, name="ko/2", language="ko", licence="MIT", use="commercial",
        code="c", files=asyncio.run(publish(open_vault(settings), tmp_path / "p")),
    )  # fmt: skip
    registry.serve(registry.add(entry), 1, None)
    found = beginning("served", task, tmp_path, None)
    assert found == beginning(str(tmp_path / "p" / "ko.md"), task, tmp_path, None)
    assert (found.version, beginning("", task, tmp_path, None)) == (2, packaged)


def test_a_product_type_in_both_splits_is_refused() -> None:
    one = Example("a", "tire", brief("런핏"))
    with pytest.raises(ValueError, match="'tire' is both in train and in valid"):
        check_splits({"train": [one], "valid": [one], "test": [one]})
    with pytest.raises(ValueError, match="valid is empty"):
        check_splits({"train": [one], "valid": []})


def test_calls_are_counted_over_restarts_and_given_back_where_nothing_was_paid(
    tmp_path: Path,
) -> None:
    limits = BudgetLimits(money=1, tokens=0, requests_per_minute=60000, tokens_per_minute=0)

    def purse() -> CountedPurse:
        database = open_purses(f"sqlite:///{tmp_path}/p.db")
        paid = RecordedPurse(Budget(database, "a", limits), Answers(database))
        return CountedPurse(paid, database, "a", 2)

    async def spend() -> None:
        cost = Cost(10, 10, 0.1)
        await purse().reserve(cost)
        await purse().settle(cost, Cost())
        await purse().reserve(cost)
        await purse().settle(cost, cost)
        await purse().reserve(cost)
        with pytest.raises(BudgetSpent, match="all of 2 calls"):
            await purse().reserve(cost)

    asyncio.run(spend())
    assert purse().spent[0] == 2
