"""A front door for tests: a real ledger on SQLite, a real vault in a folder, and the work of a director."""

import asyncio
import socket
import threading
import time
from collections.abc import Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

from conte.brief import Brief
from conte.captioned import Captioned
from conte.clip import Clip, Film, Limits, Tier
from conte.events import ConteStarted, CutWritten
from conte.frozen import digest
from conte.production import Failure, Provenance, State
from conte.revision.working import Working
from conte.video import VideoOrder
from deployments.captioned import captioned
from deployments.engines.composer.brief_sentence import BriefSentences
from deployments.engines.feedback import FeedbackRules
from deployments.knowledge.safe_zones import safe_zones
from deployments.mending.candidates import Mending
from graphs.feedback import FeedbackDesk
from serve.exporting import Exporting
from serve.ingress.app import create_app
from serve.ledger.leases import Claim
from serve.settings import DirectorSettings, IngressSettings, Settings
from serve.vault import Vault
from tests.databases import opened_ledger
from tests.fake_crew import ENGINE, plain_conte
from tests.lazy_routes import build_routes_late

build_routes_late()

BRIEF: dict[str, Any] = {"product": {"name": "윈터그립"}, "duration_s": 6, "cuts": 4}
FILM_BYTES = bytes(range(256)) * 4000
CLIP_BYTES = b"clip" * 100
PNG_BYTES = b"\x89PNG" * 50


class House:
    """One ledger and one vault; any number of front doors on them."""

    def __init__(self, home: Path, **ingress: Any) -> None:
        self.settings = Settings(
            home=home,
            ingress=IngressSettings.model_validate({"poll_s": 0.01, **ingress}),
            director=DirectorSettings(lease_s=600),
        )
        home.mkdir(parents=True, exist_ok=True)
        self.ledger = opened_ledger(self.settings.ledger_url)
        self.vault = Vault.open(self.settings.vault_url)
        self._claims: dict[str, Claim] = {}

    def app(
        self, limits: Mapping[Tier, Limits] | None = None, exporting: Exporting | None = None
    ) -> FastAPI:
        reads = FeedbackDesk(FeedbackRules())
        return create_app(
            self.settings,
            self.ledger,
            self.vault,
            limits=limits,
            feedback_engine=reads,
            exporting=exporting,
            brief_engine=BriefSentences(),
            mending=Mending(self.settings.rates, None),
            captioned=self._captioned,
            zones=safe_zones,
        )

    def _captioned(self, working: Working, clips: Mapping[str, Clip]) -> Mapping[str, Captioned]:
        settings = self.settings
        return captioned(working.conte, working.brief, clips, settings.film, settings.rates)

    def client(
        self, headers: dict[str, str] | None = None, app: FastAPI | None = None
    ) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app or self.app())
        return httpx.AsyncClient(transport=transport, base_url="http://sian", headers=headers)

    def claim(self, production: str) -> Claim:
        """The claim of a production, held by the one director of this house."""
        while production not in self._claims:
            claim = self.ledger.claim("director-1", 600)
            assert claim is not None, f"nothing to claim, wanted {production}"
            self._claims[claim.production.id] = claim
        return self._claims[production]

    def write(self, production: str) -> None:
        """Its conte, cut by cut."""
        claim = self.claim(production)
        brief, seed = brief_of(claim), claim.production.seed
        conte = plain_conte(brief)
        provenance = Provenance(engine=ENGINE, seed=seed)
        self.ledger.enter(claim, State.WRITING)
        self.ledger.append(claim, "fake", ConteStarted(provenance=provenance, attempt=1))
        for cut in conte.cuts:
            self.ledger.append(claim, "fake", CutWritten(cut=cut), f"cut/{cut.number}")
        self.ledger.add_version(claim, 1, conte, (), provenance, "fake@1")
        self.ledger.enter(claim, State.RENDERING)

    def render(self, production: str, *cuts: int) -> None:
        """The clips of some cuts, or of all."""
        claim = self.claim(production)
        brief = brief_of(claim)
        for cut in plain_conte(brief).cuts:
            if cuts and cut.number not in cuts:
                continue
            key = f"clips/{digest([production, cut.number])}.mp4"
            self.publish(key, CLIP_BYTES)
            self.ledger.start_clip(claim, 1, cut.number, "draft", "fake", 1)
            clip = Clip(
                cut=cut.number,
                tier="draft",
                key=key,
                num_frames=cut.num_frames,
                engine=ENGINE,
                seed=claim.production.seed,
                render_s=0.1,
                reused=False,
            )
            self.ledger.record_clip(claim, 1, clip, "fake@1", 0.1)

    def finish(self, production: str) -> None:
        claim = self.claim(production)
        brief = brief_of(claim)
        film = Film(
            tier="draft",
            key=f"films/{digest(production)}.mp4",
            sheet_key=f"sheets/{digest(production)}.png",
            poster_key=f"posters/{digest(production)}.png",
            num_frames=brief.num_frames,
            fps=brief.fps,
            width=1280,
            height=720,
            edit_s=0.1,
            labelled_ai=True,
        )
        self.publish(film.key, FILM_BYTES)
        self.publish(film.sheet_key, PNG_BYTES)
        self.publish(film.poster_key, PNG_BYTES)
        self.ledger.enter(claim, State.EDITING)
        self.ledger.finish(claim, 1, film, "editor")
        del self._claims[production]

    def complete_video(self, data: bytes = CLIP_BYTES) -> None:
        """The video that waits for longest, rendered."""
        claim = self.ledger.claim_video("director-1", 600)
        assert claim is not None, "no video waits"
        shot = claim.video.shot()
        clip = Clip(
            cut=1,
            tier=claim.video.tier,
            key=shot.key(ENGINE),
            num_frames=shot.num_frames,
            engine=ENGINE,
            seed=shot.seed,
            render_s=0.1,
            reused=False,
            remarks=("decoded in tiles",),
        )
        self.publish(clip.key, data)
        self.ledger.complete_video(claim, clip)

    def film(self, production: str) -> None:
        """Everything that a director and its crew do."""
        self.write(production)
        self.render(production)
        self.finish(production)

    def fail(self, production: str, cut: int = 2) -> None:
        """Write it, render all cuts but one, and give up on that one."""
        self.write(production)
        self.render(production, *(number for number in (1, 2, 3, 4) if number != cut))
        claim = self.claim(production)
        failure = Failure(stage="clip", cut=cut, reason="the engine went dark", attempts=3)
        self.ledger.record_clip_failure(claim, 1, failure, "draft", "fake@1")
        self.ledger.fail(claim, failure, "director-1")
        del self._claims[production]

    def cancel(self, production: str) -> None:
        """Ask for it to be cancelled, and let the director do so where it holds it."""
        self.ledger.ask_cancel(production, "local")
        if not self.ledger.get(production).state.ended:
            self.ledger.cancelled(self.claim(production), "director-1")
            del self._claims[production]

    def publish(self, key: str, content: bytes) -> None:
        # In a thread of its own: the caller may be inside of an event loop.
        with ThreadPoolExecutor(1) as worker:
            worker.submit(lambda: asyncio.run(self.vault.publish_bytes(key, content))).result()


def brief_of(claim: Claim) -> Brief:
    assert claim.production.brief is not None
    return claim.production.brief


def accept(house: House, tenant: str = "local", seed: int = 7, **brief: Any) -> str:
    """A production, past the front door."""
    production, _ = house.ledger.accept(
        tenant=tenant,
        brief=Brief.model_validate(BRIEF | brief),
        seed=seed,
        idempotency_key=None,
        body_hash="",
        max_queued=1000,
    )
    return production.id


def accept_video(house: House, seed: int = 7) -> str:
    """A video, past the front door."""
    video, _ = house.ledger.accept_video(
        tenant="local",
        order=VideoOrder(
            prompt="a road", model="animatic", seconds=4, width=256, height=144, seed=seed
        ),
        tier="draft",
        idempotency_key=None,
        body_hash="",
        max_queued=1000,
    )
    return video.id


@contextmanager
def served(app: FastAPI) -> Generator[str]:
    """The app behind a real socket on loopback: what streams and disconnects need."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        eventually(lambda: server.started)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()


def eventually(holds: Any, within_s: float = 300) -> None:
    """Wait until it holds; how long that takes decides nothing but when to give up."""
    give_up = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < give_up, "it never came to hold"
        time.sleep(0.01)
