"""Every kind of event, byte by byte as clients of 0.1 read it, and read back as a typed value."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from conte.events import (
    KINDS,
    ClipFailed,
    ClipProgress,
    ConteReady,
    CutWritten,
    ProductionAccepted,
    ProductionTakenOver,
)
from conte.production import EventKind, Failure, State
from conte.revision.comments import Placed
from conte.revision.operations import Edit
from conte.revision.review import ReviewState
from graphs.job import Job
from graphs.outlook import Waits
from serve.event_stream import messages
from serve.ingress.event_views import (
    ClipReadyView,
    EventView,
    OtherEvent,
    ProductionDoneView,
    TakeReadyView,
)
from serve.ledger.comments import NewComment
from serve.ledger.directions import Another
from serve.ledger.sealing import Sealing
from serve.ledger.taking import Wanted
from tests.front_door import House
from tests.on_ledger import (
    CONTE,
    PROVENANCE,
    accept,
    claim,
    clip,
    fail_cut,
    film,
    let_lease_end,
)

WIRE = Path(__file__).parent / "event_wire.txt"
"""What an event stream of 0.1 sends, with ids and times made alike."""


async def told(house: House) -> tuple[str, str]:
    """Two productions, in which every kind of event of 0.1 happens: the story of each."""
    ledger = house.ledger
    done = accept(ledger, "local")
    job = Job(ledger, held := claim(ledger))
    job.enter(State.WRITING)
    job.conte_started(PROVENANCE, 1)
    job.conte_treated(CONTE)
    job.cut_written(CONTE.cuts[0])
    await job.conte_ready(CONTE, (), PROVENANCE)
    await job.clip_started(1, "draft", 1)
    job.clip_progress(1, "draft", 0.25)
    job.clip_retried(1, "draft", 2, "the engine went dark: 「캄캄」")
    await job.clip_ready(clip(1))
    fail_cut(ledger, held, 2)
    ledger.retry_cut(done, 1, 2)
    job = Job(ledger, claim(ledger))
    job.film_started("draft", 1)
    job.film_progress("draft", 0.5)
    await job.film_ready(film(), last=True)

    cancelled = accept(ledger, "local")
    claim(ledger)
    let_lease_end(house.settings.ledger_url, cancelled)
    taken = claim(ledger, "director-2")
    ledger.ask_cancel(cancelled)
    ledger.cancelled(taken, "director-2")
    async with house.client() as http:
        one, two = [
            (await http.get(f"/v1/productions/{id_}/events")).text for id_ in (done, cancelled)
        ]
    return one.replace(done, "prd_1"), two.replace(cancelled, "prd_2")


async def told_since(house: House) -> str:
    """The stories of two productions in which everything happens that 0.1 did not know."""
    ledger = house.ledger
    waits = accept(ledger, "local")
    job = Job(ledger, held := claim(ledger))
    job.conte_started(PROVENANCE, 1)
    job.conte_treated(CONTE)
    await job.conte_ready(CONTE, (), PROVENANCE)
    await job.clip_waits(1, "final", Waits("gpu", 480.0))
    ledger.ask_cancel(waits)
    ledger.cancelled(held, "director-1")

    production = accept(ledger, "local")
    house.film(production)
    cut = ledger.version(production, 1).conte.cuts[0]
    ledger.order_takes(production, Wanted(cut=cut.id, tier="draft", num=2))
    job = Job(ledger, claim(ledger))
    one, two = await job.orders()
    job.take_progress(one, 1, 0.5)
    await job.take_ready(one, clip(1).model_copy(update={"cut_id": cut.id}))
    await job.take_failed(two, Failure(stage="clip", cut=1, reason="no memory"))
    assert await job.finish_takes()
    said = NewComment("더 크게", "민지", "client", Placed(cut=cut.id, frame=3))
    comment = ledger.reviewing.comment(production, 1, said, "local")
    ledger.reviewing.resolve(production, comment.id, True, "local")
    ledger.reviewing.step(production, 1, ReviewState.IN_REVIEW)
    edit = Edit(cut=cut.id, field="caption", before="", after="자막")
    asked = Sealing("", lambda _: (), ("draft",), {}, (edit,))
    ledger.seal(production, asked)
    ledger.ask_cancel(production)
    ledger.add_direction(production, "local", Another(differ="밤으로"))
    ledger.pick_direction(production)
    async with house.client() as http:
        urls = [f"/v1/productions/{one}/events" for one in (waits, production)]
        return "".join([(await http.get(url)).text for url in urls])


def alike(stream: str) -> str:
    return re.sub(r'"at":"[^"]+Z"', '"at":"2026-11-29T00:00:00Z"', stream)


def views(stream: str) -> list[EventView]:
    return [EventView.read(message) for message in messages(stream.split("\n"))]


async def test_every_kind_is_sent_byte_by_byte_as_clients_know_it(tmp_path: Path) -> None:
    house = House(tmp_path)
    sent = alike("".join(await told(house)))
    since = await told_since(house)
    assert {f"event: {kind}" for kind in EventKind} <= set((sent + since).split("\n"))
    assert sent == WIRE.read_text(encoding="utf-8")
    house.ledger.close()


async def test_every_kind_is_read_back_as_a_value_of_its_class(tmp_path: Path) -> None:
    house = House(tmp_path)
    one, two = await told(house)
    since = views(await told_since(house))
    found = {str(view.event): view for view in since + views(one) + views(two)}
    assert set(found) == set(EventKind)
    assert {type(view.data) for view in found.values()} >= set(KINDS) - {
        kind
        for kind in KINDS
        if kind.kind in ("clip.ready", "film.ready", "production.done", "take.ready")
    }
    take = found["take.ready"].data
    assert isinstance(take, TakeReadyView)
    assert take.clip.take is not None
    assert f"/takes/{take.clip.take}/clip?tag=" in take.clip.url
    assert not any(isinstance(view, OtherEvent) for view in found.values())
    cut, ready = found["cut.written"].data, found["clip.ready"].data
    assert isinstance(cut, CutWritten)
    assert cut.cut == CONTE.cuts[0]
    assert isinstance(ready, ClipReadyView)
    assert (ready.cut, ready.clip.num_frames, ready.clip.url.count("prd_1")) == (1, 45, 1)
    taken = found["production.taken_over"].data
    assert taken == ProductionTakenOver(previous="director-1", takeovers=1)
    end = views(one)[-1]
    assert isinstance(end.data, ProductionDoneView)
    assert (end.event is EventKind.DONE, end.ends) == (True, True)
    house.ledger.close()


def test_each_kind_has_one_class_and_each_class_one_kind() -> None:
    assert [data.kind for data in KINDS] == list(EventKind)


def sent(event: str, data: dict[str, Any], **more: Any) -> EventView:
    envelope = {"id": 7, "event": event, "production": "prd_1", "by": "x",
                "at": "2026-11-29T00:00:00Z", "data": data}  # fmt: skip
    return EventView.read(json.dumps(envelope | more))


def test_a_kind_and_fields_of_a_newer_server_are_read() -> None:
    newer = sent("clip.upscaled", {"cut": 3, "by": 2.0}, mood="calm")
    assert (newer.event, newer.data, newer.ends) == ("clip.upscaled", {"cut": 3, "by": 2.0}, False)
    told = sent("clip.progress", {"cut": 1, "tier": "draft", "progress": 0.5, "left_s": 3})
    assert told.data == ClipProgress(cut=1, tier="draft", progress=0.5)


def test_data_that_cannot_be_read_keep_their_event() -> None:
    other = sent("production.done", {"unreadable": "Film cannot be read", "film": None})
    assert isinstance(other, OtherEvent)
    assert (other.event, other.ends) == (EventKind.DONE, True)


def test_a_rule_that_was_tightened_since_stops_no_reader() -> None:
    brief = {"product": {"name": "시" * 300}, "duration_s": 1000}
    accepted = sent("production.accepted", {"brief": brief, "seed": 7}).data
    assert isinstance(accepted, ProductionAccepted)
    assert accepted.brief.duration_s == 1000


@pytest.mark.parametrize(
    ("stored", "says"),
    [
        ('{"cut": {"number": 1}}', "CutWritten cannot be read"),
        ('{"_format": 99, "_release": "9.1", "cut": {}}', "got format 99"),
        ("[", "event cannot be read"),
    ],
)
async def test_a_row_that_cannot_be_read_says_so_and_the_stream_goes_on(
    tmp_path: Path, stored: str, says: str
) -> None:
    house = House(tmp_path)
    production = accept(house.ledger, "local")
    house.film(production)
    engine = create_engine(house.settings.ledger_url)
    with engine.begin() as connection:
        broken = text("UPDATE events SET data = :data WHERE kind = 'cut.written'")
        assert connection.execute(broken, {"data": stored}).rowcount == 4
    engine.dispose()
    async with house.client() as http:
        stream = (await http.get(f"/v1/productions/{production}/events")).text
    assert [view.id for view in views(stream)] == list(range(1, len(views(stream)) + 1))
    written = [view.data for view in views(stream) if view.event is EventKind.CUT_WRITTEN]
    assert all(isinstance(data, dict) and says in data["unreadable"] for data in written)
    assert views(stream)[-1].ends
    house.ledger.close()


def test_old_data_are_sent_as_they_were_stored(tmp_path: Path) -> None:
    house = House(tmp_path)
    production = accept(house.ledger, "local")
    engine = create_engine(house.settings.ledger_url)
    old = {"brief": {"product": {"name": "시안"}}, "seed": 7}
    with engine.begin() as connection:
        connection.execute(text("UPDATE events SET data = :data"), {"data": json.dumps(old)})
    engine.dispose()
    (event,) = house.ledger.events(production, 0)
    assert isinstance(event.data, ProductionAccepted)
    assert json.loads(EventView.of(event, production).text())["data"] == old
    house.ledger.close()


def test_an_event_is_written_strictly() -> None:
    with pytest.raises(ValueError):
        ClipProgress(cut=1, tier="draft", progress=float("nan"))
    with pytest.raises(ValueError):
        ClipFailed.model_validate({"version": 1, "cut": 1, "tier": "draft"})
    with pytest.raises(ValueError):
        ConteReady.model_validate({"version": 1})


async def test_the_document_describes_every_kind_in_one_union(tmp_path: Path) -> None:
    house = House(tmp_path)
    async with house.client() as http:
        document = (await http.get("/openapi.json")).json()
    house.ledger.close()
    schemas = document["components"]["schemas"]
    answer = document["paths"]["/v1/productions/{id}/events"]["get"]["responses"]["200"]
    stream = answer["content"]["text/event-stream"]["schema"]
    data = stream["properties"]["data"]["contentSchema"]["$ref"]
    assert data == "#/components/schemas/EventView"
    by_kind, other = schemas["EventView"]["anyOf"]
    assert other == {"$ref": "#/components/schemas/OtherEvent"}
    assert by_kind["discriminator"]["propertyName"] == "event"
    assert set(by_kind["discriminator"]["mapping"]) == set(EventKind)
    for kind, ref in by_kind["discriminator"]["mapping"].items():
        assert {"$ref": ref} in by_kind["oneOf"]
        envelope = schemas[ref.rpartition("/")[2]]
        assert envelope["properties"]["event"]["const"] == kind
        assert envelope["properties"]["data"]["$ref"].rpartition("/")[2] in schemas
    assert "$defs" not in json.dumps(document)
    clip_view = schemas["ClipReadyView"]["properties"]["clip"]["$ref"]
    assert clip_view == "#/components/schemas/ClipView"
