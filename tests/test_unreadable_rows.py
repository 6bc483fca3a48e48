"""A stored row that this release cannot read fails alone: all others go on."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from conte.events import ProductionFailed
from conte.production import Production, State
from conte.video import VideoOrder, VideoState
from graphs.crew import Plan
from graphs.director import Director
from graphs.gate import FairGate
from graphs.video_director import VideoDirector
from serve.ledger.ledger import Ledger
from serve.settings import DirectorSettings
from tests.fake_crew import FakeCrew
from tests.front_door import House
from tests.on_ledger import (
    accept,
    all_events,
    claim,
    claimed,
    clip,
    finish,
    let_lease_end,
    story,
    write_conte,
)

PLAN = Plan(short_side={"draft": 128, "final": 256}, clip_timeout_s={"draft": 30, "final": 30})
SETTINGS = DirectorSettings(poll_s=0.005, lease_s=60)
BROKEN = '{"_format": 1, "_release": "9.1", "product": {}}'
NEWER = {"_release": "9.1", "of_a_newer_release": {"a": 1}}


def overwrite(url: str, statement: str, **values: Any) -> None:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        assert connection.execute(text(statement), values).rowcount
    engine.dispose()


def with_field(url: str, table: str, column: str) -> None:
    """Every value of a column, as a newer release would write it that knows one more field."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        found = connection.execute(text(f"SELECT DISTINCT {column} FROM {table}")).scalars().all()
        for old in filter(None, found):
            new = json.dumps(json.loads(old) | NEWER)
            connection.execute(
                text(f"UPDATE {table} SET {column} = :new WHERE {column} = :old"),
                {"new": new, "old": old},
            )
    engine.dispose()


def unreadable(url: str, production: str) -> None:
    overwrite(url, "UPDATE productions SET brief = :bad WHERE id = :id", bad=BROKEN, id=production)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(300):
        while not holds():
            await asyncio.sleep(0.005)


def test_fields_of_a_newer_release_change_nothing(ledger: Ledger, ledger_url: str) -> None:
    held = claimed(ledger)
    finish(ledger, held)
    id_ = held.production.id
    before = ledger.get(id_), ledger.version(id_, 1), story(ledger, id_)
    for table, column in (
        ("productions", "brief"), ("versions", "conte"), ("versions", "provenance"),
        ("clips", "clip"), ("films", "film"),
    ):  # fmt: skip
        with_field(ledger_url, table, column)
    assert (ledger.get(id_), ledger.version(id_, 1), story(ledger, id_)) == before


def test_a_list_shows_the_unreadable_one_with_its_reason_and_all_others(
    ledger: Ledger, ledger_url: str
) -> None:
    first, bad, last = accept(ledger), accept(ledger), accept(ledger)
    unreadable(ledger_url, bad)
    page, _ = ledger.list("a", limit=10, after=None, state=None)
    assert [production.id for production in page] == [last, bad, first]
    told = page[1]
    assert (told.state, told.brief) == (State.FAILED, None)
    assert told.failure is not None
    assert "Brief, which Sian 9.1 wrote, cannot be read" in told.failure.reason
    assert "product.name" in told.failure.reason
    assert ledger.get(bad) == told


def test_an_unreadable_one_keeps_nobody_of_its_tenant_waiting(
    ledger: Ledger, ledger_url: str
) -> None:
    bad, good = accept(ledger), accept(ledger)
    unreadable(ledger_url, bad)
    assert claim(ledger).production.id == good
    assert story(ledger, bad) == ["production.accepted", "production.failed"]
    failed = all_events(ledger, bad)[-1].data
    assert isinstance(failed, ProductionFailed)
    assert "product.name" in failed.failure.reason


def test_what_was_taken_over_and_cannot_be_read_fails_alone(
    ledger: Ledger, ledger_url: str
) -> None:
    held = claimed(ledger)
    write_conte(ledger, held)
    good = accept(ledger)
    unreadable(ledger_url, held.production.id)
    let_lease_end(ledger_url, held.production.id)
    assert claim(ledger, "director-2").production.id == good
    assert ledger.get(held.production.id).state is State.FAILED


def test_a_clip_that_cannot_be_read_is_told_of_its_cut_alone(
    ledger: Ledger, ledger_url: str
) -> None:
    held = claimed(ledger)
    finish(ledger, held)
    overwrite(ledger_url, "UPDATE clips SET clip = '{}' WHERE cut = 1")
    found = ledger.get(held.production.id)
    assert (found.state, found.cuts[0].state, found.cuts[0].clip) == (State.DONE, "failed", None)
    assert found.cuts[0].failure is not None
    assert "Clip cannot be read" in found.cuts[0].failure.reason


def test_a_film_that_cannot_be_read_leaves_the_rest_to_be_seen(
    ledger: Ledger, ledger_url: str
) -> None:
    held = claimed(ledger)
    finish(ledger, held)
    overwrite(ledger_url, "UPDATE films SET film = 'null'")
    found = ledger.get(held.production.id)
    assert (found.state, found.film, found.cuts[0].clip) == (State.FAILED, None, clip(1))
    assert found.failure is not None
    assert "Film cannot be read" in found.failure.reason


def test_a_state_of_a_newer_release_is_counted_under_its_name(
    ledger: Ledger, ledger_url: str
) -> None:
    accept(ledger)
    paused = accept(ledger)
    overwrite(ledger_url, "UPDATE productions SET state = 'paused' WHERE id = :id", id=paused)
    assert ledger.figures().productions == {("a", "queued"): 1, ("a", "paused"): 1}
    failure = ledger.get(paused).failure
    assert failure is not None
    assert "'paused' is not known" in failure.reason


def test_an_event_of_a_newer_kind_is_told_by_its_name(ledger: Ledger, ledger_url: str) -> None:
    id_ = accept(ledger)
    overwrite(ledger_url, "UPDATE events SET kind = 'production.paused', data = '['")
    (event,) = all_events(ledger, id_)
    assert (event.kind, event.ends) == ("production.paused", False)
    assert isinstance(event.data, dict)
    assert "event cannot be read" in event.data["unreadable"]


def production_of(ledger: Ledger, tenant: str) -> Production:
    (found,), _ = ledger.list(tenant, limit=1, after=None, state=None)
    return found


def has_ended(ledger: Ledger, tenant: str) -> bool:
    return all_events(ledger, production_of(ledger, tenant).id)[-1].ends


async def test_a_director_goes_on_past_what_it_cannot_read(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    ledger = Ledger.open(url)
    held = claimed(ledger, "no conte")
    write_conte(ledger, held)
    ledger.release(held)
    overwrite(url, "UPDATE versions SET conte = '{}'")
    unreadable(url, accept(ledger, "no brief"))
    accept(ledger, "good")
    director = Director(ledger, FakeCrew(), PLAN, SETTINGS, {"draft": FairGate(2)})
    director.start()
    tenants = ("no conte", "no brief", "good")
    await until(lambda: all(has_ended(ledger, tenant) for tenant in tenants))
    director.check()
    await director.stop()
    states = {tenant: production_of(ledger, tenant).state for tenant in tenants}
    assert states == {
        "no conte": State.FAILED, "no brief": State.FAILED, "good": State.DONE
    }  # fmt: skip
    failure = production_of(ledger, "no conte").failure
    assert failure is not None
    assert "Conte cannot be read" in failure.reason
    ledger.close()


async def test_a_director_of_videos_goes_on_past_what_it_cannot_read(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    ledger = Ledger.open(url)
    order = VideoOrder(prompt="a cat", model="fake", seconds=2, width=256, height=128, seed=1)
    made = [
        ledger.accept_video(
            tenant="a", order=order, tier="draft", idempotency_key=None, body_hash="", max_queued=9
        )[0].id
        for _ in range(3)
    ]
    overwrite(url, "UPDATE videos SET asked = '{}' WHERE id = :id", id=made[0])
    overwrite(url, "UPDATE videos SET tier = 'huge' WHERE id = :id", id=made[1])
    shown, _ = ledger.videos("a", limit=9, after=None, newest_first=False)
    # By id: three that are accepted within one millisecond have no order.
    states = {video.id: video.state for video in shown}
    assert [states[id_] for id_ in made] == [
        VideoState.FAILED, VideoState.FAILED, VideoState.QUEUED
    ]  # fmt: skip
    director = VideoDirector(ledger, FakeCrew(), PLAN, SETTINGS, {"draft": FairGate(2)})
    director.start()
    await until(lambda: ledger.video(made[2]).state is VideoState.COMPLETED)
    director.check()
    await director.stop()
    failure = ledger.video(made[0]).failure
    assert failure is not None
    assert "VideoOrder cannot be read" in failure.reason
    ledger.close()


async def test_the_door_shows_what_cannot_be_read_and_streams_its_events(tmp_path: Path) -> None:
    house = House(tmp_path)
    id_ = accept(house.ledger, "local")
    house.film(id_)
    url = house.settings.ledger_url
    unreadable(url, id_)
    overwrite(url, "UPDATE events SET data = :bad WHERE kind = 'clip.ready'",
              bad='{"version": 1, "clip": {}}')  # fmt: skip
    with_field(url, "events", "data")
    async with house.client() as http:
        (listed,) = (await http.get("/v1/productions")).json()["productions"]
        assert (listed["state"], listed["brief"]) == ("failed", None)
        assert "product.name" in listed["failure"]["reason"]
        assert (await http.get(listed["links"]["film"])).status_code == 200
        told = (await http.get(f"/v1/productions/{id_}/events")).text
        assert told.count("Clip cannot be read") == 4
        assert "event: production.done" in told
        overwrite(url, "UPDATE versions SET conte = '{}'")
        answer = await http.get(f"/v1/productions/{id_}/versions/1")
        assert (answer.status_code, answer.json()["type"]) == (500, "urn:sian:unreadable")
        assert (await http.get("/metrics")).status_code == 200
    house.ledger.close()


async def test_a_video_that_cannot_be_read_is_listed_as_failed(tmp_path: Path) -> None:
    house = House(tmp_path)
    async with house.client() as http:
        body = {"prompt": "a cat", "model": "animatic", "seconds": "4", "size": "256x144"}
        for _ in range(2):
            assert (await http.post("/v1/videos", json=body)).status_code == 200
        url = house.settings.ledger_url
        overwrite(url, "UPDATE videos SET asked = '{}' WHERE id = (SELECT min(id) FROM videos)")
        good, bad = (await http.get("/v1/videos")).json()["data"]
        assert (good["status"], bad["status"]) == ("queued", "failed")
        assert bad["error"]["code"] == "unreadable"
        assert "VideoOrder cannot be read" in bad["error"]["message"]
    house.ledger.close()


@pytest.mark.parametrize("tenant", ["a\u0000b", "'; DROP TABLE productions; --", "시안" * 50])
def test_a_tenant_of_any_name_stops_no_other(tmp_path: Path, tenant: str) -> None:
    ledger = Ledger.open(f"sqlite:///{tmp_path}/ledger.db")
    accept(ledger, tenant)
    accept(ledger, "b")
    assert {claim(ledger).production.tenant, claim(ledger).production.tenant} == {tenant, "b"}
    assert set(ledger.figures().gpu_s) == {tenant, "b"}
    ledger.close()
