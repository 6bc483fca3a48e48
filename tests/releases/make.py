"""Makes the folder of a release: what its own code stores, for every later release to open.

Run once a release, with that release's code, before its number moves on:
    PYTHONPATH=<checkout of the release> python <here>/make.py <number>
"""

import asyncio
import json
import shutil
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from conte.brief import Brief
from conte.checks.all import check
from conte.checks.timefit import Rates
from conte.clip import Clip, EngineId, Film, Shot
from conte.clip_caption import CaptionProvenance, ClipCaption
from conte.conte import Conte, Treatment
from conte.cut import Cut
from conte.events import ClipProgress, ConteStarted, ConteTreated, CutWritten, FilmStarted
from conte.frozen import digest
from conte.production import Failure, Provenance, Sampling, State
from conte.video import VideoOrder
from crawl.caption.dataset_run import DatasetRun
from crawl.caption.rows import FoundClip, Rows, clip_id
from crawl.records.database import open_records
from deployments.engines.composer import Composer
from deployments.engines.paid import (
    Answer,
    Answers,
    Budget,
    BudgetLimits,
    Cost,
    RecordedPurse,
    open_purses,
)
from deployments.knowledge.claims import claims
from deployments.knowledge.product_types import product_types
from serve.database.schema import open_database
from serve.ledger.leases import Claim
from serve.ledger.ledger import Ledger
from serve.ledger.tables import LEDGER
from serve.registry.entry import Entry, ItemScores
from serve.registry.registry import Registry
from serve.vault import Vault
from tests.caption_rows import a_shot, a_stream, a_video
from training.scripts.composing import ComposerWriter
from training.scripts.planning import Mix, plan_orders
from training.scripts.records import Records, open_scripts

HERE = Path(__file__).parent
SEED = 7
LEASE_S = 3600.0
ENGINE = EngineId(name="fake", revision="1", label="fake (for tests)")
IMAGE = f"images/{digest('a product photo')}.png"
BRIEF: dict[str, Any] = {
    "advertiser": "한빛타이어",
    "product": {
        "name": "윈터그립",
        "category": "겨울용 타이어",
        "description": "눈길에서 짧게 멈추는 타이어.",
        "selling_points": ["눈길 제동", "낮은 소음"],
        "image": IMAGE,
    },
    "audience": "30대 운전자",
    "tone": "든든한",
    "duration_s": 6,
    "cuts": 4,
    "must_show": ["로고"],
    "must_not_say": ["최고"],
    "characters": [{"name": "민지", "description": "30대 여성, 짧은 머리"}],
}


class House:
    """The ledger and the vault of one release, and how far each production of it came."""

    def __init__(self, folder: Path) -> None:
        self.ledger = Ledger.open(f"sqlite:///{folder}/ledger.db")
        self.vault = Vault.open(str(folder / "vault"))

    def accept(self, tenant: str, key: str | None = None, **brief: Any) -> str:
        production, _ = self.ledger.accept(
            tenant=tenant,
            brief=Brief.model_validate(BRIEF | brief),
            seed=SEED,
            idempotency_key=key,
            body_hash=digest(key),
            max_queued=100,
        )
        return production.id

    def claim(self, tenant: str, **brief: Any) -> Claim:
        """The claim of a new production of a tenant that has nothing else to claim."""
        wanted = self.accept(tenant, f"key of {tenant}", **brief)
        found = self.ledger.claim(f"director of {tenant}", LEASE_S)
        assert found is not None and found.production.id == wanted
        return found

    def begin(self, claim: Claim, cuts: int) -> Conte:
        """The stream yields only the first cuts of the conte."""
        ledger, brief = self.ledger, brief_of(claim)
        conte = asyncio.run(composed(brief))
        ledger.enter(claim, State.WRITING)
        ledger.append(claim, "composer", ConteStarted(provenance=provenance(), attempt=1))
        ledger.append(claim, "conte", ConteTreated(treatment=conte.treatment), "treated")
        for cut in conte.cuts[:cuts]:
            ledger.append(claim, "conte", CutWritten(cut=cut), f"cut/{cut.number}")
        return conte

    def write(self, claim: Claim) -> Conte:
        conte = self.begin(claim, cuts=BRIEF["cuts"])
        found = check(conte, brief_of(claim), Rates(), claims())
        self.ledger.add_version(claim, 1, conte, found, provenance(), "composer@1")
        self.ledger.enter(claim, State.RENDERING)
        return conte

    def render(self, claim: Claim, conte: Conte, *cuts: int) -> None:
        for cut in conte.cuts:
            if cut.number not in cuts:
                continue
            shot = Shot.of(cut, conte.treatment, brief_of(claim), claim.production.seed, 64)
            self.ledger.start_clip(claim, 1, cut.number, "draft", "draft", 1)
            progress = ClipProgress(cut=cut.number, tier="draft", progress=0.5)
            self.ledger.append(claim, "draft", progress)
            self.ledger.record_clip(claim, 1, self.clip(shot, cut.number), "fake@1", 1.0)

    def clip(self, shot: Shot, cut: int) -> Clip:
        self.publish(shot.key(ENGINE), b"a clip")
        return Clip(
            cut=cut, tier="draft", key=shot.key(ENGINE), num_frames=shot.num_frames, engine=ENGINE,
            seed=shot.seed, render_s=1.0, reused=False, remarks=("decoded in tiles",),
        )  # fmt: skip

    def edit(self, claim: Claim, conte: Conte) -> None:
        self.render(claim, conte, 1, 2, 3, 4)
        self.ledger.enter(claim, State.EDITING)
        self.ledger.append(claim, "editor", FilmStarted(tier="draft", attempt=1))

    def finish(self, claim: Claim, conte: Conte) -> None:
        of = digest(claim.production.tenant)
        film = Film(
            tier="draft", key=f"films/{of}.mp4", sheet_key=f"sheets/{of}.png",
            poster_key=f"posters/{of}.png", num_frames=conte.num_frames,
            fps=brief_of(claim).fps, width=114, height=64, edit_s=0.5, labelled_ai=True,
        )  # fmt: skip
        for key in (film.key, film.sheet_key, film.poster_key):
            self.publish(key, b"a film, or a picture of it")
        self.edit(claim, conte)
        self.ledger.finish(claim, 1, film, "editor")

    def publish(self, key: str, content: bytes) -> None:
        asyncio.run(self.vault.publish_bytes(key, content))


def brief_of(claim: Claim) -> Brief:
    assert claim.production.brief is not None
    return claim.production.brief


def provenance() -> Provenance:
    sampling = Sampling(temperature=0.9, top_p=0.95, max_tokens=6000)
    return Provenance(engine=Composer.id, seed=SEED, prompt_version="p1", sampling=sampling)


async def composed(brief: Brief) -> Conte:
    parts = [part async for part in Composer().write(brief, SEED)]
    treatment = next(part for part in parts if isinstance(part, Treatment))
    return Conte.of(treatment, tuple(part for part in parts if isinstance(part, Cut)))


def productions(house: House) -> None:
    """One in every state, and two that somebody wants to be rid of; each of its own tenant."""
    ledger = house.ledger
    ledger.own_image("done", IMAGE)
    house.publish(IMAGE, b"a picture")

    claim = house.claim("done")
    house.finish(claim, house.write(claim))

    claim = house.claim("failed")
    house.render(claim, house.write(claim), 1, 3, 4)
    why = Failure(stage="clip", cut=2, reason="the engine went dark", attempts=3)
    ledger.record_clip_failure(claim, 1, why, "draft", "fake@1")
    ledger.fail(claim, why, claim.owner)

    claim = house.claim("cancelled")
    house.begin(claim, cuts=1)
    ledger.cancelled(claim, claim.owner)

    house.begin(house.claim("writing"), cuts=2)

    claim = house.claim("rendering")
    house.render(claim, house.write(claim), 1, 2)
    ledger.start_clip(claim, 1, 3, "draft", "draft", 1)

    claim = house.claim("editing")
    house.edit(claim, house.write(claim))

    claim = house.claim("cancel asked")
    house.begin(claim, cuts=1)
    ledger.ask_cancel(claim.production.id)

    house.accept("queued", "key of queued", language="en", product={"name": "Wintergrip"})


def videos(house: House) -> None:
    """One completed, one failed, one deleted, one that a director had begun, and one queued."""
    ledger = house.ledger

    def accept(prompt: str) -> None:
        order = VideoOrder(
            prompt=prompt, model="animatic", seconds=2, width=128, height=64, seed=SEED,
            reference=IMAGE,
        )  # fmt: skip
        ledger.accept_video(
            tenant="done", order=order, tier="draft", idempotency_key=prompt,
            body_hash=digest(prompt), max_queued=100,
        )  # fmt: skip

    for prompt in ("completed", "failed", "deleted", "begun", "queued"):
        accept(prompt)
        claim = None if prompt == "queued" else ledger.claim_video("videos of done", LEASE_S)
        if claim is None:
            continue
        ledger.video_progress(claim, 0.5)
        if prompt == "completed":
            ledger.complete_video(claim, house.clip(claim.video.shot(), 1))
        elif prompt == "failed":
            ledger.fail_video(claim, Failure(stage="clip", reason="no memory", attempts=3))
        elif prompt == "deleted":
            ledger.delete_video(claim.video.id, "done")
            ledger.fail_video(claim, Failure(stage="clip", reason="deleted"))


def registered(folder: Path) -> None:
    database = open_database(f"sqlite:///{folder}/ledger.db", LEDGER)
    registry = Registry(database)
    items = tuple(f"item {n}" for n in range(3))
    for name, value in (("p1", 0.5), ("p2", 0.75)):
        measured = ItemScores(
            fixed_set=digest("a fixed set"), ids=items, groups=items,
            scores={"value": (value,) * len(items)},
        )  # fmt: skip
        entry = Entry.model_validate(
            {
                "kind": "conte_prompt", "name": name, "language": "ko", "base": "p0",
                "licence": "Apache-2.0", "use": "commercial", "data": ["briefs"], "code": "c",
                "settings": {"rounds": 3}, "measured": measured,
                "files": {"ko.md": f"models/{digest(name)}.bin"},
            }
        )  # fmt: skip
        registry.serve(registry.add(entry), 1, registry.serving().get(entry.slot))
    database.close()


def captions(folder: Path) -> None:
    """A video captioned, one analysed, one whose worker died, one waiting, and one left out."""
    records = open_records(f"sqlite:///{folder}/records.db")
    run = DatasetRun.begin(records, "clips", 100, {"bound": 1})
    rows = Rows(records, run.name, run.id)
    rows.enlist([a_video(name) for name in ("captioned", "analysed", "begun", "waiting", "out")])
    shot = a_shot(0, 48)
    for name in ("captioned", "analysed"):
        rows.begin(f"test:{name}", 3)
        found = [FoundClip(shot, "", ((512, 1000),))]
        frames = f"frames/{digest(name)}.tar"
        rows.analysed(f"test:{name}", a_stream(), found, {"analyse": 1.0}, frames)
    caption = ClipCaption(
        language="ko", short="파란 화면이 보인다.", long="파란 화면이 가만히 있다."
    )
    by = CaptionProvenance(engines=(ENGINE,), prompt_versions=(None,))
    rows.captioned_clip(clip_id("test:captioned", shot), caption, by, "")
    rows.ended("test:captioned", "captioned", {"caption": 1.0})
    rows.begin("test:begun", 3)
    rows.filtered("test:out", "too dark")
    records.close()


def scripts(folder: Path) -> None:
    """Scripts written and dropped, and a purse that paid for one answer."""
    url = f"sqlite:///{folder}/scripts.db"
    kinds = [kind for kind in product_types().types if kind.id in ("coffee", "tire")]
    orders = list(plan_orders(kinds, 3, Mix(english=0, products=1, cuts=(4, 4))))
    written = list(zip(orders, ComposerWriter().write_all(orders), strict=True))
    database = open_scripts(url)
    records = Records(database, "scripts")
    records.begin("{}")
    records.add(written)
    database.close()
    database = open_purses(url)
    limits = BudgetLimits(money=10, tokens=0, requests_per_minute=0, tokens_per_minute=0)
    purse, cost = (
        RecordedPurse(Budget(database, "purse", limits), Answers(database)),
        Cost(100, 10, 2.5),
    )

    async def pay() -> None:
        await purse.reserve(cost)
        await purse.settle(cost, cost, Answer(digest("a request"), "a clip", "an answer"))

    asyncio.run(pay())
    database.close()


def as_files(folder: Path) -> None:
    """Directors and workers are long gone, and every database is one small file."""
    for path in folder.glob("*.db"):
        with sqlite3.connect(path, isolation_level=None) as connection:
            for statement in (
                "PRAGMA journal_mode = DELETE", "PRAGMA page_size = 1024", "VACUUM"
            ):  # fmt: skip
                connection.execute(statement)
    with sqlite3.connect(folder / "ledger.db") as connection:
        for table in ("productions", "videos"):
            connection.execute(f"UPDATE {table} SET lease_until = 1.0 WHERE owner IS NOT NULL")
    with sqlite3.connect(folder / "records.db") as connection:
        connection.execute("UPDATE caption_datasets SET beat_at = 1.0")


def told(house: House) -> dict[str, Any]:
    """What the release itself says of its ledger; numbers and words that cannot change."""
    ledger, found = house.ledger, dict[str, Any]()
    tenants = ("done", "failed", "cancelled", "writing", "rendering", "editing", "cancel asked",
               "queued")  # fmt: skip
    for tenant in tenants:
        (one,), _ = ledger.list(tenant, limit=10, after=None, state=None)
        story = ledger.events(one.id, 0)
        found[tenant] = {
            "id": one.id,
            "state": one.state,
            "brief": one.brief.model_dump(mode="json") if one.brief else None,
            "cuts": [cut.state for cut in one.cuts],
            "clips": [cut.clip.key if cut.clip else None for cut in one.cuts],
            "film": one.film.key if one.film else None,
            "reason": one.failure.reason if one.failure else None,
            "events": [event.kind for event in story],
            "conte": digest(ledger.version(one.id, 1).conte.model_dump(mode="json"))
            if one.version
            else None,
        }
    page, _ = ledger.videos("done", limit=10, after=None, newest_first=False)
    found["videos"] = {
        video.order.prompt: {"id": video.id, "state": video.state} for video in page if video.order
    }
    return found


def make(folder: Path) -> None:
    folder.mkdir(parents=True)
    house = House(folder)
    steps: tuple[Callable[[House], None], ...] = (productions, videos)
    for step in steps:
        step(house)
    (folder / "told.json").write_text(
        json.dumps(told(house), ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8"
    )
    house.ledger.close()
    registered(folder)
    captions(folder)
    scripts(folder)
    as_files(folder)


if __name__ == "__main__":
    made = HERE / sys.argv[1]
    shutil.rmtree(made, ignore_errors=True)
    make(made)
