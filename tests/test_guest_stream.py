"""`GET /v1/shared/{token}/events`: guests are called when what their link shows has changed."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import httpx
import pytest

from conte.production import Event
from conte.revision.comments import Audience, Comment, Placed
from conte.revision.operations import Edit
from conte.revision.review import ReviewState
from conte.revision.share import Right
from serve.ingress.event_tail import EventTail
from serve.ingress.guest_stream import Watch
from serve.ledger.comments import NewComment
from serve.ledger.sealing import Sealing
from tests.front_door import House, accept, served

TENANT = "secret-agency"
TO_REVIEW, BACK = ReviewState.IN_REVIEW, ReviewState.CHANGES_REQUESTED


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, heartbeat_s=0.1)


@pytest.fixture
def production(house: House) -> str:
    """In review, its second version not yet."""
    production = accept(house, tenant=TENANT)
    house.film(production)
    house.ledger.reviewing.step(production, 1, TO_REVIEW)
    cut = house.ledger.version(production, 1).conte.cuts[0]
    edit = Edit(cut=cut.id, field="caption", before="", after="자막")
    house.ledger.seal(production, Sealing("", lambda _: (), ("draft",), {}, (edit,)))
    return production


@contextmanager
def watching(
    house: House, production: str, *rights: Right, version: int | None = 1
) -> Generator[tuple[str, Iterator[str]]]:
    """What a guest hears, from when the stream has begun."""
    share, token = house.ledger.reviewing.share(production, version, rights, "", 3600)
    with (
        served(house.app()) as url,
        httpx.stream("GET", f"{url}/v1/shared/{token}/events", timeout=300) as answer,
    ):
        assert answer.status_code == 200
        lines = answer.iter_lines()
        assert next(lines) == ": events of a production"
        yield share.id, lines


def parts(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        name, _, value = line.partition(": ")
        if name == "event":
            yield value


def say(house: House, production: str, version: int, audience: Audience = "client") -> Comment:
    cut = house.ledger.version(production, version).conte.cuts[0].id
    new = NewComment("단가를 낮추자", "민지", audience, Placed(cut=cut, frame=3))
    return house.ledger.reviewing.comment(production, version, new)


def test_a_guest_is_called_for_each_part_that_the_link_shows(house: House, production: str) -> None:
    records = house.ledger.reviewing
    with watching(house, production, Right.VIEW, Right.COMMENT) as (_, lines):
        heard = parts(lines)
        comment = say(house, production, 1)
        assert next(heard) == "comments"
        records.resolve(production, comment.id, True)
        assert next(heard) == "comments"
        records.step(production, 1, BACK)
        assert next(heard) == "conte"


def test_internal_comments_call_no_guest(house: House, production: str) -> None:
    with watching(house, production, Right.VIEW, Right.COMMENT) as (_, lines):
        said = say(house, production, 1, "internal")
        house.ledger.reviewing.resolve(production, said.id, True)
        house.ledger.reviewing.step(production, 1, BACK)
        assert next(parts(lines)) == "conte"


def test_a_link_without_the_right_to_a_part_is_not_called_for_it(
    house: House, production: str
) -> None:
    with watching(house, production, Right.VIEW) as (_, lines):
        say(house, production, 1)
        house.ledger.reviewing.step(production, 1, BACK)
        assert next(parts(lines)) == "conte"
    with watching(house, production, Right.COMMENT) as (_, lines):
        house.ledger.reviewing.step(production, 1, TO_REVIEW)
        say(house, production, 1)
        assert next(parts(lines)) == "comments"


def test_a_link_to_one_version_is_called_for_no_other(house: House, production: str) -> None:
    with watching(house, production, Right.VIEW, Right.COMMENT) as (_, lines):
        heard = parts(lines)
        say(house, production, 2)
        house.ledger.reviewing.step(production, 1, BACK)
        assert next(heard) == "conte"
        house.ledger.reviewing.step(production, 2, TO_REVIEW)
        say(house, production, 1)
        assert next(heard) == "comments"


def test_a_link_that_follows_the_review_is_called_when_it_leads_elsewhere(
    house: House, production: str
) -> None:
    with watching(house, production, Right.VIEW, Right.COMMENT, version=None) as (_, lines):
        heard = parts(lines)
        say(house, production, 2)  # of a version that no guest has seen yet
        house.ledger.reviewing.step(production, 2, TO_REVIEW)
        assert [next(heard), next(heard)] == ["conte", "comments"]
        say(house, production, 1)  # "from 콘티 1"
        assert next(heard) == "comments"


def test_a_guest_is_called_once_where_the_link_is_looked_at_before_its_event_comes(
    house: House, production: str
) -> None:
    records, rights = house.ledger.reviewing, (Right.VIEW, Right.COMMENT)
    _, token = records.share(production, None, rights, "", 3600)
    watch = Watch(house.ledger, cast(EventTail[Event], None), token, 1.0)
    before = records.shared(token)
    seen = house.ledger.last_events((production,))[production]
    records.step(production, 2, TO_REVIEW)
    events = house.ledger.events(production, seen)
    after, called = watch.look(before, ())
    assert called == ("conte", "comments")
    assert watch.look(after, events) == (after, ())
    say(house, production, 2)
    more = house.ledger.events(production, events[-1].id)
    assert watch.look(after, more) == (after, ("comments",))


def test_the_stream_of_a_link_that_is_over_ends_and_says_nothing_more(
    house: House, production: str
) -> None:
    with watching(house, production, *Right) as (share, lines):
        house.ledger.reviewing.revoke(production, share)
        say(house, production, 1)
        assert list(parts(lines)) == []


def test_a_message_has_no_number_no_name_and_no_words(house: House, production: str) -> None:
    with watching(house, production, *Right) as (share, lines):
        say(house, production, 1)
        house.ledger.reviewing.step(production, 1, BACK)
        heard = [next(lines)]
        while heard[-1] != "event: conte":  # heartbeats come between, on a busy machine many
            heard.append(next(lines))
        house.ledger.reviewing.revoke(production, share)
        heard += list(lines)
    kept = {line for line in heard if line and not line.startswith(":")}
    assert kept == {"retry: 1000", "event: comments", "event: conte", "data: {}"}
