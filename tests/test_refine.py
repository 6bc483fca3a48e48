"""The last word on a caption: paid for once, within a budget and a pace that all workers share."""

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conte.clip_caption import ClipCaption
from conte.vocabulary import CameraMove, ShotSize
from crawl.caption.answers import forget_answers, is_removed
from crawl.records.database import open_records
from deployments.engines.captioning import captioning
from deployments.engines.chat import ModelAway
from deployments.engines.paid import (
    Answer,
    Answers,
    Budget,
    BudgetLimits,
    BudgetSpent,
    Cost,
    RecordedPurse,
    most_for,
    purse_for,
)
from deployments.engines.paid.answers import hash_of
from deployments.engines.protocols import CaptionError
from deployments.engines.refine import Refine
from deployments.engines.refine.requests import for_caption, prompt_in
from serve.database.engine import Database
from serve.settings import CaptionSettings, RefineSettings
from tests import databases
from tests.clip_measures import a_camera, footage
from tests.front_door import eventually
from tests.openai_server import Act, OpenAIServer, openai_server
from tests.written_captions import written_caption

SEEN = ClipCaption.model_validate(written_caption() | {"language": "ko"})
FINAL = written_caption(short="회색 스웨터를 입은 여자가 창가에서 커피를 마신다.")
USAGE = {"prompt_tokens": 1000, "completion_tokens": 200, "total_tokens": 1200}
PAID = 1000 * 0.4e-6 + 200 * 1.6e-6
GOOD = Act(json.dumps(FINAL, ensure_ascii=False), usage=USAGE)
UNBOUNDED = BudgetLimits(money=0, tokens=0, requests_per_minute=1e9, tokens_per_minute=1e12)


@pytest.fixture(params=["sqlite", "postgresql"])
def records(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path}/records.db"
    if request.param == "postgresql":
        url = databases.new_schema(request.getfixturevalue("postgresql_url"))
    database = open_records(url)
    yield database
    database.close()


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[Database]:
    database = open_records(f"sqlite:///{tmp_path}/records.db")
    yield database
    database.close()


def settings(server: OpenAIServer | str, **changes: Any) -> RefineSettings:
    url = server if isinstance(server, str) else server.url
    given = {
        "url": url,
        "model": "gpt-x",
        "api_key": "sk-secret",
        "timeout_s": 5,
        "budget": 1.0,
        "price_in": 0.4,
        "price_out": 1.6,
        "requests_per_minute": 1e9,
        "tokens_per_minute": 1e12,
    }
    return RefineSettings.model_validate(given | changes)


class Waits:
    """Sleeps not at all, and remembers how long it should have."""

    def __init__(self) -> None:
        self.s: list[float] = []

    async def __call__(self, wait_s: float) -> None:
        self.s.append(wait_s)


async def refined(
    told: RefineSettings, database: Database, seen: ClipCaption = SEEN, **measures: Any
) -> ClipCaption:
    engine = Refine(told, own(told, database), Waits())
    try:
        return await engine.refined(seen, footage(**measures))
    finally:
        await engine.aclose()


def own(told: RefineSettings, database: Database) -> RecordedPurse:
    return purse_for(told, database, "caption.refine.budget", removed=is_removed)


def purse(database: Database, limits: BudgetLimits = UNBOUNDED) -> RecordedPurse:
    return RecordedPurse(Budget(database, "captions", limits), Answers(database, is_removed))


# What is made of a caption.


async def test_a_caption_is_rewritten_from_what_was_seen_and_measured(on_sqlite: Database) -> None:
    with openai_server(GOOD) as server:
        caption = await refined(settings(server), on_sqlite)
    assert caption == ClipCaption.model_validate(FINAL | {"language": "ko"})
    body = server.asked[0]
    asked = body["messages"][1]["content"]
    assert "흰 머그잔" in asked and "카메라는" in asked
    assert "size: MS (미디엄 샷). move: static (고정)." in asked
    assert body["stream_options"] == {"include_usage": True}
    assert not any(re.search(r"\$\{?[a-z]+", part["content"]) for part in body["messages"])


async def test_what_an_editor_cannot_know_is_not_asked_of_it(on_sqlite: Database) -> None:
    unseen = SEEN.model_copy(update={"size": None})
    with openai_server(Act(json.dumps(FINAL | {"size": "ECU", "move": "pan_left"}))) as server:
        caption = await refined(settings(server), on_sqlite, unseen)
    assert (caption.size, caption.move) == (None, CameraMove.STATIC)
    schema = server.asked[0]["response_format"]["json_schema"]["schema"]["properties"]
    assert schema["size"] == {"type": "null"}
    assert schema["move"] == {"type": "string", "enum": ["static"]}


async def test_a_contradiction_of_the_measures_is_told_and_then_left_out(
    on_sqlite: Database,
) -> None:
    panning = FINAL | {"long": f"{FINAL['long']} 카메라가 천천히 왼쪽으로 팬한다."}
    with openai_server(Act(json.dumps(panning, ensure_ascii=False))) as server:
        caption = await refined(settings(server), on_sqlite)
    assert len(server.asked) == 2
    assert "좌로 팬" in server.asked[1]["messages"][-1]["content"]
    assert caption.move is CameraMove.STATIC
    assert "팬" not in caption.long and "고정" in caption.long


async def test_what_was_seen_wrongly_is_put_right_before_it_is_refined(
    on_sqlite: Database,
) -> None:
    seen = SEEN.model_copy(update={"move": CameraMove.PAN_LEFT})
    still = FINAL | {"long": FINAL["long"].replace(" 카메라는 고정되어 있다.", "")}
    with openai_server(Act(json.dumps(still, ensure_ascii=False))) as server:
        camera = a_camera(zoom_per_s=0.3)
        caption = await refined(settings(server), on_sqlite, seen, camera=camera)
    assert caption.move is CameraMove.ZOOM_IN
    assert caption.size is ShotSize.MS
    assert "move: zoom_in (줌 인)" in server.asked[0]["messages"][1]["content"]


async def test_a_caption_that_is_no_caption_twice_is_this_clip_s_error(on_sqlite: Database) -> None:
    with (
        openai_server(Act("no", usage=USAGE)) as server,
        pytest.raises(CaptionError, match="no caption in 2 attempts"),
    ):
        await refined(settings(server), on_sqlite)
    assert purse(on_sqlite).spent().money == pytest.approx(2 * PAID)


# What is asked once is paid for once.


async def test_an_answer_is_paid_for_once_whoever_asks_again(records: Database) -> None:
    with openai_server(GOOD) as server:
        first = await refined(settings(server), records)
        again = await refined(settings(server), records)
        assert first == again and len(server.asked) == 1
    spent = purse(records).spent()
    assert (spent.tokens_in, spent.tokens_out) == (1000, 200)
    assert spent.money == pytest.approx(PAID)
    # Not even the server has to be there.
    assert await refined(settings("http://127.0.0.1:9/v1"), records) == first


def test_a_request_is_known_by_all_that_shapes_its_answer_and_nothing_else() -> None:
    told = settings("http://one.example/v1")
    request = for_caption(SEEN, footage(), told)
    key = hash_of(request, told)
    elsewhere = settings("http://two.example/v1", api_key="another", max_retries=9, budget=7)
    assert hash_of(for_caption(SEEN, footage(), elsewhere), elsewhere) == key
    for other in (
        settings("http://one.example/v1", model="gpt-y"),
        settings("http://one.example/v1", temperature=0.9),
        settings("http://one.example/v1", extra={"reasoning_effort": "low"}),
    ):
        assert hash_of(for_caption(SEEN, footage(), other), other) != key
    assert hash_of(replace(request, schema={}), told) != key
    assert hash_of(for_caption(SEEN, footage(motion=0.5), told), told) != key


async def test_what_was_answered_about_a_removed_video_is_forgotten(records: Database) -> None:
    def said(request: str, clip: str) -> Answer:
        return Answer(request, clip, "{}")

    one = purse(records)
    for request, clip in (
        ("a", "site:x_1#0-9"),
        ("b", "site:x_1#9-20"),
        ("c", "site:x_12#0-9"),
        ("d", "site:X_1#0-9"),
        ("e", "site:xy1#0-9"),
        ("f", ""),
    ):
        await one.settle(Cost(), Cost(), said(request, clip))
    with records.writing() as connection:
        assert forget_answers(connection, "site:x_1") == 2
        assert forget_answers(connection, "site:%") == 0
    assert [await one.answered(request) for request in "abcdef"] == [None, None, *["{}"] * 4]


async def test_an_answer_is_kept_under_the_clip_that_was_asked_about(on_sqlite: Database) -> None:
    with openai_server(GOOD) as server:
        told = settings(server)
        engine = Refine(told, purse(on_sqlite), Waits())
        clip = replace(footage(), clip="site:abc#0-77")
        await engine.refined(SEEN, clip)
        assert "site:abc" not in json.dumps(server.asked)
        await engine.aclose()
    with on_sqlite.writing() as connection:
        assert forget_answers(connection, "site:abc") == 1


# Money.


async def test_workers_together_never_spend_more_than_the_budget(records: Database) -> None:
    one = most_for(for_caption(SEEN, footage(), settings("x")), settings("x"))
    limits = replace(UNBOUNDED, money=10 * one.money)
    workers = [purse(records, limits) for _ in range(3)]

    async def reserves(worker: RecordedPurse) -> int:
        for taken in range(100):
            try:
                await worker.reserve(one)
            except BudgetSpent:
                return taken
        return 100

    taken = await asyncio.gather(*(reserves(worker) for worker in workers * 2))
    assert sum(taken) == 10
    assert workers[0].spent().money <= limits.money * (1 + 1e-9)


async def test_a_budget_may_count_tokens(on_sqlite: Database) -> None:
    one = purse(on_sqlite, replace(UNBOUNDED, tokens=100))
    await one.reserve(Cost(50, 40))
    with pytest.raises(BudgetSpent, match=r"90 of 100 tokens"):
        await one.reserve(Cost(10, 1))


async def test_a_budget_that_is_used_up_stops_before_anything_is_asked(
    on_sqlite: Database,
) -> None:
    with openai_server(GOOD) as server:
        with pytest.raises(BudgetSpent, match=r"raise caption\.refine\.budget to go on"):
            await refined(settings(server, budget=1e-6), on_sqlite)
        assert server.asked == []
        # Raised, the work goes on where it stopped.
        assert await refined(settings(server, budget=1), on_sqlite)


async def test_no_gpu_looks_at_a_clip_that_nobody_could_pay_for(on_sqlite: Database) -> None:
    told = settings("http://127.0.0.1:9/v1", budget=0, budget_tokens=5)
    spent = own(told, on_sqlite)
    await spent.reserve(Cost(5, 0))
    chain = captioning(CaptionSettings(refine=told), spent)
    with pytest.raises(BudgetSpent):
        await chain.caption(footage(), "ko")
    await chain.aclose()


async def test_what_was_reserved_and_not_needed_goes_back(on_sqlite: Database) -> None:
    told = settings("x", budget=1)
    most = most_for(for_caption(SEEN, footage(), told), told)
    assert most.money > PAID
    with openai_server(GOOD) as server:
        await refined(settings(server), on_sqlite)
    assert purse(on_sqlite).spent().money == pytest.approx(PAID)


@pytest.mark.parametrize(
    ("act", "kind", "paid"),
    [
        (Act(status=429, body="slow down"), ModelAway, False),
        (Act(status=401, body="who?"), ModelAway, False),
        (Act(status=400, body="bad"), CaptionError, False),
        (Act("{", breaks=True), ModelAway, True),
        (Act("", finish=None), ModelAway, True),
        (Act("{", hangs=True), ModelAway, True),
    ],
)
async def test_what_may_have_been_paid_for_counts_as_paid(
    on_sqlite: Database, act: Act, kind: type[Exception], paid: bool
) -> None:
    with openai_server(act) as server:
        told = settings(server, max_retries=0, timeout_s=1 if act.hangs else 60)
        with pytest.raises(kind):
            await refined(told, on_sqlite)
    assert (purse(on_sqlite).spent().money > 0) is paid


async def test_a_worker_that_is_stopped_leaves_its_reserve_spent(on_sqlite: Database) -> None:
    with openai_server(Act("{", hangs=True)) as server:
        working = asyncio.create_task(refined(settings(server), on_sqlite))
        await asyncio.to_thread(eventually, lambda: server.asked)
        working.cancel()
        with pytest.raises(asyncio.CancelledError):
            await working
    assert purse(on_sqlite).spent().money > 0


async def test_a_server_that_counts_nothing_is_paid_the_most(on_sqlite: Database) -> None:
    with openai_server(replace_usage(GOOD, {})) as server:
        await refined(settings(server), on_sqlite)
    assert purse(on_sqlite).spent().tokens_out == settings("x").max_tokens


def replace_usage(act: Act, usage: dict[str, Any]) -> Act:
    return replace(act, usage=usage)


# Pace.


async def test_requests_of_all_workers_keep_one_pace(records: Database) -> None:
    limits = replace(UNBOUNDED, requests_per_minute=60)
    workers = [purse(records, limits) for _ in range(2)]
    waits = [await workers[at % 2].reserve(Cost(1, 1)) for at in range(4)]
    for at, wait_s in enumerate(waits):
        assert at - 1 < wait_s <= at


async def test_long_requests_wait_by_their_tokens_and_what_was_not_used_goes_back(
    on_sqlite: Database,
) -> None:
    one = purse(on_sqlite, replace(UNBOUNDED, tokens_per_minute=60_000))
    assert await one.reserve(Cost(20_000, 10_000)) == 0
    waits = await one.reserve(Cost(1000, 0))
    assert 28 < waits <= 30
    await one.settle(Cost(20_000, 10_000), Cost(4_000, 1_000))
    assert 4 < await one.reserve(Cost(1, 0)) <= 6


async def test_what_can_pass_is_tried_again_after_what_the_server_asked_for(
    on_sqlite: Database,
) -> None:
    busy = Act(status=429, headers={"Retry-After": "7"})
    waits = Waits()
    with openai_server(busy, busy, GOOD) as server:
        told = settings(server)
        engine = Refine(told, own(told, on_sqlite), waits)
        await engine.refined(SEEN, footage())
        await engine.aclose()
        assert len(server.asked) == 3
    assert sum(wait_s >= 7 for wait_s in waits.s) == 2
    assert purse(on_sqlite).spent().money == pytest.approx(PAID)


# The chain, and its settings.


async def test_the_chain_names_everyone_who_worked_on_a_caption(on_sqlite: Database) -> None:
    with openai_server(GOOD) as server:
        told = settings(server)
        chain = captioning(CaptionSettings(refine=told), own(told, on_sqlite))
        caption, made_by = await chain.caption(footage(), "ko")
        await chain.aclose()
    assert caption.short == FINAL["short"]
    assert [engine.name for engine in made_by.engines] == ["measured", "openai"]
    assert made_by.engines[1].revision == "gpt-x"
    assert made_by.prompt_versions == (None, prompt_in("ko").version)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"budget": 0}, r"caption\.refine\.budget"),
        ({"price_in": 0}, r"caption\.refine\.price_in"),
        ({"url": "gpt"}, r"caption\.refine\.url"),
        ({"model": ""}, r"caption\.refine\.model"),
    ],
)
def test_wrong_settings_are_told_by_their_names(
    on_sqlite: Database, changes: dict[str, Any], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        Refine(settings("http://127.0.0.1:9/v1", **changes), purse(on_sqlite))
