"""The conte model's replicas follow the contes that are to be written, and requests."""

import pytest
from ray.serve.config import AutoscalingConfig

from graphs.replicas.director import plan
from graphs.scaling_policy import FollowsWork
from graphs.shapes import CONTE_MODEL, conte_model
from graphs.work_board import WorkBoard
from graphs.writing_left import WritingLeft
from serve.ledger.ledger import Ledger
from serve.settings import (
    ConteSettings,
    FloorSettings,
    ModelScalingSettings,
    Settings,
    VllmSettings,
)
from tests.on_ledger import accept, claim, write_conte
from tests.test_renderers_follow import Clock, Context

SCALING = ModelScalingSettings(clear_in_s=60, conte_s=40, max_replicas=3)
BOOT_S, EVERY_S = SCALING.boot_s, 10.0


def settings_of(scaling: ModelScalingSettings | None = SCALING) -> Settings:
    return Settings(
        conte=ConteSettings(engine="vllm", vllm=VllmSettings(max_ongoing=4, scaling=scaling))
    )


def followed(clock: Clock, board: WorkBoard) -> FollowsWork:
    """The policy as the graph's settings make it."""
    shape = conte_model(settings_of())["autoscaling_config"]
    return FollowsWork(clock=clock, read=board.left, **shape["policy"]["policy_kwargs"])


def test_the_graph_carries_the_model_s_policy() -> None:
    shape = conte_model(settings_of())
    assert "num_replicas" not in shape
    made = AutoscalingConfig(**shape["autoscaling_config"])
    assert (made.min_replicas, made.max_replicas) == (0, 3)
    assert made.policy.get_policy().__name__ == "FollowsWork"
    assert conte_model(settings_of(None))["num_replicas"] == 1


def test_a_conte_may_wait_for_the_model_s_boot() -> None:
    assert plan(settings_of()).conte_timeout_s == 300 + BOOT_S
    assert plan(settings_of(None)).conte_timeout_s == 300


async def test_replicas_come_for_the_contes_of_a_morning_and_are_gone_after_it(
    ledger: Ledger,
) -> None:
    clock = Clock()
    board, context = WorkBoard(clock), Context()
    policy = followed(clock, board)
    ready_at = list[float]()
    targets = list[int]()

    async def write(seconds: float) -> None:
        board.write(CONTE_MODEL, "director", 0.0, seconds)

    left = WritingLeft(ledger, write, SCALING.conte_s / 4)

    async def pass_by(seconds: float) -> None:
        for _ in range(int(seconds / EVERY_S)):
            await left.look()
            policy.read_with(board.left)
            wanted, context.policy_state = policy(context)
            context.target_num_replicas = wanted
            while len(ready_at) < wanted:
                ready_at.append(clock.now + BOOT_S)
            del ready_at[wanted:]
            context.running_replicas = [1 for at in ready_at if at <= clock.now]
            targets.append(wanted)
            clock.now += EVERY_S

    await pass_by(600)
    assert set(targets) == {0}
    # Ten contes of 40 s, four at once: 100 s of a replica, to be written in 60.
    held = [accept(ledger) for _ in range(10)]
    await pass_by(EVERY_S)
    assert targets[-1] == 2
    await pass_by(BOOT_S)
    for _ in held:
        write_conte(ledger, claim(ledger))
    await pass_by(310)
    assert targets[-1] == 1
    await pass_by(700)
    assert targets[-1] == 0


@pytest.mark.parametrize(("requests", "replicas"), [(0, 0), (1, 1), (20, 3)])
def test_a_chat_brings_a_replica_though_no_director_knows_of_it(
    requests: int, replicas: int
) -> None:
    policy = followed(Clock(), WorkBoard())
    assert policy(Context(total_num_requests=requests))[0] == replicas


def test_a_schedule_keeps_the_model_there() -> None:
    always = (
        FloorSettings(begins="00:00", ends="23:59", renderers=1),
        FloorSettings(begins="23:59", ends="00:00", renderers=1),
    )
    scaling = SCALING.model_copy(update={"floors": always})
    shape = conte_model(settings_of(scaling))["autoscaling_config"]
    kwargs = shape["policy"]["policy_kwargs"]
    assert FollowsWork(clock=Clock(), read=lambda _: (0.0, 0.0), **kwargs)(Context())[0] == 1
