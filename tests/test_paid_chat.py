"""Models that are paid for: within the budget, at the pace, nothing twice, and repaired once."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conte.production import Sampling
from deployments.engines.chat import CutOff, ModelAway
from deployments.engines.paid import (
    Answer,
    Answers,
    Budget,
    BudgetLimits,
    BudgetSpent,
    Cost,
    PaidChat,
    RecordedPurse,
    open_purses,
)
from deployments.engines.protocols import ConteError
from serve.settings import RefineSettings
from tests.openai_server import Act, openai_server
from tests.scripted_chat import a_manuscript
from tests.sound_conte import a_brief
from training.scoring import Scorer
from training.scripts.job import Progress, ask
from training.scripts.model_writer import ModelWriter
from training.scripts.order import Order
from training.scripts.records import Records, open_scripts
from training.scripts.requests import ScriptRequests
from training.scripts.written import WrittenScript

LIMITS = BudgetLimits(money=1.0, tokens=0, requests_per_minute=600, tokens_per_minute=0)
BRIEF = a_brief(
    product={"name": "그립 맥스", "category": "타이어", "selling_points": ["젖은 길에서 짧은 제동"]}
)
ORDER = Order(
    kind="tire", industry="221", structure="problem_solution", mood="tense",
    situation="빗길, 젖은 밤의 도로", cuts=5, brief=BRIEF, seed=7,
)  # fmt: skip
QUESTIONS = ScriptRequests(Sampling(temperature=0.9, top_p=0.95, max_tokens=1000))
SOUND = json.dumps(a_manuscript(), ensure_ascii=False)
LATE = json.dumps(
    a_manuscript(
        cut_2={
            "narration": "젖은 길에서 앞차가 갑자기 멈추어도 당황하지 않고 그 자리에 차분하게 함께 멈춥니다."
        }
    ),
    ensure_ascii=False,
)


def purse(folder: Path, limits: BudgetLimits = LIMITS, now: float = 1000.0) -> RecordedPurse:
    database = open_purses(f"sqlite:///{folder}/p.db")
    budget = Budget(database, "test", limits, clock=lambda: now)
    return RecordedPurse(budget, Answers(database))


def cost(money: float) -> Cost:
    return Cost(100, 10, money)


async def test_what_was_reserved_counts_until_it_is_settled(tmp_path: Path) -> None:
    own = purse(tmp_path)
    await own.reserve(cost(0.6))
    with pytest.raises(BudgetSpent, match=r"0\.4000 of 1 is left.*0\.6000"):
        await own.reserve(cost(0.6))
    await own.settle(cost(0.6), cost(0.1), Answer("a" * 64, "", "answer"))
    await own.reserve(cost(0.6))
    assert own.spent().money == pytest.approx(0.7)


async def test_what_was_never_settled_stays_spent_for_whoever_comes_after(tmp_path: Path) -> None:
    await purse(tmp_path).reserve(cost(0.8))
    assert purse(tmp_path).spent().money == pytest.approx(0.8)
    with pytest.raises(BudgetSpent):
        await purse(tmp_path).reserve(cost(0.3))


async def test_an_answer_is_remembered_over_a_restart(tmp_path: Path) -> None:
    own = purse(tmp_path)
    await own.reserve(cost(0.1))
    await own.settle(cost(0.1), cost(0.1), Answer("b" * 64, "", "가나다"))
    assert await purse(tmp_path).answered("b" * 64) == "가나다"
    assert await purse(tmp_path).answered("c" * 64) is None


async def test_requests_leave_at_the_pace_that_all_share(tmp_path: Path) -> None:
    waits = [await purse(tmp_path).reserve(cost(0.01)) for _ in range(3)]
    assert waits == pytest.approx([0, 0.1, 0.2])
    slow = BudgetLimits(money=9, tokens=0, requests_per_minute=600, tokens_per_minute=1100)
    assert await purse(tmp_path, slow, now=2000).reserve(cost(0.01)) == 0
    assert await purse(tmp_path, slow, now=2000).reserve(cost(0.01)) == pytest.approx(6)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0.01, 0.6), min_size=1, max_size=12))
def test_a_budget_is_never_exceeded_however_many_ask_at_once(
    tmp_path_factory: pytest.TempPathFactory, prices: list[float]
) -> None:
    own = purse(tmp_path_factory.mktemp("purse"))

    async def one(price: float) -> float:
        try:
            await own.reserve(cost(price))
        except BudgetSpent:
            return 0.0
        return price

    async def all_at_once() -> list[float]:
        return await asyncio.gather(*(one(price) for price in prices))

    paid = sum(asyncio.run(all_at_once()))
    assert paid <= 1.0 + 1e-9
    assert own.spent().money == pytest.approx(paid)


class Desk:
    """A model writer on a scripted server, with the server's log."""

    def __init__(self, folder: Path, url: str, **changes: Any) -> None:
        given = {
            "url": url, "model": "gpt", "budget": 1.0, "price_in": 1.0, "price_out": 4.0,
            "max_retries": 1,
        }  # fmt: skip
        self.purse = purse(folder)
        self.chat = PaidChat(
            RefineSettings.model_validate(given | changes), self.purse, self._slept
        )
        self.waits: list[float] = []
        self.writer = ModelWriter(self.chat.ask, self.chat.id, QUESTIONS, Scorer())

    async def _slept(self, seconds: float) -> None:
        self.waits.append(seconds)

    async def write(self) -> WrittenScript:
        try:
            return await self.writer.write(ORDER)
        finally:
            await self.chat.aclose()


async def test_a_sound_answer_is_kept_and_asked_for_once_in_all(tmp_path: Path) -> None:
    with openai_server(Act(SOUND)) as server:
        written = await Desk(tmp_path, server.url).write()
        again = await Desk(tmp_path, server.url).write()
        assert len(server.asked) == 1
    assert written == again
    assert written.kept
    assert not written.repaired
    assert written.prompt_version is not None
    assert "scripts/ko/1-" in written.prompt_version


async def test_a_broken_answer_is_repaired_once_with_what_was_wrong(tmp_path: Path) -> None:
    with openai_server(Act(LATE), Act(SOUND)) as server:
        written = await Desk(tmp_path, server.url).write()
        told = server.asked[1]["messages"]
    assert written.kept
    assert written.repaired
    assert [message["role"] for message in told] == ["system", "user", "assistant", "user"]
    assert "말하는 데" in told[-1]["content"]


async def test_an_answer_broken_twice_is_dropped_with_its_reason(tmp_path: Path) -> None:
    with openai_server(Act(LATE), Act("콘티를 쓸 수 없습니다.")) as server:
        written = await Desk(tmp_path, server.url).write()
        assert len(server.asked) == 2
    assert written.dropped == "unread"
    assert "no JSON" in written.reasons[0]


async def test_another_number_of_cuts_than_was_ordered_is_told(tmp_path: Path) -> None:
    fewer = json.dumps(
        a_manuscript(4, opening={"pacing": [5, 5, 5, 5]}, cut_4={"shows": ["product"]})
    )
    with openai_server(Act(fewer)) as server:
        written = await Desk(tmp_path, server.url).write()
    assert written.dropped in ("cuts", "checks")


@pytest.mark.parametrize(
    ("act", "dropped"),
    [
        (Act(refusal="광고를 도울 수 없습니다"), "refused"),
        (Act(SOUND[:400], finish="length"), "cut off"),
        (Act(SOUND[:400], finish="content_filter"), "refused"),
    ],
)
async def test_a_refusal_and_an_answer_cut_off_are_dropped_as_such(
    act: Act, dropped: str, tmp_path: Path
) -> None:
    with openai_server(act) as server:
        written = await Desk(tmp_path, server.url).write()
    assert written.dropped == dropped
    assert written.reasons


async def test_a_server_that_is_away_drops_nothing(tmp_path: Path) -> None:
    with openai_server(Act(status=503, body="busy")) as server:
        desk = Desk(tmp_path, server.url)
        with pytest.raises(ModelAway, match="2 attempts"):
            await desk.write()
        assert len(server.asked) == 2
    assert desk.purse.spent().money == 0


async def test_a_job_stops_at_its_budget_and_keeps_what_it_has(tmp_path: Path) -> None:
    orders = [ORDER.model_copy(update={"seed": seed}) for seed in range(40)]
    database = open_scripts(f"sqlite:///{tmp_path}/s.db")
    records = Records(database, "job")
    lines: list[str] = []
    with openai_server(Act(SOUND)) as server:
        desk = Desk(tmp_path, server.url, budget=1.0, price_in=10.0, price_out=40.0)
        progress = Progress(len(orders), 0, lines.append)
        stopped = await ask(orders, desk.writer, records, progress, at_once=4)
        await desk.chat.aclose()
        asked = len(server.asked)
    assert stopped.startswith("budget: ")
    assert 0 < asked < 40
    assert len(records.done()) == asked
    assert desk.purse.spent().money <= 1.0
    database.close()


async def test_a_wrong_key_stops_the_job_and_costs_nothing(tmp_path: Path) -> None:
    orders = [ORDER.model_copy(update={"seed": seed}) for seed in range(6)]
    database = open_scripts(f"sqlite:///{tmp_path}/s.db")
    records = Records(database, "job")
    with openai_server(Act(status=401, body='{"error": {"message": "no such key"}}')) as server:
        desk = Desk(tmp_path, server.url)
        stopped = await ask(orders, desk.writer, records, Progress(6, 0, print), at_once=2)
        await desk.chat.aclose()
        assert len(server.asked) <= 2
    assert stopped.startswith("refused: ")
    assert "no such key" in stopped
    assert not records.done()
    assert desk.purse.spent().money == 0
    database.close()


async def test_a_job_stops_when_the_model_is_away_and_can_go_on(tmp_path: Path) -> None:
    orders = [ORDER.model_copy(update={"seed": seed}) for seed in range(6)]
    database = open_scripts(f"sqlite:///{tmp_path}/s.db")
    records = Records(database, "job")
    with openai_server(Act(status=503, body="busy")) as server:
        desk = Desk(tmp_path, server.url, max_retries=0)
        stopped = await ask(orders, desk.writer, records, Progress(6, 0, print), at_once=2)
        await desk.chat.aclose()
    assert stopped.startswith("the model is away")
    assert not records.done()
    with openai_server(Act(SOUND)) as server:
        desk = Desk(tmp_path, server.url)
        left = [order for order in orders if order.id not in records.done()]
        assert await ask(left, desk.writer, records, Progress(6, 0, print), at_once=2) == ""
        await desk.chat.aclose()
    assert len(records.done()) == 6
    database.close()


def test_what_stops_an_answer_is_told_apart() -> None:
    """The writer's order of handlers rests on it."""
    assert issubclass(ModelAway, ConteError)
    assert issubclass(CutOff, ConteError)
    assert not issubclass(BudgetSpent, ConteError)
