"""Workers of the caption job: started once a run, shared by its stages, as many as there are CPUs.

Ray is stood in for by actors that answer within the call; tests/test_caption_job.py has the real
one, and kills its workers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest
from ray.exceptions import ActorDiedError, ActorUnavailableError, RayActorError

from crawl.caption import stages
from crawl.caption.stage_end import StageEnd
from crawl.caption.stages import Stage, StageWorkers
from crawl.caption.work import CaptionWork


@dataclass
class Answer:
    """A call's result, which is there at once."""

    value: Callable[[], Any]

    __hash__ = object.__hash__


@dataclass
class InlineRay:
    """Counts what is started and called."""

    free_cpus: float = 8.0
    started: int = 0
    calls: list[tuple[int, Stage, tuple[str, ...]]] = field(default_factory=list)
    fails: Exception | None = None
    """What every start ends with."""
    deaths: list[Exception] = field(default_factory=list)
    """What the next calls end with."""
    ended: int = 0
    house: float = 0.0
    options_given: list[dict[str, object]] = field(default_factory=list)

    def remote(self, _: type) -> "InlineRay":
        return self

    def options(self, num_cpus: float, **more: object) -> Any:
        self.options_given.append(more)

        def start(_: CaptionWork) -> Any:
            self.started += 1
            self.free_cpus -= num_cpus
            return self._actor(self.started)

        return SimpleNamespace(remote=start)

    def _actor(self, number: int) -> Any:
        def ready() -> Answer:
            return Answer(lambda: self._end_with(self.fails))

        def do(stage: Stage, videos: Sequence[str]) -> Answer:
            self.calls.append((number, stage, tuple(videos)))
            ends = [StageEnd("done", 1.0)] * len(videos)
            death = self.deaths.pop(0) if self.deaths else None
            return Answer(lambda: self._end_with(death) or ends)

        return SimpleNamespace(ready=SimpleNamespace(remote=ready), do=SimpleNamespace(remote=do))

    def _end_with(self, error: Exception | None) -> None:
        if error:
            raise error

    def wait(self, answers: list[Answer], **_: object) -> tuple[list[Answer], list[Answer]]:
        return answers, []

    def get(self, answer: Answer) -> Any:
        return answer.value()

    def kill(self, _: object) -> None:
        self.ended += 1

    def cluster_resources(self) -> dict[str, float]:
        return {"CPU": 8.0} | ({"house": self.house} if self.house else {})

    def available_resources(self) -> dict[str, float]:
        return {"CPU": self.free_cpus}


@pytest.fixture
def ray(monkeypatch: pytest.MonkeyPatch) -> InlineRay:
    inline = InlineRay()
    monkeypatch.setattr(stages, "ray", inline)
    monkeypatch.setattr(stages, "_GROW_EVERY_S", 0.0)
    return inline


def workers(number: int | None, num_cpus: float = 1.0) -> StageWorkers:
    return StageWorkers(cast(CaptionWork, None), number, num_cpus)


def ids(count: int) -> list[str]:
    return [f"video {n}" for n in range(count)]


def test_a_worker_is_started_once_for_all_rounds_and_stages(ray: InlineRay) -> None:
    pool = workers(3)
    for _ in range(5):
        assert len(list(pool.run("analyse", ids(9), 1))) == 9
        assert len(list(pool.run("cut", ids(4), 1))) == 4
    assert ray.started == 3
    assert {number for number, _, _ in ray.calls} == {1, 2, 3}
    pool.close()
    assert ray.ended == 3


def test_no_more_workers_are_started_than_there_is_work_for(ray: InlineRay) -> None:
    assert len(list(workers(64).run("caption", ids(20), 8))) == 20
    assert ray.started <= 3
    assert sorted(len(videos) for _, _, videos in ray.calls) == [4, 8, 8]


def test_workers_follow_the_cluster_s_free_cpus(ray: InlineRay) -> None:
    ray.free_cpus = 2.5
    pool = workers(None)
    list(pool.run("analyse", ids(20), 1))
    assert ray.started == 2
    ray.free_cpus += 4  # a node has joined
    list(pool.run("analyse", ids(20), 1))
    assert ray.started == 6


def test_the_first_worker_waits_for_a_cpu_where_none_is_free(ray: InlineRay) -> None:
    ray.free_cpus = 0.0
    assert len(list(workers(None).run("analyse", ids(3), 1))) == 3
    assert ray.started == 1


def test_cutting_takes_workers_before_analysis_does(ray: InlineRay) -> None:
    pool = workers(1)
    analysis = pool.run("analyse", ids(3), 1)
    next(analysis)
    # What the thread that cuts does first, before this thread looks for a worker again.
    pool.announce((False, 0), 2)
    assert pool.taken((True, 0), 2) is None
    assert len(list(pool.run("cut", ids(2), 1))) == 2
    assert len(list(analysis)) == 2
    assert [stage for _, stage, _ in ray.calls] == ["analyse", "cut", "cut", "analyse", "analyse"]


def test_an_earlier_round_takes_workers_before_a_later_one(ray: InlineRay) -> None:
    pool = workers(1)
    later = pool.run("analyse", ids(3), 1, 2000)
    next(later)
    pool.announce((True, 0), 2)
    assert pool.taken((True, 2000), 2) is None
    assert len(list(pool.run("analyse", ["earlier"], 1, 0))) == 1
    assert len(list(later)) == 2
    assert [videos for _, _, videos in ray.calls][1] == ("earlier",)


def test_a_stage_that_waits_for_workers_ends_where_the_run_does(ray: InlineRay) -> None:
    stopping: list[bool] = []

    def check() -> None:
        if stopping:
            raise RuntimeError("another stage has failed")

    pool = StageWorkers(cast(CaptionWork, None), 1, 1.0, check)
    held = pool.run("analyse", ids(2), 1)
    next(held)
    pool.announce((False, 0), 1)  # a stage that has failed holds all workers, and calls no more
    stopping.append(True)
    with pytest.raises(RuntimeError, match="has failed"):
        next(held)


def test_a_worker_that_cannot_start_ends_the_run(ray: InlineRay) -> None:
    ray.fails = RayActorError(actor_init_failed=True)
    with pytest.raises(RayActorError):
        list(workers(2).run("analyse", ids(3), 1))
    assert ray.started == 2


def test_workers_that_die_at_every_start_end_the_run(ray: InlineRay) -> None:
    ray.fails = ActorDiedError()
    with pytest.raises(ActorDiedError):
        list(workers(2).run("analyse", ids(3), 1))
    assert ray.started < 20


@pytest.mark.parametrize("death", [ActorDiedError(), ActorUnavailableError("gone", None)])
def test_what_a_dead_worker_had_goes_to_another_and_its_place_too(
    ray: InlineRay, death: Exception
) -> None:
    pool, ray.deaths = workers(2), [death]
    ended = [video for video, _ in pool.run("analyse", ids(6), 1)]
    assert sorted(ended) == ids(6)
    assert (ray.started, ray.ended) == (3, 1)
    pool.close()
    assert ray.ended == 3


def test_workers_of_a_node_that_is_gone_for_good_are_not_waited_for(ray: InlineRay) -> None:
    ray.free_cpus, pool = 2.0, workers(None)
    list(pool.run("analyse", ids(8), 1))
    ray.deaths = [ActorDiedError()]
    assert len(list(pool.run("analyse", ids(8), 1))) == 8
    assert ray.started == 2  # its CPU has not come back


@pytest.mark.parametrize(
    ("house", "cpus", "bound"), [(2.0, 0, True), (2.0, 1, False), (0, 0, False)]
)
def test_workers_that_reserve_no_cpu_are_kept_off_nodes_with_gpus(
    ray: InlineRay, house: float, cpus: int, bound: bool
) -> None:
    ray.house = house
    list(workers(1, cpus).run("caption", ids(1), 1))
    assert [options.get("resources") for options in ray.options_given] == [
        {"house": 0.001} if bound else None
    ]
