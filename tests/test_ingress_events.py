"""Events of a production over SSE: once, in order, from any replica, also after a reconnect."""

import contextlib
import json
import threading
from collections.abc import Callable, Generator, Iterable
from pathlib import Path
from typing import Any

import httpx
import pytest

from conte.production import Event, EventKind
from serve.database.errors import DatabaseUnavailable
from serve.ingress.event_tail import EventTail
from tests.front_door import House, accept, eventually, served


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@contextlib.contextmanager
def listening(url: str, production: str, after: int | None = None) -> Generator["Listener"]:
    headers = {} if after is None else {"Last-Event-ID": str(after)}
    path = f"{url}/v1/productions/{production}/events"
    with httpx.stream("GET", path, headers=headers, timeout=300) as answer:
        yield Listener(answer)


class Listener:
    """Reads a stream of events line by line, as a browser would."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self._lines = answer.iter_lines()

    def line(self, start: str) -> str:
        return next(line for line in self._lines if line.startswith(start))

    def events(self, count: int | None = None) -> list[dict[str, Any]]:
        """The next `count` events, or all until the stream ends."""
        found: list[dict[str, Any]] = []
        event_id = kind = ""
        for line in self._lines:
            name, _, value = line.partition(": ")
            if name == "id":
                event_id = value
            elif name == "event":
                kind = value
            elif name == "data":
                data = json.loads(value)
                assert (str(data["id"]), data["event"]) == (event_id, kind)
                found.append(data)
                if len(found) == count:
                    break
        return found


def told(house: House, production: str) -> list[tuple[int, str]]:
    """What the ledger has, which is what every stream has to tell."""
    return [(event.id, str(event.kind)) for event in house.ledger.events(production, 0)]


def heard(events: list[dict[str, Any]]) -> list[tuple[int, str]]:
    return [(event["id"], event["event"]) for event in events]


def test_an_ended_production_is_told_from_its_beginning_and_the_stream_ends(house: House) -> None:
    production = accept(house)
    house.film(production)
    with served(house.app()) as url, listening(url, production) as stream:
        assert stream.answer.headers["content-type"].startswith("text/event-stream")
        assert stream.answer.headers["x-accel-buffering"] == "no"
        assert stream.line("retry") == "retry: 1000"
        events = stream.events()
    assert heard(events) == told(house, production)
    assert events[0]["event"] == "production.accepted"
    assert events[-1]["event"] == "production.done"
    written = [event for event in events if event["event"] == "cut.written"]
    assert [event["data"]["cut"]["number"] for event in written] == [1, 2, 3, 4]
    assert {event["production"] for event in events} == {production}
    assert all(event["by"] for event in events)
    assert all(event["at"].endswith("Z") for event in events)


def test_events_arrive_while_the_production_goes_on(house: House) -> None:
    production = accept(house)
    with served(house.app()) as url, listening(url, production) as stream:
        assert heard(stream.events(1)) == [(1, "production.accepted")]
        house.write(production)
        so_far = told(house, production)[1:]
        assert heard(stream.events(len(so_far))) == so_far
        house.render(production)
        house.finish(production)
        rest = told(house, production)[1 + len(so_far) :]
        assert heard(stream.events()) == rest


def test_two_doors_tell_the_same_and_a_reader_may_change_between_them(house: House) -> None:
    production = accept(house)
    with served(house.app()) as left, served(house.app()) as right:
        house.write(production)
        half = len(told(house, production)) // 2
        with listening(left, production) as stream:
            before = stream.events(half)
        house.render(production)
        house.finish(production)
        with listening(right, production, after=before[-1]["id"]) as stream:
            after = stream.events()
        assert heard(before + after) == told(house, production)
        with listening(left, production) as one, listening(right, production) as other:
            assert one.events() == other.events()


def test_a_reader_that_comes_back_again_and_again_misses_nothing(house: House) -> None:
    production = accept(house)
    found: list[dict[str, Any]] = []
    with served(house.app()) as url:
        director = threading.Thread(target=house.film, args=(production,))
        director.start()
        while not found or found[-1]["event"] != "production.done":
            with listening(url, production, after=found[-1]["id"] if found else None) as stream:
                found += stream.events(1)
        director.join()
        assert heard(found) == told(house, production)


def test_many_readers_of_one_production_hear_the_same(house: House) -> None:
    production = accept(house)
    heard_by: dict[int, list[tuple[int, str]]] = {}

    def listen(url: str, reader: int) -> None:
        with listening(url, production) as stream:
            heard_by[reader] = heard(stream.events())

    with served(house.app()) as url:
        readers = [threading.Thread(target=listen, args=(url, i)) for i in range(10)]
        for reader in readers:
            reader.start()
        house.film(production)
        for reader in readers:
            reader.join()
    assert list(heard_by.values()) == [told(house, production)] * 10


def test_silence_is_broken_by_a_heartbeat(tmp_path: Path) -> None:
    house = House(tmp_path / "beating", heartbeat_s=0.05)
    production = accept(house)
    with served(house.app()) as url, listening(url, production) as stream:
        assert stream.line(": heartbeat")
        assert stream.line(": heartbeat")


def test_a_reader_that_leaves_leaves_nothing_behind(house: House) -> None:
    productions = [accept(house, seed=seed) for seed in range(3)]

    def open_streams(url: str) -> float:
        lines = httpx.get(f"{url}/metrics", timeout=300).text.splitlines()
        line = next(line for line in lines if line.startswith("sian_event_streams"))
        return float(line.rpartition(" ")[2])

    with served(house.app()) as url:
        with contextlib.ExitStack() as stack:
            streams = [stack.enter_context(listening(url, of)) for of in productions]
            assert all(stream.events(1) for stream in streams)
            assert open_streams(url) == 3
        eventually(lambda: open_streams(url) == 0)


async def test_who_has_seen_the_end_is_told_to_stay_away(house: House) -> None:
    production = accept(house)
    house.film(production)
    last = told(house, production)[-1][0]
    path = f"/v1/productions/{production}/events"
    async with house.client() as http:
        assert (await http.get(path, headers={"Last-Event-ID": str(last)})).status_code == 204
        assert (await http.get(f"{path}?after={last}")).status_code == 204
        last_one = await http.get(f"{path}?after={last - 1}")
        assert last_one.text.count("event: ") == 1
        # The header is what a browser sends when it comes back to the same URL.
        resumed = await http.get(f"{path}?after=0", headers={"Last-Event-ID": str(last - 1)})
        assert resumed.text.count("event: ") == 1


async def test_an_empty_last_event_id_says_that_none_was_seen(house: House) -> None:
    production = accept(house)
    house.film(production)
    events = len(told(house, production))
    path = f"/v1/productions/{production}/events"
    async with house.client() as http:
        for empty in ("", " ", "\t"):
            answer = await http.get(path, headers={"Last-Event-ID": empty})
            assert answer.status_code == 200
            assert answer.text.count("event: ") == events
        resumed = await http.get(f"{path}?after={events - 1}", headers={"Last-Event-ID": ""})
        assert resumed.text.count("event: ") == 1


@pytest.mark.parametrize(
    "last", ["x", "-1", "+1", "1_0", "1, 1", "1.5", "99999999999999999999", "4096"]
)
async def test_a_last_event_id_that_cannot_be_is_refused(house: House, last: str) -> None:
    production = accept(house)
    async with house.client() as http:
        path = f"/v1/productions/{production}/events"
        answer = await http.get(path, headers={"Last-Event-ID": last})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_stream_goes_on_past_a_failure_that_was_retried(house: House) -> None:
    production = accept(house)
    house.fail(production, cut=2)
    house.ledger.retry_cut(production, 1, 2, "local")
    with served(house.app()) as url, listening(url, production) as stream:
        so_far = told(house, production)
        assert "production.failed" in dict(map(reversed, so_far))  # type: ignore[arg-type]
        assert heard(stream.events(len(so_far))) == so_far
        house.render(production, 2)
        house.finish(production)
        assert heard(stream.events())[-1][1] == "production.done"


class FlakyLog:
    """An event log that cannot be reached now and then; counts how often it is asked."""

    def __init__(self) -> None:
        self.kinds = [EventKind.ACCEPTED]
        self.polls = self.reads = self.outages = 0

    def events(self, production: str, after: int, limit: int) -> tuple[Event, ...]:
        self.reads += 1
        return tuple(
            Event(id=number, kind=kind, at=0, by="test", data={})
            for number, kind in enumerate(self.kinds, start=1)
            if number > after
        )[:limit]

    def waiting_for_events(
        self, production: str, call: Callable[[], object]
    ) -> contextlib.AbstractContextManager[None]:
        return contextlib.nullcontext()

    def last_events(self, productions: Iterable[str]) -> dict[str, int]:
        self.polls += 1
        if self.outages:
            self.outages -= 1
            raise DatabaseUnavailable("gone for a moment")
        return dict.fromkeys(productions, len(self.kinds))


async def test_an_outage_of_the_ledger_delays_the_news_and_loses_none() -> None:
    log = FlakyLog()
    tail = EventTail(log, poll_s=0.001, pause_s=0.001)
    story = tail.follow("p", 0)
    assert [event.kind for event in await anext(story)] == [EventKind.ACCEPTED]
    log.outages = 3
    log.kinds.append(EventKind.DONE)
    assert [event.id async for events in story for event in events] == [2]
    assert log.outages == 0
    assert tail.watched == 0


async def test_an_end_at_the_edge_of_a_page_still_ends_the_stream() -> None:
    log = FlakyLog()
    log.kinds += [EventKind.CLIP_PROGRESS] * 398 + [EventKind.DONE]
    tail = EventTail(log, poll_s=0.001)
    assert sum([len(events) async for events in tail.follow("p", 0)]) == 400


async def test_nobody_asks_the_ledger_when_nobody_watches() -> None:
    log = FlakyLog()
    tail = EventTail(log, poll_s=0.001)
    story = tail.follow("p", 0)
    await anext(story)
    await story.aclose()
    await tail.idle()
    assert tail.watched == 0
    polls = log.polls
    await tail.idle()
    assert log.polls == polls
