"""The typed client against a real server, and against connections that break at the worst time."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import create_engine, text

from conte.brief import Brief
from conte.production import EventKind, State
from serve.client import Client, NotReachable, Problem
from serve.event_stream import lines_of, messages
from tests.front_door import BRIEF, FILM_BYTES, House, accept, served


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path / "house")


@pytest.fixture
def url(house: House) -> Iterator[str]:
    with served(house.app()) as address:
        yield address


@pytest.fixture
def client(url: str) -> Iterator[Client]:
    with Client(url) as found:
        yield found


class Breaking(httpx.BaseTransport):
    """A network that loses the first answers: the request arrives, or part of the answer is cut off."""

    def __init__(self, losses: int, keep: int | None = None) -> None:
        self.losses, self.keep = losses, keep
        self.requests: list[httpx.Request] = []
        self._real = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._real.handle_request(request)
        if self.losses == 0:
            return answer
        self.losses -= 1
        if self.keep is None:
            answer.read()
            raise httpx.ReadError("connection lost", request=request)
        answer.stream = CutOff(answer, self.keep)
        return answer

    def close(self) -> None:
        self._real.close()


class CutOff(httpx.SyncByteStream):
    """The first bytes of an answer, and then the end of the connection."""

    def __init__(self, answer: httpx.Response, keep: int) -> None:
        self._stream, self._keep = answer.stream, keep

    def __iter__(self) -> Iterator[bytes]:
        assert isinstance(self._stream, httpx.SyncByteStream)
        left = self._keep
        for chunk in self._stream:
            yield chunk[:left]
            left -= len(chunk[:left])
            if left <= 0:
                raise httpx.ReadError("connection lost")

    def close(self) -> None:
        self._stream.close()  # type: ignore[union-attr]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("serve.connection._FIRST_PAUSE_S", 0.001)


def test_a_brief_becomes_a_film_on_disk(house: House, client: Client, tmp_path: Path) -> None:
    made = client.create(Brief.model_validate(BRIEF), seed=7)
    house.film(made.id)
    assert client.wait(made.id).state is State.DONE
    assert client.conte(made.id, 1).conte.num_frames == 180
    assert client.list(state=State.DONE).productions[0].id == made.id
    film = client.download(made.id, 1, "film", tmp_path / "out" / "film.mp4")
    assert film.read_bytes() == FILM_BYTES


def test_problems_arrive_with_their_fields(client: Client) -> None:
    with pytest.raises(Problem) as refused:
        client.create({"product": {"nam": "x"}})
    assert refused.value.status == 422
    assert [error.field for error in refused.value.errors] == [
        "brief.product.name",
        "brief.product.nam",
    ]
    with pytest.raises(Problem) as missing:
        client.get("nobody")
    assert (missing.value.status, missing.value.kind) == (404, "urn:sian:not-found")


LONG = BRIEF | {
    "product": {"name": "윈터그립" * 100},
    "duration_s": 600,
    "mood_of_a_newer_release": 1,
}
"""A brief that no door of today takes."""


def test_a_brief_that_the_door_would_refuse_hides_no_other(house: House, client: Client) -> None:
    first, old, last = (accept(house) for _ in range(3))
    overwrite(house.settings.ledger_url, old, LONG)
    found = client.list().productions
    assert [production.id for production in found] == [last, old, first]
    for brief in (found[1].brief, client.get(old).brief):
        assert brief is not None
        assert (brief.product.name, brief.duration_s) == ("윈터그립" * 100, 600)


def overwrite(url: str, production: str, brief: dict[str, Any]) -> None:
    """Store a brief as a release with other rules would have."""
    engine = create_engine(url)
    with engine.begin() as connection:
        statement = text("UPDATE productions SET brief = :brief WHERE id = :id")
        assert connection.execute(
            statement, {"brief": json.dumps(brief), "id": production}
        ).rowcount
    engine.dispose()


def test_an_answer_that_is_not_sians_is_a_problem() -> None:
    for content in (b"<html>", b"[]", b'{"id": 1}', b"\xff"):
        answer = httpx.MockTransport(
            lambda _, content=content: httpx.Response(200, content=content)
        )
        with Client("http://sian", transport=answer) as client, pytest.raises(Problem) as refused:
            client.get("prd_1")
        assert refused.value.title == "not Sian's answer"


def test_cancel_and_retry_go_through(house: House, client: Client) -> None:
    claimed = accept(house)
    house.claim(claimed)
    waiting = client.create(BRIEF).id
    assert client.cancel(waiting).state is State.CANCELLED
    assert client.cancel(claimed).cancel_asked
    failed = accept(house)
    house.fail(failed, cut=3)
    assert not client.retry_cut(failed, 1, 3).state.ended


@pytest.mark.usefixtures("quick")
def test_a_post_whose_answer_is_lost_films_once(house: House, url: str) -> None:
    network = Breaking(losses=2)
    with Client(url, transport=network) as client:
        made = client.create(BRIEF)
    assert len(network.requests) == 3
    productions, _ = house.ledger.list("local", limit=10, after=None, state=None)
    assert [production.id for production in productions] == [made.id]


@pytest.mark.usefixtures("quick")
def test_what_must_not_be_done_twice_is_not_sent_again_when_its_answer_is_lost(
    house: House, url: str
) -> None:
    production = accept(house)
    house.film(production)
    cut = house.ledger.version(production, 1).conte.cuts[0]
    said = {"cut": cut.id, "text": "더 밝게", "author": "민지"}
    with (
        Client(url, transport=Breaking(losses=1)) as client,
        pytest.raises(NotReachable, match="look whether it was done"),
    ):
        client.comment(production, 1, said)
    assert len(house.ledger.reviewing.threads(production, 1, "local")[0]) == 1


@pytest.mark.usefixtures("quick")
def test_two_calls_are_two_productions_unless_the_key_is_the_same(client: Client) -> None:
    assert client.create(BRIEF).id != client.create(BRIEF).id
    first = client.create(BRIEF, idempotency_key="once")
    assert client.create(BRIEF, idempotency_key="once").id == first.id


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("keep", [0, 1, 60, 200, 500, 1500])
def test_a_broken_stream_is_taken_up_with_nothing_missed_or_doubled(
    house: House, url: str, keep: int
) -> None:
    production = accept(house)
    house.film(production)
    network = Breaking(losses=3, keep=keep)
    with Client(url, transport=network) as client:
        ids = [event.id for event in client.events(production)]
    assert ids == [event.id for event in house.ledger.events(production, 0)]
    assert len(network.requests) == 4


def test_events_can_start_in_the_middle_and_end_at_once(house: House, client: Client) -> None:
    production = accept(house)
    house.film(production)
    every = list(client.events(production))
    assert every[0].event is EventKind.ACCEPTED
    assert list(client.events(production, after=every[3].id)) == every[4:]
    assert list(client.events(production, after=every[-1].id)) == []


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("keep", [0, 1, 100_000])
def test_a_broken_download_is_taken_up_where_it_was(
    house: House, url: str, tmp_path: Path, keep: int
) -> None:
    production = accept(house)
    house.film(production)
    network = Breaking(losses=2, keep=keep)
    told: list[tuple[int, int]] = []
    with Client(url, transport=network) as client:
        to = tmp_path / "film.mp4"
        client.download(production, 1, "film", to, lambda have, of: told.append((have, of)))
    assert to.read_bytes() == FILM_BYTES
    assert told[-1] == (len(FILM_BYTES), len(FILM_BYTES))
    ranges = [request.headers.get("range") for request in network.requests]
    assert ranges[0] is None
    if keep:
        assert ranges[1] == f"bytes={keep}-"


def test_a_download_that_fails_leaves_no_file(house: House, client: Client, tmp_path: Path) -> None:
    production = accept(house)
    with pytest.raises(Problem):
        client.download(production, 1, "film", tmp_path / "film.mp4")
    assert list(tmp_path.glob("*film*")) == []


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(("kind", "asked"), [("too-many-answers", 3), ("queue-full", 1)])
def test_a_place_for_a_download_is_waited_for_and_a_full_queue_is_not(
    kind: str, asked: int, tmp_path: Path
) -> None:
    requests: list[httpx.Request] = []

    def busy(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        if len(requests) == 3:
            length = {"Content-Length": str(len(FILM_BYTES))}
            return httpx.Response(200, headers=length, stream=httpx.ByteStream(FILM_BYTES))
        told = {"type": f"urn:sian:{kind}", "title": "Later"}
        return httpx.Response(429, json=told, headers={"Retry-After": "0"})

    with Client(transport=httpx.MockTransport(busy)) as client:
        if asked == 1:
            with pytest.raises(Problem, match="Later"):
                client.download("prd_1", 1, "film", tmp_path / "film.mp4")
        else:
            film = client.download("prd_1", 1, "film", tmp_path / "film.mp4")
            assert film.read_bytes() == FILM_BYTES
    assert len(requests) == asked


def test_nobody_at_the_address_is_said_in_a_sentence() -> None:
    with (
        Client("http://127.0.0.1:9", attempts=2) as client,
        pytest.raises(NotReachable, match="no answer from"),
    ):
        client.list()


def test_somebody_else_at_the_address_is_not_taken_for_sian() -> None:
    def other(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text="<html>hello</html>", request=request)

    with Client(transport=httpx.MockTransport(other)) as client:
        assert not client.ready
        with pytest.raises(Problem, match="not Sian's answer"):
            client.list()


@pytest.mark.parametrize("cut", [lambda text: [text], lambda text: [bytes([b]) for b in text]])
def test_a_stream_reads_the_same_however_it_is_cut(cut: Callable[[bytes], list[bytes]]) -> None:
    text = ": hi\r\nid: 1\r\ndata: 한\u2028글\r\n\r\ndata: a\ndata: b\n\n: beat\n\ndata: cut o".encode()
    assert list(messages(lines_of(cut(text)))) == ["한\u2028글", "a\nb"]
