"""Readiness covers all that an order needs; a 503 says how long to wait."""

import errno
import os
from pathlib import Path

import pytest

from conte.brief import Brief
from serve.database.schema import open_database
from serve.ingress import readiness
from serve.ingress.app import create_app
from serve.ingress.readiness import Readiness
from serve.ingress.waiting import Outage, Pace
from serve.ledger.errors import QueueFull
from serve.ledger.ledger import Ledger
from serve.ledger.pace import LONGEST_S, OVER_S, UNKNOWN_S, next_place_s
from serve.ledger.tables import LEDGER
from tests.front_door import BRIEF, House, accept, accept_video


async def test_a_full_disk_under_the_ledger_is_not_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "FRESH_S", 0.0)
    house = House(tmp_path)
    house.ledger.close()
    database = open_database(house.settings.ledger_url, LEDGER)
    ledger = Ledger(database)
    ledger.beat("director-1")
    with database.asking() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    app = create_app(house.settings, ledger, house.vault)
    async with house.client(app=app) as http:
        for _ in range(2):
            assert (await http.get("/readyz")).status_code == 503
        answer = await http.get("/readyz")
        assert answer.json()["parts"]["ledger"] == "the disk is full"
        assert int(answer.headers["retry-after"]) >= 2
        with database.asking() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
        assert (await http.get("/readyz")).status_code == 200
    ledger.close()


async def test_a_full_disk_under_the_vault_is_not_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "FRESH_S", 0.0)
    house = House(tmp_path)
    house.ledger.beat("director-1")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    async with house.client() as http:
        assert (await http.get("/readyz")).status_code == 200
        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", full)
            answer = await http.get("/readyz")
        assert answer.json()["parts"]["vault"] == "the disk is full"
        assert (await http.get("/readyz")).status_code == 200
    assert list((tmp_path / "vault" / ".new").iterdir()) == []


class Counted:
    """A ledger that counts how often it is written to."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger, self.probes = ledger, 0

    def probe(self) -> None:
        self.probes += 1
        self._ledger.probe()

    def directors_alive(self, within_s: float) -> int:
        return self._ledger.directors_alive(within_s)

    def draining_since(self) -> float | None:
        return self._ledger.draining_since()


async def test_readiness_writes_once_in_a_while_however_often_it_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "FRESH_S", 3600.0)
    house = House(tmp_path)
    counted = Counted(house.ledger)
    asked = Readiness(counted, house.vault, 20)  # pyright: ignore[reportArgumentType]
    assert (await asked.look()).wrong == ["directors: none has been seen lately"]
    house.ledger.beat("director-1")
    assert [(await asked.look()).wrong for _ in range(5)] == [[]] * 5
    assert counted.probes == 1


@pytest.mark.parametrize(
    ("waiting", "max_queued", "ended", "seconds"),
    [
        (10, 10, 0, UNKNOWN_S),
        (10, 10, 1, LONGEST_S),
        (10, 10, 30, OVER_S / 30),
        (12, 10, 30, 3 * OVER_S / 30),  # three have to leave first
        (10, 10, 100_000, 1),
        (1000, 1, 3, LONGEST_S),
    ],
)
def test_the_next_place_follows_what_ended_lately(
    waiting: int, max_queued: int, ended: int, seconds: float
) -> None:
    assert next_place_s(waiting, max_queued, ended) == seconds


async def test_a_full_queue_tells_its_own_pace(tmp_path: Path) -> None:
    house = House(tmp_path, max_queued=1)
    for seed in range(3):
        house.film(accept(house, tenant="other", seed=seed))
    for seed in range(6):
        house.film(accept(house, seed=seed))
        accept_video(house, seed=seed)
        house.complete_video()
    accept(house)
    accept_video(house)
    async with house.client() as http:
        production = await http.post("/v1/productions", json={"brief": BRIEF})
        video = await http.post("/v1/videos", json={"prompt": "a road"})
    assert [answer.status_code for answer in (production, video)] == [429, 429]
    assert {answer.headers["retry-after"] for answer in (production, video)} == {f"{OVER_S / 6:g}"}


def test_a_tenant_of_which_nothing_ended_is_told_a_minute(tmp_path: Path) -> None:
    house = House(tmp_path)
    accept(house)
    with pytest.raises(QueueFull) as full:
        house.ledger.accept(
            tenant="local",
            brief=Brief.model_validate(BRIEF),
            seed=1,
            idempotency_key=None,
            body_hash="",
            max_queued=1,
        )
    assert full.value.retry_after_s == UNKNOWN_S


def test_an_outage_is_expected_to_last_for_as_long_again() -> None:
    now = 100.0
    outage = Outage(clock=lambda: now)
    told: list[int] = []
    for at in (100.0, 101.0, 110.0, 130.0, 190.0, 300.0):
        now = at
        told.append(outage.seen())
    assert told == [2, 2, 10, 30, 60, 60]
    outage.over()
    assert outage.seen() == 2
    now += 1000
    assert outage.seen() == 2  # another one


def test_a_busy_model_tells_how_long_its_chats_take() -> None:
    pace = Pace()
    assert pace.next_place_s(4) == 2  # nothing is known yet
    for _ in range(50):
        pace.ended(20.0)
    assert pace.next_place_s(4) == 5
    assert pace.next_place_s(100) == 1
    for _ in range(50):
        pace.ended(1000.0)
    assert pace.next_place_s(4) == 60
