"""The plan of a film: streaming hand-over, bounded retries, failures that stay alone."""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from conte.brief import Brief, Product
from conte.clip import Clip, Film, Shot, Tier
from conte.conte import Conte, Treatment
from conte.cut import Cut
from conte.events import FilmReady
from conte.production import AnyKind, EventKind, Failure, State
from deployments.conte_writer import ContePart
from deployments.engines.chat import ModelAway
from deployments.engines.protocols import AdapterAway, CannotRender, ConteError, RenderError
from graphs.crew import CrewMemberDied, Plan
from graphs.director import Director
from graphs.gate import FairGate, Gates
from serve.ledger.ledger import Ledger
from serve.registry.registry import Serving
from serve.settings import Adapter, DirectorSettings
from tests.databases import opened_ledger
from tests.fake_crew import ENGINE, FakeCrew

BRIEF = Brief.model_validate({"product": {"name": "시안"}, "duration_s": 6, "cuts": 4})
PLAN = Plan(
    short_side={"draft": 128, "final": 256},
    clip_timeout_s={"draft": 30, "final": 30},
    max_attempts=3,
)
SETTINGS = DirectorSettings(poll_s=0.005, lease_s=60)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = opened_ledger(f"sqlite:///{tmp_path}/ledger.db")
    yield ledger
    ledger.close()


def gates(draft: int, final: int = 4) -> Gates:
    return {"draft": FairGate(draft), "final": FairGate(final)}


def accept(ledger: Ledger, tenant: str = "local", brief: Brief = BRIEF) -> str:
    production, _ = ledger.accept(
        tenant=tenant, brief=brief, seed=7, idempotency_key=None, body_hash="", max_queued=100
    )
    return production.id


async def ended(ledger: Ledger, production_id: str) -> State:
    while not (state := ledger.get(production_id).state).ended:
        await asyncio.sleep(0.005)
    return state


async def film(ledger: Ledger, crew: FakeCrew, plan: Plan = PLAN) -> str:
    """Accept one production and direct it until it has ended."""
    production_id = accept(ledger)
    await direct(ledger, crew, production_id, plan)
    return production_id


async def direct(ledger: Ledger, crew: FakeCrew, production_id: str, plan: Plan = PLAN) -> None:
    director = Director(ledger, crew, plan, SETTINGS, gates(4))
    director.start()
    try:
        await asyncio.wait_for(ended(ledger, production_id), 300)
    finally:
        await director.stop()


async def test_every_version_carries_what_the_claims_check_found(ledger: Ledger) -> None:
    brief = BRIEF.model_copy(update={"product": Product(name="시안", category="맥주")})
    slogan = "국내 1위"

    class Boasting(FakeCrew):
        async def write(
            self, brief: Brief, seed: int, production: str = ""
        ) -> AsyncGenerator[ContePart]:
            async for part in super().write(brief, seed):
                boasts = isinstance(part, Treatment)
                yield part.model_copy(update={"slogan": slogan}) if boasts else part

    production_id = accept(ledger, brief=brief)
    await direct(ledger, Boasting(), production_id)
    found = {f.check: f for f in ledger.version(production_id, 1).findings}
    assert found["claims.superlative"].message.startswith("“1위”: ")
    assert found["claims.alcohol_warning"].severity == "warning"
    assert "과음, 임신 중 음주, 음주운전 경고 문구" in found["claims.labelling"].message


def kinds(ledger: Ledger, production_id: str) -> list[AnyKind]:
    return [event.kind for event in ledger.events(production_id, after=0)]


async def test_a_brief_becomes_a_film_and_every_step_is_told(ledger: Ledger) -> None:
    production_id = await film(ledger, FakeCrew())
    production = ledger.get(production_id)
    assert production.state == State.DONE
    assert production.film is not None and production.film.num_frames == BRIEF.num_frames
    assert [cut.state for cut in production.cuts] == ["ready"] * 4
    told = kinds(ledger, production_id)
    assert told[0] == EventKind.ACCEPTED
    assert told[-2:] == [EventKind.FILM_READY, EventKind.DONE]
    assert told.count(EventKind.CUT_WRITTEN) == told.count(EventKind.CLIP_READY) == 4


async def test_cut_1_is_rendered_while_cut_2_is_still_being_written(ledger: Ledger) -> None:
    rendered_first = asyncio.get_running_loop().create_future()

    def during_clip(cut: int) -> None:
        if cut == 1 and not rendered_first.done():
            rendered_first.set_result(None)

    crew = FakeCrew(
        before_cut=lambda cut: rendered_first if cut == 2 else None, during_clip=during_clip
    )
    # The writer waits for the first render before it writes cut 2: without the hand-over this hangs.
    production_id = await film(ledger, crew)
    assert ledger.get(production_id).state == State.DONE
    assert crew.story.index("rendering 1") < crew.story.index("wrote 2")


async def test_a_film_is_cut_while_its_last_clip_is_rendered(ledger: Ledger) -> None:
    cut = asyncio.get_running_loop().create_future()

    def during_cutting() -> None:
        if "rendered 3" in crew.story and not cut.done():
            cut.set_result(None)

    crew = FakeCrew(
        during_clip=lambda number: cut if number == 4 else None, during_cutting=during_cutting
    )
    # The last clip waits for the editor, which without a call while it is rendered never comes.
    production_id = await film(ledger, crew)
    assert ledger.get(production_id).state == State.DONE
    assert crew.cut_ahead_with[-1] == [1, 2, 3]


async def test_an_editor_that_dies_while_it_cuts_ahead_costs_nothing(ledger: Ledger) -> None:
    def trouble(step: str, number: int, attempt: int) -> Exception | None:
        return CrewMemberDied("the process at work died") if step == "cut ahead" else None

    cut = asyncio.get_running_loop().create_future()

    def during_cutting() -> None:
        if not cut.done():
            cut.set_result(None)

    crew = FakeCrew(
        trouble=trouble,
        during_clip=lambda number: cut if number == 4 else None,
        during_cutting=during_cutting,
    )
    production_id = await film(ledger, crew)
    assert ledger.get(production_id).state == State.DONE
    assert crew.attempts["join draft", 0] == 1


async def test_a_cancelled_production_is_not_cut_ahead_any_longer(ledger: Ledger) -> None:
    loop = asyncio.get_running_loop()
    cutting, never = loop.create_future(), loop.create_future()

    def during_cutting() -> asyncio.Future[None]:
        cutting.set_result(None)
        return never

    crew = FakeCrew(
        during_clip=lambda number: never if number == 4 else None, during_cutting=during_cutting
    )
    production_id = accept(ledger)
    directing = asyncio.create_task(direct(ledger, crew, production_id))
    await asyncio.wait_for(cutting, 300)
    ledger.ask_cancel(production_id)
    await directing
    assert ledger.get(production_id).state == State.CANCELLED
    assert never.cancelled()


async def test_a_renderer_that_dies_costs_one_retry(ledger: Ledger) -> None:
    def trouble(step: str, number: int, attempt: int) -> Exception | None:
        dies = (step, number, attempt) == ("render draft", 3, 1)
        return CrewMemberDied("the process at work died") if dies else None

    crew = FakeCrew(trouble=trouble)
    production_id = await film(ledger, crew)
    assert ledger.get(production_id).state == State.DONE
    assert crew.attempts["render draft", 3] == 2
    assert kinds(ledger, production_id).count(EventKind.CLIP_RETRIED) == 1


async def test_a_cut_that_cannot_be_rendered_fails_alone_with_its_reason(ledger: Ledger) -> None:
    def trouble(step: str, number: int, attempt: int) -> Exception | None:
        return RenderError("the checkpoint is broken") if number == 2 else None

    crew = FakeCrew(trouble=trouble)
    production_id = await film(ledger, crew)
    production = ledger.get(production_id)
    assert production.state == State.FAILED
    assert production.failure is not None
    assert (production.failure.stage, production.failure.cut) == ("clip", 2)
    assert "the checkpoint is broken" in production.failure.reason
    assert crew.attempts["render draft", 2] == PLAN.max_attempts
    assert [cut.state for cut in production.cuts] == ["ready", "failed", "ready", "ready"]


async def test_what_no_attempt_can_change_costs_one(ledger: Ledger) -> None:
    crew = FakeCrew(
        trouble=lambda _, number, __: CannotRender("it has no picture") if number == 2 else None
    )
    failure = ledger.get(await film(ledger, crew)).failure
    assert failure == Failure(stage="clip", cut=2, reason="it has no picture", attempts=1)
    assert crew.attempts["render draft", 2] == 1


async def test_a_failed_cut_is_retried_alone(ledger: Ledger) -> None:
    broken = FakeCrew(
        trouble=lambda step, number, _: RenderError("no memory") if number == 2 else None
    )
    production_id = await film(ledger, broken)
    ledger.retry_cut(production_id, 1, 2, "local")
    mended = FakeCrew()
    await direct(ledger, mended, production_id)
    assert ledger.get(production_id).state == State.DONE
    assert set(mended.attempts) == {("render draft", 2), ("join draft", 0)}


async def test_a_writer_that_fails_is_asked_again_and_what_it_repeats_is_not_rendered_twice(
    ledger: Ledger,
) -> None:
    def trouble(step: str, number: int, attempt: int) -> Exception | None:
        return ConteError("cut off") if (step, attempt) == ("write", 1) else None

    def rewrite(cut: Cut, attempt: int) -> Cut:
        return (
            cut.model_copy(update={"action": "another"}) if (cut.number, attempt) == (4, 2) else cut
        )

    crew = FakeCrew(trouble=trouble, rewrite=rewrite)
    production_id = await film(ledger, crew)
    production = ledger.get(production_id)
    assert production.state == State.DONE
    assert [crew.attempts["render draft", cut] for cut in (1, 2, 3)] == [1, 1, 1]
    conte = ledger.version(production_id, 1).conte
    clip = production.cuts[3].clip
    assert conte.cuts[3].action == "another"
    assert clip is not None and clip.num_frames == conte.cuts[3].num_frames
    told = kinds(ledger, production_id)
    assert told.count(EventKind.CUT_WRITTEN) == 5  # cut 4 twice, for it changed


async def test_a_conte_that_broke_a_rule_is_tried_with_another_seed_and_a_dead_writers_with_the_same(
    ledger: Ledger,
) -> None:
    troubles = {1: ConteError("it repeats itself"), 2: CrewMemberDied("gone")}
    seeds: list[int] = []

    class Seeded(FakeCrew):
        async def write(
            self, brief: Brief, seed: int, production: str = ""
        ) -> AsyncGenerator[ContePart]:
            seeds.append(seed)
            async for part in super().write(brief, seed):
                yield part

    crew = Seeded(trouble=lambda step, _, nth: troubles.get(nth) if step == "write" else None)
    production_id = await film(ledger, crew)
    first, second, third = seeds
    assert first == ledger.get(production_id).seed
    assert second == third != first
    assert ledger.version(production_id, 1).provenance.seed == third


async def test_a_second_attempt_with_fewer_cuts_leaves_the_first_ones_behind(
    ledger: Ledger,
) -> None:
    loop = asyncio.get_running_loop()
    never: asyncio.Future[None] = loop.create_future()
    begun: asyncio.Future[None] = loop.create_future()

    class Shorter(FakeCrew):
        async def write(
            self, brief: Brief, seed: int, production: str = ""
        ) -> AsyncGenerator[ContePart]:
            cuts = 4 if self.attempts else 6
            async for part in super().write(brief.model_copy(update={"cuts": cuts}), seed):
                yield part

    def trouble(step: str, number: int, attempt: int) -> Exception | None:
        return ConteError("cut off") if (step, attempt) == ("write", 1) else None

    def during_clip(cut: int) -> asyncio.Future[None] | None:
        if cut == 6:
            begun.set_result(None)
        return never if cut == 6 else None

    brief = BRIEF.model_copy(update={"duration_s": 9, "cuts": None})
    crew = Shorter(trouble=trouble, during_clip=during_clip)
    crew.before_cut = lambda _: begun if crew.attempts["write", 0] == 2 else None
    production_id = accept(ledger, brief=brief)
    await direct(ledger, crew, production_id)
    production = ledger.get(production_id)
    assert production.state == State.DONE
    assert [cut.cut for cut in production.cuts] == [1, 2, 3, 4]
    assert {"rendering 6", "stopped 6", "joining draft [1, 2, 3, 4]"} <= set(crew.story)


async def test_a_conte_that_never_comes_fails_with_the_reason(ledger: Ledger) -> None:
    crew = FakeCrew(
        trouble=lambda step, *_: ConteError("it repeats itself") if step == "write" else None
    )
    production = ledger.get(await film(ledger, crew))
    assert production.state == State.FAILED and production.failure is not None
    assert production.failure.stage == "conte"
    assert "it repeats itself" in production.failure.reason


async def test_a_model_that_is_away_is_waited_for_and_costs_no_attempt(ledger: Ledger) -> None:
    def away(step: str, number: int, attempt: int) -> Exception | None:
        return ModelAway("it starts again") if step == "write" and attempt <= 5 else None

    crew = FakeCrew(trouble=away)
    production_id = await film(ledger, crew, replace(PLAN, away_wait_s=0.001))
    assert ledger.get(production_id).state is State.DONE
    assert crew.attempts["write", 0] == 6
    assert crew.attempts["render draft", 1] == 1


async def test_a_model_that_stays_away_is_given_up_with_the_reason(ledger: Ledger) -> None:
    crew = FakeCrew(trouble=lambda step, *_: ModelAway("gone") if step == "write" else None)
    plan = replace(PLAN, conte_timeout_s=2, away_wait_s=0.1)
    failure = ledger.get(await film(ledger, crew, plan)).failure
    assert failure is not None
    assert failure.stage == "conte"
    assert "gone" in failure.reason


async def test_a_cut_that_continues_the_one_before_starts_from_its_clip(ledger: Ledger) -> None:
    def one_take(cut: Cut, _: int) -> Cut:
        return cut.model_copy(update={"continues": cut.number in (2, 3)})

    crew = FakeCrew(tiers=("draft", "final"), rewrite=one_take)
    production_id = await film(ledger, crew, replace(PLAN, continues={"final": True}))
    assert ledger.get(production_id).state is State.DONE
    shots = crew.shots
    assert [shots["draft", cut].follows for cut in (1, 2, 3, 4)] == [None] * 4
    assert shots["final", 2].follows == shots["final", 1].key(ENGINE)
    assert shots["final", 3].follows == shots["final", 2].key(ENGINE)
    assert shots["final", 1].follows is None
    assert shots["final", 4].follows is None


async def test_the_adapter_of_the_advertiser_renders_every_cut_of_the_tier(ledger: Ledger) -> None:
    adapters = {
        "noir@1": Adapter(path="noir", categories=("타이어",)),
        "hanwool@2": Adapter(path="hanwool", advertisers=("한울 타이어",)),
    }
    changes = {
        "advertiser": "한울타이어",
        "product": BRIEF.product.model_copy(update={"category": "타이어"}),
    }
    crew = FakeCrew(tiers=("draft", "final"))
    production_id = accept(ledger, brief=BRIEF.model_copy(update=changes))
    await direct(ledger, crew, production_id, replace(PLAN, adapters={"final": adapters}))
    assert {crew.shots["final", cut].adapter for cut in (1, 2, 3, 4)} == {"hanwool@2"}
    assert {crew.shots["draft", cut].adapter for cut in (1, 2, 3, 4)} == {None}


async def test_a_share_of_productions_is_rendered_with_an_adapter_and_its_clips_say_so(
    ledger: Ledger,
) -> None:
    plan = replace(PLAN, adapters={"draft": {"new@1": Adapter(path="n", everyone=True, share=0.5)}})
    found: set[str | None] = set()
    while len(found) < 2:
        production_id = accept(ledger)
        serving = Serving(
            slot="video_adapter", number=1, entry="new@1", share=0.5, other="", returns_to=0, at=0
        )
        crew = FakeCrew()
        await direct(ledger, crew, production_id, plan)
        wanted = serving.of(production_id) or None
        assert {cut.clip.adapter for cut in ledger.get(production_id).cuts if cut.clip} == {wanted}
        found.add(wanted)


async def test_a_renderer_from_before_a_promotion_is_waited_for_and_costs_no_attempt(
    ledger: Ledger,
) -> None:
    def replaced_late(step: str, number: int, attempt: int) -> Exception | None:
        return AdapterAway("no adapter") if step.startswith("render") and attempt <= 5 else None

    production_id = await film(
        ledger, FakeCrew(trouble=replaced_late), replace(PLAN, away_wait_s=0.001)
    )
    assert ledger.get(production_id).state == State.DONE
    assert EventKind.CLIP_RETRIED not in kinds(ledger, production_id)
    assert kinds(ledger, production_id).count(EventKind.CLIP_STARTED) == 4


async def test_a_renderer_that_never_learns_of_an_adapter_is_given_up_with_the_reason(
    ledger: Ledger,
) -> None:
    crew = FakeCrew(
        trouble=lambda step, *_: AdapterAway("no adapter") if "render" in step else None
    )
    impatient = replace(PLAN, clip_timeout_s={"draft": 2}, away_wait_s=0.01)
    production_id = await film(ledger, crew, impatient)
    failure = ledger.get(production_id).failure
    assert failure is not None
    assert failure.reason == "no adapter"


async def test_who_takes_over_renders_with_the_same_adapter_and_nothing_twice(
    ledger: Ledger,
) -> None:
    adapters = {
        name: Adapter(path="n", everyone=True, share=share)
        for name, share in (("old@1", 1), ("new@1", 0.5))
    }
    plan = replace(PLAN, adapters={"draft": adapters})
    never = asyncio.get_running_loop().create_future()
    first = FakeCrew(during_clip=lambda cut: never if cut == 4 else None)
    production_id = accept(ledger)
    director = Director(ledger, first, plan, SETTINGS, {"draft": FairGate(4)})
    director.start()
    while kinds(ledger, production_id).count(EventKind.CLIP_READY) < 3:
        await asyncio.sleep(0.005)
    await director.stop()
    second = FakeCrew()
    await direct(ledger, second, production_id, plan)
    assert set(second.shots) == {("draft", 4)}
    assert second.shots["draft", 4].adapter == first.shots["draft", 1].adapter


async def test_a_cut_is_rendered_though_the_one_it_continues_has_failed(ledger: Ledger) -> None:
    def fails(step: str, number: int, attempt: int) -> Exception | None:
        return RenderError("no") if step.startswith("render") and number == 1 else None

    crew = FakeCrew(
        trouble=fails, rewrite=lambda cut, _: cut.model_copy(update={"continues": cut.number == 2})
    )
    production_id = await film(ledger, crew, replace(PLAN, continues={"draft": True}))
    failed = ledger.get(production_id)
    assert [cut.state for cut in failed.cuts] == ["failed", "ready", "ready", "ready"]


async def test_an_editor_that_dies_is_asked_again(ledger: Ledger) -> None:
    crew = FakeCrew(
        trouble=lambda step, number, attempt: (
            CrewMemberDied("gone") if (step, attempt) == ("join draft", 1) else None
        )
    )
    production_id = await film(ledger, crew)
    assert ledger.get(production_id).state == State.DONE
    assert kinds(ledger, production_id).count(EventKind.FILM_READY) == 1


async def test_with_a_final_tier_the_draft_film_plays_before_the_final_one(ledger: Ledger) -> None:
    crew = FakeCrew(tiers=("draft", "final"))
    production_id = await film(ledger, crew)
    production = ledger.get(production_id)
    assert production.film is not None and production.film.tier == "final"
    told = [event.data for event in ledger.events(production_id, 0)]
    assert [data.film.tier for data in told if isinstance(data, FilmReady)] == ["draft", "final"]


async def test_a_cancel_stops_the_renders_and_says_so(ledger: Ledger) -> None:
    never = asyncio.get_running_loop().create_future()
    crew = FakeCrew(during_clip=lambda _: never)
    production_id = accept(ledger)
    director = Director(ledger, crew, PLAN, SETTINGS, gates(4))
    director.start()
    while "rendering 4" not in crew.story:
        await asyncio.sleep(0.005)
    ledger.ask_cancel(production_id, "local")
    assert await asyncio.wait_for(ended(ledger, production_id), 300) == State.CANCELLED
    assert {f"stopped {cut}" for cut in (1, 2, 3, 4)} <= set(crew.story)
    await director.stop()


async def test_a_director_that_stops_hands_its_work_on_at_once(ledger: Ledger) -> None:
    never = asyncio.get_running_loop().create_future()
    first = FakeCrew(during_clip=lambda cut: never if cut == 4 else None)
    production_id = accept(ledger)
    director = Director(ledger, first, PLAN, SETTINGS, gates(4))
    director.start()
    while kinds(ledger, production_id).count(EventKind.CLIP_READY) < 3:
        await asyncio.sleep(0.005)
    await director.stop()
    second = FakeCrew()
    await direct(ledger, second, production_id)
    assert ledger.get(production_id).state == State.DONE
    assert second.attempts == {("render draft", 4): 1, ("join draft", 0): 1}
    assert kinds(ledger, production_id).count(EventKind.CLIP_READY) == 4


async def test_a_silent_renderer_is_given_up(ledger: Ledger) -> None:
    plan = Plan(short_side={"draft": 128}, clip_timeout_s={"draft": 2}, max_attempts=2)
    loop = asyncio.get_running_loop()
    crew = FakeCrew(during_clip=lambda cut: loop.create_future() if cut == 1 else None)
    production = ledger.get(await film(ledger, crew, plan))
    assert production.state == State.FAILED and production.failure is not None
    assert production.failure.cut == 1 and "too long" in production.failure.reason


async def test_a_clip_that_waits_for_a_renderer_longer_than_one_may_be_silent_is_not_retried(
    ledger: Ledger,
) -> None:
    loop, free = asyncio.get_running_loop(), asyncio.Event()

    class Busy(FakeCrew):
        async def render(self, shot: Shot, cut: int, tier: Tier) -> AsyncGenerator[float | Clip]:
            await free.wait()
            async for step in super().render(shot, cut, tier):
                yield step

    loop.call_later(2.5, free.set)
    crew = Busy()
    production_id = await film(ledger, crew, replace(PLAN, clip_timeout_s={"draft": 2}))
    assert ledger.get(production_id).state == State.DONE
    assert EventKind.CLIP_RETRIED not in kinds(ledger, production_id)


async def test_a_film_that_waits_for_the_editor_costs_no_attempt(ledger: Ledger) -> None:
    free = asyncio.Event()

    class Busy(FakeCrew):
        async def join(
            self, conte: Conte, brief: Brief, clips: Sequence[Clip], version: int
        ) -> AsyncGenerator[float | Film]:
            asyncio.get_running_loop().call_later(2.5, free.set)
            await free.wait()
            async for step in super().join(conte, brief, clips, version):
                yield step

    crew = Busy()
    production_id = await film(ledger, crew, replace(PLAN, film_timeout_s=2))
    assert ledger.get(production_id).state == State.DONE
    assert kinds(ledger, production_id).count(EventKind.FILM_STARTED) == 1


async def test_drafts_do_not_wait_behind_the_finals_of_other_films(ledger: Ledger) -> None:
    never: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    class SlowFinals(FakeCrew):
        async def render(self, shot: Shot, cut: int, tier: Tier) -> AsyncGenerator[float | Clip]:
            if tier == "final":
                await never
            async for step in super().render(shot, cut, tier):
                yield step

    first, second = accept(ledger), accept(ledger)
    director = Director(
        ledger, SlowFinals(tiers=("draft", "final")), PLAN, SETTINGS, gates(1, final=1)
    )
    director.start()
    async with asyncio.timeout(300):
        for production_id in (first, second):
            while EventKind.FILM_READY not in kinds(ledger, production_id):
                await asyncio.sleep(0.005)
    await director.stop()


async def test_a_tenant_with_nothing_in_work_is_let_in_where_another_fills_every_place(
    ledger: Ledger,
) -> None:
    never = asyncio.get_running_loop().create_future()
    crew = FakeCrew(during_clip=lambda _: never)
    for _ in range(6):
        accept(ledger, "a")
    settings = SETTINGS.model_copy(update={"productions_at_once": 2})
    director = Director(ledger, crew, PLAN, settings, gates(1))
    director.start()
    while len(crew.story) < 3:
        await asyncio.sleep(0.005)
    late = accept(ledger, "b")
    async with asyncio.timeout(300):
        while ledger.get(late).state == State.QUEUED:
            await asyncio.sleep(0.005)
    running = [
        p for p in ledger.list("a", limit=10, after=None, state=None)[0] if p.state != "queued"
    ]
    assert len(running) == 2
    await director.stop()
