"""What each release stored opens with the code of today, and goes on where it was."""

import asyncio
import json
import shutil
import sqlite3
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
import pytest
from sqlalchemy import select

from conte.brief import Brief
from conte.clip import Clip, Film
from conte.conte import Conte
from conte.frozen import digest
from conte.production import Production, State
from conte.video import VideoState
from crawl.caption.dataset_run import DatasetRun
from crawl.caption.rows import Rows
from crawl.dataset.outcomes import outcomes_of
from crawl.records.database import open_records
from crawl.records.tables import rows as caption_rows
from crawl.videos.still_permitted import still_permitted
from deployments.encoding import Mp4Writer
from deployments.engines.paid import Answers, Budget, BudgetLimits, RecordedPurse, open_purses
from deployments.film_editor import FilmEditor
from graphs.crew import Plan
from graphs.director import Director
from graphs.film import produce
from graphs.gate import FairGate
from graphs.job import Job
from graphs.video_director import VideoDirector
from serve.database.schema import open_database
from serve.keys import key_digest, new_key
from serve.ledger.errors import NotFound
from serve.ledger.ledger import Ledger
from serve.ledger.tables import LEDGER
from serve.registry.registry import Registry
from serve.settings import DirectorSettings
from serve.vault import Vault
from tests.fake_crew import FakeCrew
from tests.front_door import House
from training.scripts.records import Records, open_scripts

RELEASES = Path(__file__).parent / "releases"
NUMBERS = sorted(path.name for path in RELEASES.iterdir() if path.is_dir())
UNDER_WAY = ("writing", "rendering", "editing", "queued")
PLAN = Plan(short_side={"draft": 64, "final": 64}, clip_timeout_s={"draft": 30, "final": 30})
SETTINGS = DirectorSettings(poll_s=0.005, lease_s=60)


@pytest.fixture(params=NUMBERS)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return Path(shutil.copytree(RELEASES / request.param, tmp_path / "home"))


@pytest.fixture
def told(folder: Path) -> dict[str, Any]:
    """What the release itself said of its ledger."""
    return json.loads((folder / "told.json").read_text("utf-8"))


def opened(folder: Path) -> Ledger:
    return Ledger.open(f"sqlite:///{folder}/ledger.db")


def of(ledger: Ledger, tenant: str) -> Production:
    (production,), following = ledger.list(tenant, limit=10, after=None, state=None)
    assert following is None
    return production


def still_says(now: Any, was: Any) -> bool:
    """Whether all that was said is said still; a field that came later may be there, too."""
    if isinstance(was, dict):
        said = cast(dict[str, Any], was)
        return all(name in now and still_says(now[name], said[name]) for name in said)
    if isinstance(was, list):
        items = cast("list[Any]", was)
        return len(now) == len(items) and all(map(still_says, now, items))
    return now == was


def stored_conte(folder: Path, production: str) -> Any:
    with sqlite3.connect(folder / "ledger.db") as connection:
        query = "SELECT conte FROM versions WHERE production = ?"
        (text,) = connection.execute(query, (production,)).fetchone()
    connection.close()
    return json.loads(text)


def test_0_1_0_is_among_them() -> None:
    assert "0.1.0" in NUMBERS


def test_every_production_and_its_story_is_read_as_it_was(
    folder: Path, told: dict[str, Any]
) -> None:
    ledger = opened(folder)
    vault = Vault.open(str(folder / "vault"))
    for tenant, was in told.items():
        if tenant == "videos":
            continue
        found = of(ledger, tenant)
        assert found == ledger.get(found.id, tenant)
        assert found.brief is not None
        assert still_says(found.brief.model_dump(mode="json"), was["brief"])
        assert {
            "id": found.id,
            "state": found.state,
            "cuts": [cut.state for cut in found.cuts],
            "clips": [cut.clip.key if cut.clip else None for cut in found.cuts],
            "film": found.film.key if found.film else None,
            "reason": found.failure.reason if found.failure else None,
            "events": [event.kind for event in ledger.events(found.id, 0)],
        } == {name: value for name, value in was.items() if name not in ("brief", "conte")}
        if was["conte"]:
            conte = ledger.version(found.id, 1).conte
            assert still_says(conte.model_dump(mode="json"), stored_conte(folder, found.id))
        keys = [cut.clip.key for cut in found.cuts if cut.clip]
        keys += [found.film.key, found.film.sheet_key] if found.film else []
        for key in keys:
            assert asyncio.run(vault.has(key))
    ledger.close()


def test_an_idempotency_key_still_makes_one_production(folder: Path, told: dict[str, Any]) -> None:
    ledger = opened(folder)
    again, created = ledger.accept(
        tenant="done", brief=Brief.model_validate({"product": {"name": "another"}}), seed=1,
        idempotency_key="key of done", body_hash=digest("key of done"), max_queued=10,
    )  # fmt: skip
    assert (again.id, created) == (told["done"]["id"], False)
    ledger.close()


async def test_directors_finish_what_was_under_way(folder: Path, told: dict[str, Any]) -> None:
    ledger, crew = opened(folder), FakeCrew()
    films = Director(ledger, crew, PLAN, SETTINGS, {"draft": FairGate(8)})
    clips = VideoDirector(ledger, FakeCrew(), PLAN, SETTINGS, {"draft": FairGate(8)})
    films.start()
    clips.start()
    waited_for = [told["videos"][name]["id"] for name in ("begun", "queued")]
    async with asyncio.timeout(300):
        while not all(
            of(ledger, tenant).state.ended for tenant in (*UNDER_WAY, "cancel asked")
        ) or not all(ledger.video(video).state.ended for video in waited_for):
            await asyncio.sleep(0.01)
    await films.stop()
    await clips.stop()
    assert {tenant: of(ledger, tenant).state for tenant in UNDER_WAY} == dict.fromkeys(
        UNDER_WAY, State.DONE
    )
    assert of(ledger, "cancel asked").state is State.CANCELLED
    assert {ledger.video(video).state for video in waited_for} == {VideoState.COMPLETED}
    # What was rendered before is not rendered again: all of one's cuts, half of another's.
    assert crew.attempts["render draft", 1] == 2
    assert crew.attempts["render draft", 3] == 3
    ledger.close()


class Cutting(FakeCrew):
    """Renders nothing that is seen, and cuts films as an editor of today does."""

    def __init__(self, house: House) -> None:
        super().__init__()
        self._editor = FilmEditor(house.vault, house.settings.film, house.settings.rates)

    async def join(
        self, conte: Conte, brief: Brief, clips: Sequence[Clip], version: int
    ) -> AsyncGenerator[float | Film]:
        async for step in self._editor.join(conte, brief, clips, version):
            yield step


def filmed_clip(path: Path, num_frames: int, fps: int) -> None:
    """A release's folder keeps no real videos: one of the length of the clip takes its place."""
    with Mp4Writer(path, 114, 64, fps, crf=40, preset="ultrafast") as writer:
        for k in range(num_frames):
            writer.write_rgb(np.full((64, 114, 3), 5 * k % 256, np.uint8))


async def test_a_production_of_before_is_revised_and_cut_from_the_clips_it_had(
    folder: Path, told: dict[str, Any], tmp_path: Path
) -> None:
    was, key = told["done"], new_key()
    house = House(folder, api_keys={key_digest(key): "done"})
    url = f"/v1/productions/{was['id']}"
    async with house.client({"Authorization": f"Bearer {key}"}) as client:
        draft = (await client.get(f"{url}/draft")).json()
        cuts = draft["conte"]["cuts"]
        assert len({cut["id"] for cut in cuts if cut["id"]}) == len(cuts)
        assert [(one["what"], one["stale"]) for one in draft["clips"]] == [("kept", False)] * 4
        caption = {
            "op": "edit", "cut": cuts[1]["id"], "field": "caption", "before": cuts[1]["caption"],
            "after": "눈길에서도 든든하게",
        }  # fmt: skip
        last = {"op": "move", "cut": cuts[3]["id"], "after": cuts[0]["id"]}
        await client.post(f"{url}/draft/operations", json={"operations": [caption, last]})
        quote = (await client.post(f"{url}/draft/quote")).json()
        assert quote["renders"] == 0
        sealed = await client.post(f"{url}/versions", json={"quote": quote["hash"]})
        assert sealed.status_code == 202, sealed.text
    claim = house.ledger.claim("director", 60)
    while claim is not None and claim.production.id != was["id"]:
        claim = house.ledger.claim("director", 60)
    assert claim is not None
    for cut in claim.production.cuts:
        assert cut.clip is not None
        path = folder / "vault" / cut.clip.key
        path.unlink()
        filmed_clip(path, cut.clip.num_frames, draft["brief"]["fps"])
    crew, job = Cutting(house), Job(house.ledger, claim)
    await job.take_up()
    await produce(job, crew, PLAN, {"draft": FairGate(8)})
    job.close()
    assert crew.shots == {}
    done = house.ledger.get(was["id"])
    keys = was["clips"]
    assert (done.state, done.version) == (State.DONE, 2)
    assert [cut.clip.key for cut in done.cuts if cut.clip] == [keys[0], keys[3], keys[1], keys[2]]
    assert done.film is not None
    async with house.vault.local(done.film.key) as path:
        with av.open(str(path)) as film:
            frames = sum(1 for _ in film.decode(video=0))
    assert frames == done.film.num_frames == sum(cut["num_frames"] for cut in cuts)
    # The film of before is there still.
    before = house.ledger.get(was["id"], version=1)
    assert before.film is not None
    assert before.film.key == was["film"]
    house.ledger.close()


def test_a_cut_that_failed_is_retried(folder: Path, told: dict[str, Any]) -> None:
    ledger = opened(folder)
    again = ledger.retry_cut(told["failed"]["id"], 1, 2, "failed")
    assert (again.state, again.cuts[1].state) == (State.QUEUED, "waiting")
    ledger.close()


def test_videos_and_pictures_are_there_and_what_was_deleted_is_not(
    folder: Path, told: dict[str, Any]
) -> None:
    ledger = opened(folder)
    was = told["videos"]
    page, _ = ledger.videos("done", limit=10, after=None, newest_first=False)
    assert {video.id: video.state for video in page} == {
        one["id"]: one["state"] for one in was.values()
    }
    assert ledger.video(was["completed"]["id"]).clip is not None
    with pytest.raises(NotFound):
        ledger.video("video_00000000000000000000000000")
    assert ledger.owns_image("done", told["done"]["brief"]["product"]["image"])
    ledger.close()


def test_the_registry_still_serves(folder: Path) -> None:
    database = open_database(f"sqlite:///{folder}/ledger.db", LEDGER)
    registry = Registry(database)
    entries = {entry.name: id_ for id_, (_, entry) in registry.all().items()}
    assert sorted(entries) == ["p1", "p2"]
    serving = registry.serving()["conte_prompt/ko"]
    assert serving.entry == entries["p2"] == registry.get(entries["p2"]).id
    assert registry.roll_back("conte_prompt/ko").entry == entries["p1"]
    database.close()


def test_a_caption_job_goes_on_where_it_was(folder: Path) -> None:
    records = open_records(f"sqlite:///{folder}/records.db")
    run = DatasetRun.begin(records, "clips", 100, {"bound": 1})
    rows = Rows(records, run.name, run.id)
    assert rows.counts() == {"waiting": 2, "analysed": 1, "captioned": 1, "filtered": 1}
    begun = rows.begin("test:begun", 3)
    assert begun is not None and begun.source.permission is not None
    (clip,) = rows.kept_clips("test:captioned", "captioned")
    assert clip.caption is not None and clip.caption.short == "파란 화면이 보인다."
    with records.asking() as connection:
        query = select(caption_rows.c.interruptions).where(caption_rows.c.id == "test:begun")
        assert connection.execute(query).scalar_one() == 1
    records.close()


async def test_scripts_and_what_was_paid_for_are_kept(folder: Path) -> None:
    url = f"sqlite:///{folder}/scripts.db"
    database = open_scripts(url)
    kept = list(Records(database, "scripts").all())
    assert kept and {order.id for order, _ in kept} == Records(database, "scripts").done()
    database.close()
    database = open_purses(url)
    limits = BudgetLimits(money=10, tokens=0, requests_per_minute=0, tokens_per_minute=0)
    purse = RecordedPurse(Budget(database, "purse", limits), Answers(database))
    assert purse.spent().money == 2.5
    assert await purse.answered(digest("a request")) == "an answer"
    database.close()


def test_one_row_that_cannot_be_read_stops_no_other_of_its_store(folder: Path) -> None:
    with sqlite3.connect(folder / "scripts.db") as connection:
        (known,) = connection.execute("SELECT count(*) FROM scripts_written").fetchone()
        connection.execute(
            "UPDATE scripts_written SET written = '{}'"
            " WHERE id = (SELECT min(id) FROM scripts_written)"
        )
    connection.close()
    database = open_scripts(f"sqlite:///{folder}/scripts.db")
    scripts = Records(database, "scripts")
    assert (len(list(scripts.all())), scripts.unreadable()) == (known - 1, 1)
    database.close()
    with sqlite3.connect(folder / "records.db") as connection:
        connection.execute("UPDATE caption_rows SET source = '{}' WHERE id = 'test:waiting'")
        connection.execute("UPDATE caption_rows SET source = '[' WHERE id = 'test:out'")
    connection.close()
    records = open_records(f"sqlite:///{folder}/records.db")
    names = ["test:waiting", "test:begun", "test:out"]
    assert still_permitted(records, names) == {"test:begun"}
    left_out = outcomes_of(records, "clips").videos_left_out
    assert left_out == {"a row that this release cannot read": 1}
    records.close()
