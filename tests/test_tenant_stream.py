"""`GET /v1/events`: all productions of a tenant as one stream, resumable at any replica."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from serve.client import Client
from serve.ingress.event_views import EventView
from serve.keys import key_digest
from serve.ledger.ledger import Ledger
from tests.front_door import House, accept, served


@pytest.fixture
def house(tmp_path: Path, ledger: Ledger) -> House:
    """On each database."""
    house = House(tmp_path)
    house.ledger.close()
    house.ledger = ledger
    return house


@contextmanager
def listening(
    url: str, after: int | None = None, last: str | None = None, **headers: str
) -> Generator["Listener"]:
    query = "" if after is None else f"?after={after}"
    if last is not None:
        headers["Last-Event-ID"] = last
    with httpx.stream("GET", f"{url}/v1/events{query}", headers=headers, timeout=300) as answer:
        yield Listener(answer)


class Listener:
    """Reads messages as a browser does: an id without data moves the place and is no event."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self._lines = answer.iter_lines()
        self.place = ""

    def begin(self) -> str:
        """Read the first message: the place where the stream begins."""
        while line := next(self._lines):
            self._take(line)
        return self.place

    def events(self, count: int) -> list[EventView]:
        found: list[EventView] = []
        while len(found) < count:
            if (data := self._take(next(self._lines))) is not None:
                found.append(EventView.read(data))
                assert self.place == str(found[-1].number)
        return found

    def _take(self, line: str) -> str | None:
        name, _, value = line.partition(": ")
        if name == "id":
            self.place = value
        return value if name == "data" else None


def told(house: House, tenant: str = "local") -> list[tuple[int, str, int]]:
    placed = house.ledger.tenant_events(tenant, 0, 10_000)
    return [(one.number, one.production, one.event.id) for one in placed]


def heard(events: list[EventView]) -> list[tuple[int | None, str, int]]:
    return [(event.number, event.production, event.id) for event in events]


def test_it_has_the_events_of_all_productions_in_one_order(house: House) -> None:
    first, second = accept(house), accept(house)
    house.film(first)
    house.cancel(second)
    with served(house.app()) as url, listening(url, after=0) as stream:
        assert stream.begin() == "0"
        so_far = told(house)
        assert heard(stream.events(len(so_far))) == so_far
        # It goes on past the end of each, and a production that is new comes in by itself.
        third = accept(house)
        [event] = stream.events(1)
        assert (event.production, event.event, event.id) == (third, "production.accepted", 1)


def test_it_begins_now_and_a_reader_that_was_cut_off_before_the_first_event_misses_none(
    house: House,
) -> None:
    accept(house)
    with served(house.app()) as left, served(house.app()) as right:
        with listening(left) as stream:
            place = stream.begin()
        assert place == "1"
        missed = accept(house)
        with listening(right, last=place) as stream:
            assert heard(stream.events(1)) == [(2, missed, 1)]


def test_a_reader_that_comes_back_again_and_again_misses_nothing(house: House) -> None:
    productions = [accept(house, seed=seed) for seed in range(2)]
    found: list[EventView] = []
    place = "0"
    with served(house.app()) as left, served(house.app()) as right:
        directors = [
            threading.Thread(target=house.film, args=(production,)) for production in productions
        ]
        for production in productions:
            house.claim(production)
        for director in directors:
            director.start()
        while sum(event.ends for event in found) < len(productions):
            door = (left, right)[len(found) % 2]
            with listening(door, after=0, last=place) as stream:
                found += stream.events(3 if len(found) < 12 else 1)
                place = stream.place
        for director in directors:
            director.join()
        assert heard(found) == told(house)


def test_a_page_that_has_loaded_the_list_follows_from_there(house: House) -> None:
    production = accept(house)
    house.write(production)
    with served(house.app()) as url:
        with Client(url) as client:
            page = client.list()
            shown = client.get(production)
        assert page.last_event == len(told(house))
        assert page.productions[0].last_event == shown.last_event == told(house)[-1][2]
        house.render(production, 1)
        with listening(url, after=page.last_event) as stream:
            [event] = stream.events(1)
            assert (event.event, event.id) == ("clip.started", shown.last_event + 1)
        own = f"{url}/v1/productions/{production}/events?after={shown.last_event}"
        with httpx.stream("GET", own, timeout=300) as answer:
            data = next(line for line in answer.iter_lines() if line.startswith("data: "))
        assert EventView.read(data.removeprefix("data: ")).id == shown.last_event + 1
        assert '"number"' not in data


def test_a_tenant_hears_of_its_own_productions_only(tmp_path: Path) -> None:
    keys = {key_digest("k-acme"): "acme", key_digest("k-bolt"): "bolt"}
    house = House(tmp_path, api_keys=keys)
    accept(house, tenant="bolt")
    own = accept(house, tenant="acme")
    with served(house.app()) as url:
        assert httpx.get(f"{url}/v1/events").status_code == 401
        with listening(url, after=0, Authorization="Bearer k-acme") as stream:
            assert heard(stream.events(1)) == [(1, own, 1)]
            accept(house, tenant="bolt")
            second = accept(house, tenant="acme")
            assert heard(stream.events(1)) == [(2, second, 1)]


async def test_a_place_that_cannot_be_is_refused(tmp_path: Path) -> None:
    house = House(tmp_path)
    accept(house)
    async with house.client() as http:
        for wrong in ("x", "-1", "1.5", "2", "99999999999999999999"):
            answer: Any = await http.get("/v1/events", headers={"Last-Event-ID": wrong})
            assert answer.status_code == 422, wrong
            assert answer.headers["content-type"] == "application/problem+json"
        assert (await http.get("/v1/events?after=2")).status_code == 422
