"""Renderers follow the work: the gate, the board, and the policy in Serve's controller."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest
import ray
from ray.serve.config import AutoscalingConfig

from graphs.backlog import UNMEASURED_S
from graphs.following import Following, Surroundings
from graphs.gate import Begin, FairGate
from graphs.scaling_policy import Figures, FollowsWork
from graphs.shapes import clip_renderer, places, vision_model
from graphs.work_board import FORGOTTEN_S, WorkBoard, board
from serve.ledger.ledger import Ledger
from serve.settings import ClipSettings, DirectorSettings, FloorSettings, ScalingSettings, Settings
from tests.on_ledger import BRIEF, accept, claim, let_lease_end, write_conte

SCALING = ScalingSettings(max_replicas=6, clear_in_s=100, boot_s=0, down_after_s=50)


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Context:
    target_num_replicas: int = 0
    running_replicas: list[Any] = field(default_factory=list[Any])
    policy_state: dict[str, Any] = field(default_factory=dict[str, Any])
    total_num_requests: float = 0


def policy(clock: Clock, found: Figures | None, **changes: Any) -> FollowsWork:
    scaling = SCALING.model_copy(update=changes).model_dump(mode="json")
    return FollowsWork("FinalRenderer", clock=clock, read=lambda _: found, **scaling)


def test_a_policy_asks_for_what_clears_the_work_in_one_step() -> None:
    assert policy(Clock(), (450, 0.0))(Context())[0] == 5
    assert policy(Clock(), (4500, 0.0))(Context())[0] == 6
    assert policy(Clock(), (0.0, 0.0))(Context())[0] == 0


def test_a_policy_without_a_fresh_figure_keeps_the_number() -> None:
    held = Context(target_num_replicas=3)
    assert policy(Clock(), None)(held)[0] == 3
    clock = Clock()
    reads = policy(clock, (450, 0.0))
    clock.now += 31
    assert reads(held)[0] == 3


def test_a_policy_that_fails_keeps_the_number(caplog: pytest.LogCaptureFixture) -> None:
    broken = Context(target_num_replicas=2, policy_state={"fewer_since_s": "no number"})
    assert policy(Clock(), (450, 0.0))(broken) == (2, broken.policy_state)
    assert "the renderers keep their number" in caplog.text


def test_a_policy_remembers_since_when_fewer_are_enough() -> None:
    clock = Clock()
    follows = policy(clock, (0.0, 0.0), zero_after_s=80)
    context = Context(target_num_replicas=2, running_replicas=["a", "b"])
    wanted, context.policy_state = follows(context)
    assert wanted == 2
    clock.now += 51
    follows.read_with(lambda _: (0.0, 0.0))
    wanted, context.policy_state = follows(context)
    assert wanted == 1


def test_a_schedule_keeps_renderers_at_all_hours_that_it_names() -> None:
    all_day = (FloorSettings(begins="00:00", ends="23:59", renderers=2),)
    night = (FloorSettings(begins="23:59", ends="00:00", renderers=2),)
    assert policy(Clock(), (0.0, 0.0), floors=(*all_day, *night))(Context())[0] == 2


def test_serve_takes_the_shape_of_renderers_that_follow() -> None:
    shape = clip_renderer("FinalRenderer", ClipSettings(scaling=SCALING))
    assert "num_replicas" not in shape
    made = AutoscalingConfig(**shape["autoscaling_config"])
    assert (made.min_replicas, made.max_replicas) == (0, 6)
    assert made.policy.get_policy().__name__ == "FollowsWork"


def test_serve_takes_up_the_policy_again_when_the_same_graph_is_built_again() -> None:
    """It had dropped the policy and saw no change of the deployment: finals waited for ever."""
    one, other = (
        [clip_renderer("FinalRenderer", ClipSettings(scaling=SCALING)), vision_model(Settings())]
        for _ in range(2)
    )
    for before, after in zip(one, other, strict=True):
        changed = {field for field in before if before[field] != after[field]}
        assert changed == {"max_queued_requests"}
        assert min(before["max_queued_requests"], after["max_queued_requests"]) >= 1_000_000_000
    fixed, same = (clip_renderer("DraftRenderer", ClipSettings()) for _ in range(2))
    assert fixed == same


def test_more_at_least_than_at_most_is_refused() -> None:
    with pytest.raises(ValueError, match="min_replicas is 3: wanted at most max_replicas, 2"):
        ScalingSettings(min_replicas=3, max_replicas=2)


@pytest.mark.parametrize("has_house", [True, False])
def test_the_board_keeps_no_gpu_node_busy(monkeypatch: pytest.MonkeyPatch, has_house: bool) -> None:
    """A head that came back started it on the GPU node that was there, which then stayed for ever."""
    asked: dict[str, Any] = {}

    class Actor:
        def options(self, **options: Any) -> "Actor":
            asked.update(options)
            return self

        def remote(self) -> None: ...

    monkeypatch.setattr(ray, "cluster_resources", lambda: {"house": 1.0} if has_house else {})
    monkeypatch.setattr(ray, "remote", lambda **_: lambda _: Actor())
    board()
    assert asked["resources"] == ({"house": 0.001} if has_house else {})
    assert asked["max_restarts"] == -1


def test_the_board_adds_what_directors_have_and_counts_unclaimed_work_once() -> None:
    clock = Clock()
    board = WorkBoard(clock)
    assert board.left("FinalRenderer") is None
    board.write("FinalRenderer", "a", 10, 100)
    clock.now += 2
    board.write("FinalRenderer", "b", 20, 90)
    clock.now += 1
    assert board.left("FinalRenderer") == (10 + 20 + 90, 1, None)
    assert board.left("DraftRenderer") is None
    clock.now += FORGOTTEN_S
    board.write("FinalRenderer", "b", 5, 0)
    assert board.left("FinalRenderer") == (5, 0, None)


async def test_a_gate_knows_what_waits_and_what_is_at_work() -> None:
    gate, may_end = FairGate(0), asyncio.Event()

    async def render(begin: Begin) -> None:
        begin()
        await may_end.wait()

    renders = [asyncio.create_task(gate.through("a", 30, render)) for _ in range(3)]
    await asyncio.sleep(0)
    assert (gate.left, gate.waiting) == (90, 3)
    gate.resize(1)
    await asyncio.sleep(0)
    assert (gate.left, gate.waiting) == (90, 2)
    renders[2].cancel()
    await asyncio.gather(renders[2], return_exceptions=True)
    assert gate.left == 60
    may_end.set()
    await asyncio.gather(*renders[:2])
    assert gate.left == 0


async def test_a_follower_opens_the_gate_as_renderers_come_and_reports_what_waits(
    ledger: Ledger,
) -> None:
    for _ in range(3):
        accept(ledger)
    running, written = [0], list[tuple[float, float]]()
    clip, director = ClipSettings(scaling=SCALING), DirectorSettings()

    async def write(in_work_s: float, unclaimed_s: float, paid_for: int | None) -> None:
        written.append((in_work_s, unclaimed_s))

    gate = FairGate(0)
    around = Surroundings(lambda: running[0], lambda n: places(clip, director, n), write)
    follower = Following("final", gate, ledger, around)
    await follower.look()
    assert written == [(0, pytest.approx(3 * BRIEF.num_frames * UNMEASURED_S))]

    async def render(begin: Begin) -> str:
        return "rendered"

    waits = asyncio.create_task(gate.through("a", 50, render))
    await follower.look()
    assert not waits.done()
    assert written[-1][0] == 50 * UNMEASURED_S
    running[0] = 1
    await follower.look()
    assert await waits == "rendered"


def test_only_a_first_version_that_nobody_holds_is_unclaimed(
    ledger: Ledger, ledger_url: str
) -> None:
    ordered = accept(ledger)
    assert ledger.unclaimed_frames("final") == {"a": BRIEF.num_frames}
    held = claim(ledger)
    assert ledger.unclaimed_frames("final") == {}
    write_conte(ledger, held)
    let_lease_end(ledger_url, ordered)
    assert ledger.unclaimed_frames("final") == {}
