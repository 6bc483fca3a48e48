"""What the models' processes do to a production when they die, or when nobody wants them any more.

The last of the tests on this cluster: a killed engine takes a minute to be back.
"""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from conte.brief import Brief
from conte.production import AnyKind, EventKind, State
from serve.client import Client
from tests.cluster import TestCluster
from tests.front_door import eventually

pytestmark = pytest.mark.cluster

BRIEF = Brief.model_validate({"product": {"name": "아우라 그립"}, "duration_s": 12, "cuts": 4})
LONG = Brief.model_validate({"product": {"name": "오래"}, "duration_s": 60, "cuts": 4})
TICKS = os.sysconf("SC_CLK_TCK")
AT_WORK_S, SOON_S = 1, 20
"""Processor seconds: by these it is at work; what it may take until it has stopped, which is less
than being done would take. A busy machine gives them later, and decides nothing.
"""
IDLE_S = 0.25
"""Processor seconds within three of the clock, at most."""


@pytest.fixture
def client(models: TestCluster) -> Iterator[Client]:
    with Client(models.url) as client:
        yield client


def cpu_s(pid: int) -> float:
    """Processor seconds of a process, all its threads together."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def used_in(pid: int, seconds: float) -> float:
    before = cpu_s(pid)
    time.sleep(seconds)
    return cpu_s(pid) - before


def stops(pid: int) -> None:
    """Wait until a process computes no more.

    Raises:
        AssertionError: if it computes on for longer than the end of one step takes.
    """
    began = cpu_s(pid)
    while used_in(pid, 3) > IDLE_S:
        assert cpu_s(pid) - began < SOON_S, "it computes on"


def wait_for(client: Client, production: str, kind: EventKind) -> None:
    for event in client.events(production):
        if event.event is kind:
            return
    pytest.fail(f"{kind} never came")


def whole_story(client: Client, production: str) -> list[AnyKind]:
    events = list(client.events(production))
    assert [event.id for event in events] == list(range(1, len(events) + 1))
    return [event.event for event in events]


def test_a_cancelled_render_stops_computing(models: TestCluster, client: Client) -> None:
    (renderer,) = models.replicas("FinalRenderer")
    production = client.create(LONG, seed=1)
    wait_for(client, production.id, EventKind.CLIP_PROGRESS)
    began = cpu_s(renderer)
    eventually(lambda: cpu_s(renderer) - began > AT_WORK_S)
    client.cancel(production.id)
    assert client.wait(production.id).state is State.CANCELLED
    stops(renderer)


def test_a_cancelled_conte_stops_the_model(models: TestCluster, client: Client) -> None:
    (engine,) = models.engines()
    production = client.create(LONG, seed=2)
    wait_for(client, production.id, EventKind.CONTE_TREATED)
    client.cancel(production.id)
    assert client.wait(production.id).state is State.CANCELLED
    stops(engine)


@pytest.mark.prove
def test_a_renderer_killed_in_the_middle_of_denoising_loses_nothing(
    models: TestCluster, client: Client
) -> None:
    production = client.create(LONG.model_copy(update={"duration_s": 40.0}), seed=5)
    wait_for(client, production.id, EventKind.CLIP_PROGRESS)
    models.kill("FinalRenderer")
    done = client.wait(production.id)
    assert done.state is State.DONE, done.failure
    told = whole_story(client, production.id)
    assert EventKind.CLIP_RETRIED in told
    assert told.count(EventKind.CLIP_READY) == 4


@pytest.mark.prove
def test_the_vllm_engine_killed_in_the_middle_of_a_conte_loses_nothing(
    models: TestCluster, client: Client
) -> None:
    productions = [client.create(BRIEF, seed=seed) for seed in (6, 7)]
    wait_for(client, productions[0].id, EventKind.CONTE_TREATED)
    (engine,) = models.engines()
    os.kill(engine, signal.SIGKILL)
    for production in productions:
        done = client.wait(production.id)
        assert done.state is State.DONE, done.failure
        whole_story(client, production.id)
    assert models.engines() != [engine]
