"""What a step of a production waits for in the ledger, and what is written with it."""

import asyncio
import threading
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from conte.production import State
from graphs import job as job_module
from graphs.job import Job
from serve.ledger.errors import LeaseLost
from serve.ledger.ledger import Ledger
from tests.fake_crew import plain_treatment
from tests.on_ledger import BRIEF, CONTE, PROVENANCE, claim, claimed, clip, let_lease_end, story


class Counted(Ledger):
    """Counts its transactions of several calls, and holds them back on request."""

    transactions = 0

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # pyright: ignore[reportArgumentType]
        self.is_there = threading.Event()
        self.is_there.set()

    def together(self) -> AbstractContextManager[None]:
        self.is_there.wait()
        self.transactions += 1
        return super().together()


@pytest.fixture
def ledger(tmp_path: Path) -> Counted:
    return Counted.open(f"sqlite:///{tmp_path}/ledger.db")


async def test_what_no_step_waits_for_is_written_with_the_next_that_one_waits_for(
    ledger: Counted,
) -> None:
    job = Job(ledger, held := claimed(ledger))
    job.enter(State.WRITING)
    job.conte_started(PROVENANCE, 1)
    job.conte_treated(plain_treatment(BRIEF))
    for cut in CONTE.cuts:
        job.cut_written(cut)
    assert await job.conte_ready(CONTE, (), PROVENANCE)
    assert ledger.transactions == 1
    assert story(ledger, held.production.id) == [
        "production.accepted",
        "conte.started",
        "conte.treated",
        *["cut.written"] * len(CONTE.cuts),
        "conte.ready",
    ]


async def test_a_step_after_an_event_that_could_not_be_written_ends_with_the_reason(
    ledger: Counted, tmp_path: Path
) -> None:
    job = Job(ledger, held := claimed(ledger))
    let_lease_end(f"sqlite:///{tmp_path}/ledger.db", held.production.id)
    taken = claim(ledger, "director-2")

    async def render() -> None:
        while True:
            job.clip_progress(1, "draft", 0.5)
            await asyncio.sleep(0.01)

    with pytest.raises(LeaseLost):
        await render()
    with pytest.raises(LeaseLost):
        await job.cancelled("director-1")
    assert ledger.renew(taken, 600) is False


async def test_a_ledger_that_was_away_finds_one_progress_of_a_clip_and_its_end(
    ledger: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_module, "PROGRESS_EVERY_S", 0.0)
    job = Job(ledger, held := claimed(ledger))
    await job.conte_ready(CONTE, (), PROVENANCE)
    ledger.is_there.clear()
    for step in range(100):
        job.clip_progress(1, "draft", step / 100)
        await asyncio.sleep(0)
    ledger.is_there.set()
    await job.clip_ready(clip(1))
    assert story(ledger, held.production.id)[-2:] == ["clip.progress", "clip.ready"]
    assert story(ledger, held.production.id).count("clip.progress") == 1
