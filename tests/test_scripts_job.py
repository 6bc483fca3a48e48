"""Scripts to learn from: planned evenly, checked, split without a leak, and not lost to a kill."""

import json
import math
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from conte.brief import Brief
from conte.checks.timefit import Rates
from conte.production import Sampling
from deployments.engines.scriptwriter.prompts import prompt_in
from deployments.engines.scriptwriter.requests import ConteRequests
from deployments.knowledge.product_types import product_types
from training.scoring import Scorer
from training.scoring.reading import read_manuscript
from training.scripts.balance import AXES, Cell, evenness, outweighing
from training.scripts.composing import ComposerWriter
from training.scripts.dataset import publish, read_samples
from training.scripts.duplicates import duplicates
from training.scripts.order import Order
from training.scripts.planning import Mix, plan_orders
from training.scripts.records import OtherJob, Records, open_scripts
from training.scripts.requests import ScriptRequests
from training.scripts.selection import Rules, Selection, select
from training.scripts.split import EmptySplit, Shares, check_no_leak, split_of
from training.scripts.written import WrittenScript
from training.whole_folder import FolderStands

ROOT = Path(__file__).parent.parent
KINDS = product_types().types
QUESTIONS = ScriptRequests(Sampling(temperature=0.9, top_p=0.95, max_tokens=6000))
SOME = ("coffee", "mattress", "tire", "smartphone", "shampoo", "ramen", "running_shoes", "toy")
"""Product types that the composer writes well of; which of them the table has is looked up."""


@pytest.fixture(scope="module")
def finished() -> list[tuple[Order, WrittenScript]]:
    orders = list(plan_orders(KINDS, 60, Mix()))
    return list(zip(orders, ComposerWriter().write_all(orders), strict=True))


@pytest.fixture(scope="module")
def selection(finished: list[tuple[Order, WrittenScript]]) -> Selection:
    return select(finished, Rules())


def test_the_same_settings_plan_the_same_orders_and_other_seeds_others() -> None:
    first, again = (list(plan_orders(KINDS, 40, Mix())) for _ in range(2))
    assert first == again
    assert [o.id for o in first] != [o.id for o in plan_orders(KINDS, 40, Mix(seed=1))]
    assert [o.id for o in plan_orders(KINDS, 10, Mix())] == [o.id for o in first][:10]


def test_industries_structures_moods_and_cuts_are_ordered_evenly() -> None:
    orders = list(plan_orders(KINDS, 330, Mix()))
    assert len({order.id for order in orders}) == 330
    for axis in ("mood", "cuts", "industry"):
        counts = Counter(getattr(order, axis) for order in orders)
        assert max(counts.values()) - min(counts.values()) <= 2, axis
    # Not every structure suits every kind of goods: nobody jokes about a funeral.
    assert evenness(Counter(order.structure for order in orders)) > 0.99
    assert {order.cuts for order in orders} == {4, 5, 6, 7, 8}
    assert 0.1 < sum(order.brief.language == "en" for order in orders) / 330 < 0.3
    assert any(order.brief.cuts is None for order in orders)


def test_no_product_name_belongs_to_two_product_types() -> None:
    owner: dict[str, str] = {}
    for order in plan_orders(KINDS, 600, Mix()):
        stem = order.brief.product.name.rstrip(" 23456789")
        assert owner.setdefault(stem, order.kind) == order.kind


def test_without_product_types_there_is_nothing_to_plan() -> None:
    with pytest.raises(ValueError, match="no product types"):
        list(plan_orders((), 3, Mix()))


def test_what_the_composer_wrote_reads_back_as_a_conte_that_passes(
    finished: list[tuple[Order, WrittenScript]],
) -> None:
    kept = [(order, written) for order, written in finished if written.kept]
    assert len(kept) > 0.7 * len(finished)
    for order, written in kept:
        reading = read_manuscript(written.manuscript, order.brief)
        assert reading.conte is not None
        assert not reading.unlike_schema
        assert reading.conte.num_frames == order.brief.num_frames
        assert len(reading.conte.cuts) == order.cuts
        assert reading.conte.structure == order.structure
        assert Scorer().score(written.manuscript, order.brief).passes
        pacing = json.loads(written.manuscript)["pacing"]
        assert sum(pacing) == order.brief.duration_s


def test_what_was_dropped_says_why(finished: list[tuple[Order, WrittenScript]]) -> None:
    for _, written in finished:
        assert written.kept or written.reasons


def test_a_sample_asks_as_the_served_scriptwriter_does(selection: Selection) -> None:
    order = selection.samples[0].order
    served = ConteRequests(
        brief=order.brief,
        seed=5,
        prompt=prompt_in(order.brief.language),
        sampling=Sampling(temperature=0.1, top_p=1, max_tokens=900),
        adapter=None,
        rates=Rates(),
    ).for_conte()
    assert QUESTIONS.sample(order.brief) == served.messages
    asked = QUESTIONS.first(order)
    assert asked.schema == served.schema
    assert asked.messages[-1].content.startswith(served.messages[-1].content)
    assert order.structure in asked.messages[-1].content


def test_no_product_type_and_no_product_stands_in_two_splits(selection: Selection) -> None:
    kinds = {s: {x.order.kind for x in selection.of(s)} for s in ("train", "valid", "test")}
    assert all(kinds.values())
    assert not kinds["train"] & (kinds["valid"] | kinds["test"])
    assert not kinds["valid"] & kinds["test"]


def test_a_leak_is_refused_by_name() -> None:
    def sample(kind: str, name: str) -> list[dict[str, str]]:
        return [{"product type": kind, "product": name}]

    with pytest.raises(ValueError, match="'coffee' is both in train and in test"):
        check_no_leak({"train": sample("coffee", "가온"), "test": sample("coffee", "누리")})
    with pytest.raises(ValueError, match="product '가온' is both"):
        check_no_leak({"train": sample("coffee", "가온"), "test": sample("tea", "가온")})


def test_held_out_combinations_share_products_and_moods_with_what_is_learnt_but_never_both(
    finished: list[tuple[Order, WrittenScript]],
) -> None:
    shares = Shares(valid=0.1, test=0.2, held_out="combinations")
    few = list(plan_orders([k for k in KINDS if k.id in SOME], 60, Mix(products=1, cuts=(4, 5))))
    assert {order.cuts for order in few} == {4, 5}
    assert len({order.brief.product.name for order in few if order.brief.language == "ko"}) <= len(
        SOME
    )
    written = [
        one.model_copy(update={"order": o.id}) for o, (_, one) in zip(few, finished, strict=True)
    ]
    chosen = select(list(zip(few, written, strict=True)), Rules(shares=shares, duplicate=1))
    pairs = {s: {(x.order.kind, x.order.mood) for x in chosen.of(s)} for s in ("train", "test")}
    assert pairs["test"] and not pairs["test"] & pairs["train"]
    assert {kind for kind, _ in pairs["test"]} & {kind for kind, _ in pairs["train"]}


def test_settings_that_cannot_be_planned_are_refused() -> None:
    for wrong in ({"cuts": (3, 5)}, {"cuts": (6, 5)}, {"products": 0}):
        with pytest.raises(ValueError, match="wanted"):
            Mix.model_validate(wrong)


def test_a_product_type_stays_in_its_split_when_the_table_grows() -> None:
    shares = Shares(valid=0.1, test=0.1)
    ids = [kind.id for kind in KINDS]
    small, large = split_of(ids[:200], shares), split_of(ids, shares)
    assert all(large[kind] == split for kind, split in small.items())
    counts = Counter(large.values())
    assert counts["test"] == pytest.approx(0.1 * len(ids), rel=0.5)


@pytest.mark.parametrize("num", [0, 1, 2])
def test_fewer_than_three_product_types_make_no_splits(num: int) -> None:
    with pytest.raises(EmptySplit):
        split_of(SOME[:num], Shares())


@pytest.mark.parametrize("num", [3, 4, 8])
def test_few_product_types_still_fill_every_split(num: int) -> None:
    assert set(split_of(SOME[:num], Shares()).values()) == {"train", "valid", "test"}


def test_near_duplicates_are_those_that_share_their_ngrams() -> None:
    text = "비 오는 밤, 젖은 길. 멈춰야 할 때가 있습니다. 그립 맥스가 붙잡습니다. 집까지 안전하게."
    nearly = text.replace("안전하게", "조용하게")
    text, nearly = (f"{one} 비 온 뒤의 아침, 마른 길을 다시 달립니다." for one in (text, nearly))
    other = "아침 햇살이 식탁에 닿는다. 천천히 볶은 원두의 향. 오늘의 첫 시간."
    found = duplicates([("a", text), ("b", nearly), ("c", other), ("d", text + "!")], 0.7)
    assert {name: one.of for name, one in found.items()} == {"b": "a", "d": "a"}
    assert found["d"].similarity == 1


def test_of_two_that_are_alike_the_one_that_would_be_learnt_goes(
    finished: list[tuple[Order, WrittenScript]],
) -> None:
    kept = [(order, written) for order, written in finished if written.kept]
    splits = split_of((order.kind for order, _ in kept), Shares())
    learnt = next(pair for pair in kept if splits[pair[0].kind] == "train")
    asked = next(pair for pair in kept if splits[pair[0].kind] == "test")
    copied = learnt[1].model_copy(update={"order": asked[0].id})
    # The same script under a brief of another product type.
    brief = asked[0].model_copy(update={"brief": learnt[0].brief})
    twin = brief.model_copy(
        update={"brief": brief.brief.model_copy(update={"product": brief.brief.product})}
    )
    others = [pair for pair in kept if pair[0].id not in (asked[0].id, learnt[0].id)]
    chosen = select([*others, learnt, (twin, copied)], Rules())
    assert chosen.left_out[learnt[0].id][0] == "duplicate"


def test_what_outweighs_the_others_is_cut_back() -> None:
    cells = [
        Cell(id=f"{at:02}", industry="food" if at < 20 else f"i{at % 4}", structure="x", cuts="4")
        for at in range(28)
    ]
    left_out = outweighing(cells, 2.0)
    assert len(left_out) == 16
    assert all(reason.startswith("industry food: 20, 4") for reason in left_out.values())
    assert evenness(Counter(a=5, b=5)) == 1
    assert evenness(Counter(a=99, b=1)) < 0.1


def test_no_axis_outweighs_once_another_has_lost_its_own() -> None:
    lots = random.Random(3)
    cells = [
        Cell(
            id=f"{at:03}",
            industry=lots.choice(["food"] * 6 + ["car", "home", "pet"]),
            structure=lots.choice(["hero"] * 5 + ["story", "demo"]),
            cuts=lots.choice(["4"] * 7 + ["5", "6", "8"]),
        )
        for at in range(300)
    ]
    left = [cell for cell in cells if cell.id not in outweighing(cells, 1.2)]
    for axis in AXES:
        counts = Counter(getattr(cell, axis) for cell in left)
        assert max(counts.values()) <= math.ceil(1.2 * median(counts.values())), (axis, counts)
    assert left


def test_a_published_dataset_is_whole_and_reads_back(selection: Selection, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    folder = publish(selection, QUESTIONS, tmp_path / "set", {"name": "x"}, {"card.md": b"# x\n"})
    rows = read_samples(folder, "train")
    assert [m["role"] for m in rows[0]["messages"]] == ["system", "user", "assistant"]
    assert pq.read_table(folder / "train.parquet").to_pylist() == rows  # pyright: ignore
    brief = Brief.model_validate_json(rows[0]["brief"])
    assert Scorer().score(rows[0]["messages"][2]["content"], brief).passes
    assert publish(selection, QUESTIONS, tmp_path / "set", {"name": "x"}, {"card.md": b"# x\n"})
    with pytest.raises(FolderStands):
        publish(selection, QUESTIONS, tmp_path / "set", {"name": "y"}, {})
    assert not list(tmp_path.glob(".*"))


def test_a_dataset_that_was_changed_or_is_not_whole_is_refused(
    selection: Selection, tmp_path: Path
) -> None:
    folder = publish(selection, QUESTIONS, tmp_path / "set", {}, {})
    with (folder / "train.jsonl").open("a") as file:
        file.write("{}\n")
    with pytest.raises(ValueError, match="not the file that was published"):
        read_samples(folder, "train")
    (folder / "manifest.json").unlink()
    with pytest.raises(ValueError, match="not a whole one"):
        read_samples(folder, "valid")


def test_an_empty_split_publishes_nothing(selection: Selection, tmp_path: Path) -> None:
    without = Selection(selection.of("train"), selection.left_out)
    with pytest.raises(EmptySplit, match="valid has no sample"):
        publish(without, QUESTIONS, tmp_path / "set", {}, {})
    assert not list(tmp_path.iterdir())


def test_a_job_goes_on_only_with_the_settings_it_was_begun_with(tmp_path: Path) -> None:
    database = open_scripts(f"sqlite:///{tmp_path}/t.db")
    Records(database, "one").begin('{"scripts": 3}')
    Records(database, "one").begin('{"scripts": 3}')
    with pytest.raises(OtherJob, match="begun with other settings"):
        Records(database, "one").begin('{"scripts": 4}')
    database.close()


def run_job(tmp_path: Path, out: str, *more: str) -> "subprocess.Popen[bytes]":
    command = [
        sys.executable, "-m", "training.scripts", "--name", "job", "--set", "scripts=24",
        "--out", str(tmp_path / out), "--records", f"sqlite:///{tmp_path}/{out}.db", *more,
    ]  # fmt: skip
    environment = {k: v for k, v in os.environ.items() if k != "RAY_ADDRESS"}
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, env=environment)


def kept_so_far(path: Path) -> int:
    if not path.exists():
        return 0
    try:
        database = open_scripts(f"sqlite:///{path}")
    except Exception:
        return 0
    done = len(Records(database, "job").done())
    database.close()
    return done


def test_a_job_that_was_killed_goes_on_and_ends_in_the_same_dataset(tmp_path: Path) -> None:
    whole = run_job(tmp_path, "whole")
    killed = run_job(tmp_path, "killed")
    while kept_so_far(tmp_path / "killed.db") == 0 and killed.poll() is None:
        time.sleep(0.05)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    kept = kept_so_far(tmp_path / "killed.db")
    assert 0 < kept < 24
    assert not (tmp_path / "killed").exists()
    again = run_job(tmp_path, "killed")
    told = again.communicate()[1].decode()
    assert again.returncode == 0, told
    assert f"{24 - kept} to write" in told
    assert whole.wait() == 0
    manifests = [(tmp_path / name / "manifest.json").read_bytes() for name in ("whole", "killed")]
    assert manifests[0] == manifests[1]


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        (["kinds=nothing_of_that_name"], "no product type or industry"),
        (["writer=model"], "model.budget: wanted the money"),
        (["writer=model", "model.budget=1"], "model.price_in"),
        (["writer=model", "model.budget_tokens=10"], "model.url: wanted the server's URL"),
        (
            ["writer=model", "model.budget_tokens=10", "model.purse=a", "model.purse_url=b://c"],
            "b is neither sqlite nor postgresql",
        ),
        (["kinds=coffee"], "1 product types, wanted one at least for each"),
    ],
)
def test_wrong_settings_are_told_before_anything_is_written(
    more: list[str], wanted: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = _main(tmp_path, [word for one in more for word in ("--set", one)], capsys)
    assert wanted in told[1]
    assert told[0] == 2
    assert not (tmp_path / "out").exists()


def _main(tmp_path: Path, more: list[str], capsys: Any) -> tuple[int, str]:
    from typer.testing import CliRunner

    from training.scripts.__main__ import app

    ended = CliRunner().invoke(
        app,
        ["--name", "x", "--set", "scripts=6", "--out", str(tmp_path / "out"),
         "--records", f"sqlite:///{tmp_path}/x.db", *more],
    )  # fmt: skip
    return ended.exit_code, ended.output + capsys.readouterr().err
