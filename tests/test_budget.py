"""One budget for all who name it: their pace reaches the allowed rate, and no job has its own."""

import heapq
import random
import sqlite3
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

import pytest

from crawl.records.database import open_records
from deployments.engines.paid import (
    Answer,
    Answers,
    Budget,
    BudgetLimits,
    BudgetSpent,
    Cost,
    open_purses,
    purse_for,
)
from serve.database.engine import Database
from serve.database.errors import DatabaseUnavailable
from serve.settings import PaidSettings, RefineSettings

AS_REVISION_1 = """
CREATE TABLE paid_revision (number INTEGER NOT NULL, PRIMARY KEY (number));
CREATE TABLE paid_purses (
    name VARCHAR(100) NOT NULL, tokens_in BIGINT NOT NULL, tokens_out BIGINT NOT NULL,
    money DOUBLE NOT NULL, next_at DOUBLE NOT NULL, PRIMARY KEY (name));
CREATE TABLE paid_answers (
    request VARCHAR(64) NOT NULL, purse VARCHAR(100) NOT NULL, answer TEXT NOT NULL,
    tokens_in INTEGER NOT NULL, tokens_out INTEGER NOT NULL, money DOUBLE NOT NULL,
    at DOUBLE NOT NULL, PRIMARY KEY (request));
INSERT INTO paid_revision VALUES (1);
INSERT INTO paid_purses VALUES ('scripts/a', 100, 10, 2.5, 7.0), ('captions', 10, 1, 0.25, 9.0);
INSERT INTO paid_answers VALUES ('r', 'scripts/a', 'an answer', 100, 10, 2.5, 5.0);
"""


class Clock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def drive(
    budgets: list[Budget], clock: Clock, most: Cost, paid: Callable[[], Cost], requests: int
) -> tuple[int, float]:
    """Workers of several processes who ask as fast as they may; tokens, and the seconds it took."""
    began, chance = clock.now, random.Random(7)
    ready = [(clock.now, at, True, budgets[at % len(budgets)]) for at in range(12)]
    order, tokens, left = cycle(range(12, 10**6)), 0, requests
    while ready:
        clock.now, _, asks, budget = heapq.heappop(ready)
        if not asks:
            used = paid()
            budget.settle(most, used)
            tokens += used.tokens
        if left:
            left -= 1
            leaves = clock.now + budget.reserve(most)
            heapq.heappush(ready, (leaves + chance.uniform(1, 4), next(order), False, budget))
    return tokens, clock.now - began


def test_the_pace_of_several_processes_reaches_the_rate_that_is_allowed(tmp_path: Path) -> None:
    url, clock = f"sqlite:///{tmp_path}/p.db", Clock()
    limits = BudgetLimits(money=0, tokens=0, requests_per_minute=0, tokens_per_minute=60_000)
    budgets = [Budget(open_purses(url), "one", limits, clock=clock) for _ in range(2)]
    chance = random.Random(3)

    def paid() -> Cost:
        return Cost(600, chance.randint(200, 320))

    # What a request may take is not what it takes: 0.9 s of the rate, where 1.5 s are put aside.
    tokens, took_s = drive(budgets, clock, Cost(700, 800), paid, 120)
    assert 0.9 <= tokens / took_s / 1000 <= 1.0


def test_where_requests_are_counted_the_pace_is_theirs(tmp_path: Path) -> None:
    clock = Clock()
    limits = BudgetLimits(money=0, tokens=0, requests_per_minute=120, tokens_per_minute=0)
    budget = Budget(open_purses(f"sqlite:///{tmp_path}/p.db"), "one", limits, clock=clock)
    _, took_s = drive([budget], clock, Cost(700, 800), lambda: Cost(10, 10), 40)
    assert 19.5 <= took_s <= 24


async def test_captions_and_training_spend_one_budget_that_both_name(tmp_path: Path) -> None:
    shared = {"purse": "house", "purse_url": f"sqlite:///{tmp_path}/budget.db"}
    priced = {"url": "http://a/v1", "model": "m", "budget": 1.0, "price_in": 1, "price_out": 1}
    priced["tokens_per_minute"] = 1  # the next turn is hours away, however slow the machine is
    captions = RefineSettings.model_validate(priced | shared)
    training = PaidSettings.model_validate(priced | shared)
    mine, theirs = (
        open_records(f"sqlite:///{tmp_path}/records.db"),
        open_purses(f"sqlite:///{tmp_path}/training.db"),
    )
    one = purse_for(captions, mine, "caption.refine.budget")
    other = purse_for(training, theirs, "--budget")
    await one.reserve(Cost(100, 10, 0.75))
    with pytest.raises(BudgetSpent) as refused:
        await other.reserve(Cost(100, 10, 0.5))
    assert str(refused.value) == (
        "0.2500 of 1 is left, the next request may cost 0.5000, 0.7500 of 1 is spent"
        " (budget 'house'); raise --budget to go on"
    )
    await one.settle(Cost(100, 10, 0.75), Cost(100, 10, 0.25), Answer("r", "site:a#0-9", "{}"))
    assert await other.reserve(Cost(100, 10, 0.5)) > 0, "the pace is one, too"
    assert one.spent() == other.spent() == Cost(200, 20, 0.75)
    # What was said of a clip lies with the records, whose removal of a video must find it.
    assert (await one.answered("r"), await other.answered("r")) == ("{}", None)
    assert Answers(mine).known("r") == "{}"


def money(database: Database, name: str) -> float:
    unbounded = BudgetLimits(money=0, tokens=0, requests_per_minute=0, tokens_per_minute=0)
    return Budget(database, name, unbounded).spent().money


def test_what_two_kinds_of_tables_knew_is_known_by_one(tmp_path: Path) -> None:
    path = tmp_path / "both.db"
    database = open_records(f"sqlite:///{path}")
    unbounded = BudgetLimits(money=0, tokens=0, requests_per_minute=0, tokens_per_minute=0)
    Budget(database, "captions", unbounded).reserve(Cost(1, 1, 0.5))
    database.close()
    with sqlite3.connect(path) as connection:
        connection.executescript(
            f"DROP TABLE paid_schema; DROP TABLE paid_revision; {AS_REVISION_1}"
        )
    for opened in (open_purses, open_records, open_purses):
        database = opened(f"sqlite:///{path}")
        assert (money(database, "captions"), money(database, "scripts/a")) == (0.75, 2.5)
        assert Answers(database).known("r") == "an answer"
        database.close()


def test_purses_that_a_later_version_broke_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    open_purses(f"sqlite:///{path}").close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE paid_schema SET version_num = '0003'")
        connection.execute("UPDATE paid_schema_least SET version_num = '0003'")
    with pytest.raises(DatabaseUnavailable, match="revision 0003, which a newer version has made"):
        open_purses(f"sqlite:///{path}")
