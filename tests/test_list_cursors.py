"""Pages go on where the one before ended, whatever became of the row that it ended with."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from conte.video import VideoOrder
from serve.ledger.errors import NotFound
from serve.ledger.ids import made_at, new_id
from serve.ledger.ledger import Ledger
from serve.ledger.places import PagePosition, place_of
from tests.front_door import House, accept_video
from tests.front_door import accept as accept_at_the_door
from tests.on_ledger import accept


def purge(url: str, id_: str) -> None:
    """Out of the tables, as no release does yet."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM events WHERE production = :id"), {"id": id_})
        connection.execute(text("DELETE FROM productions WHERE id = :id"), {"id": id_})
        connection.execute(text("DELETE FROM videos WHERE id = :id"), {"id": id_})
    engine.dispose()


def a_video(ledger: Ledger, tenant: str = "a") -> str:
    order = VideoOrder(prompt="a cat", model="fake", seconds=2, width=256, height=128, seed=1)
    video, _ = ledger.accept_video(
        tenant=tenant, order=order, tier="draft", idempotency_key=None, body_hash="", max_queued=9
    )
    return video.id


def test_ids_of_one_millisecond_sort_as_they_were_made() -> None:
    made = [new_id() for _ in range(2000)]
    assert made == sorted(set(made))


def test_a_page_goes_on_after_a_production_that_is_no_more(ledger: Ledger, ledger_url: str) -> None:
    made = [accept(ledger) for _ in range(4)]
    page, following = ledger.list("a", limit=2, after=None, state=None)
    assert [one.id for one in page] == [made[3], made[2]]
    purge(ledger_url, made[2])
    page, following = ledger.list("a", limit=2, after=following, state=None)
    assert [one.id for one in page] == [made[1], made[0]]
    assert following is None


def test_a_cursor_of_0_1_is_taken_as_long_as_its_production_is_there(
    ledger: Ledger, ledger_url: str
) -> None:
    made = [accept(ledger) for _ in range(3)]
    page, _ = ledger.list("a", limit=9, after=made[1], state=None)
    assert [one.id for one in page] == [made[0]]
    purge(ledger_url, made[1])
    with pytest.raises(NotFound):
        ledger.list("a", limit=9, after=made[1], state=None)


def test_a_cursor_shows_nothing_of_another_tenant(ledger: Ledger) -> None:
    accept(ledger, "b")
    theirs = accept(ledger, "b")
    _, following = ledger.list("b", limit=1, after=None, state=None)
    assert following is not None and following.startswith(theirs)
    assert ledger.list("a", limit=9, after=following, state=None) == ((), None)


@pytest.mark.parametrize("newest_first", [True, False])
def test_a_page_goes_on_after_a_video_that_was_deleted(
    ledger: Ledger, ledger_url: str, newest_first: bool
) -> None:
    made = [a_video(ledger) for _ in range(3)]
    ledger.delete_video(made[1], "a")
    wanted = [made[0]] if newest_first else [made[2]]
    page, _ = ledger.videos("a", limit=9, after=made[1], newest_first=newest_first)
    assert [one.id for one in page] == wanted
    assert ledger.videos("b", limit=9, after=new_id("video"), newest_first=True) == ((), False)
    with pytest.raises(NotFound):
        ledger.videos("b", limit=9, after=made[1], newest_first=newest_first)
    with pytest.raises(NotFound):
        ledger.videos("a", limit=9, after="video_none", newest_first=newest_first)


def test_a_video_s_id_tells_its_place_when_its_row_is_no_more(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    ledger = Ledger.open(url)
    made = [a_video(ledger) for _ in range(3)]
    engine = create_engine(url)
    with engine.begin() as connection:
        for at, id_ in enumerate(made):  # far from each other: the id tells milliseconds
            born = made_at(made[1])
            assert born is not None
            values = {"at": born + (at - 1) * 60, "id": id_}
            connection.execute(text("UPDATE videos SET created_at = :at WHERE id = :id"), values)
    engine.dispose()
    purge(url, made[1])
    page, _ = ledger.videos("a", limit=9, after=made[1], newest_first=True)
    assert [one.id for one in page] == [made[0]]
    ledger.close()


@pytest.mark.parametrize(
    "place", [PagePosition(1795900000.1234567, new_id()), PagePosition(0.5, "prd_1")]
)
def test_a_cursor_tells_its_place(place: PagePosition) -> None:
    assert place_of(place.cursor) == place


@pytest.mark.parametrize(
    "cursor", ["prd_1", "prd_1:", "prd_1:nan", ":1", "a:1:2", "a:" + "9" * 400]
)
def test_what_is_no_cursor_is_none(cursor: str) -> None:
    assert place_of(cursor) is None


async def test_the_door_goes_on_after_what_was_deleted(tmp_path: Path) -> None:
    house = House(tmp_path)
    productions = [accept_at_the_door(house) for _ in range(3)]
    videos = [await asyncio.to_thread(accept_video, house) for _ in range(3)]
    async with house.client() as http:
        page = (await http.get("/v1/productions", params={"limit": 1})).json()
        purge(house.settings.ledger_url, productions[2])
        after = {"after": page["next"]}
        page = (await http.get("/v1/productions", params=after)).json()
        assert [one["id"] for one in page["productions"]] == [productions[1], productions[0]]
        page = (await http.get("/v1/videos", params={"limit": 1})).json()
        assert (await http.delete(f"/v1/videos/{page['last_id']}")).status_code == 200
        page = (await http.get("/v1/videos", params={"after": page["last_id"]})).json()
        assert [one["id"] for one in page["data"]] == [videos[1], videos[0]]
    house.ledger.close()
