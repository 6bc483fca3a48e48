"""Workers of the caption job: started once a run, shared by its stages, as many as there are CPUs.

Ray is stood in for by actors that answer within the call; tests/test_caption_job.py has the real
one, and kills its workers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest

from crawl.caption import stages
from crawl.caption.stage_end import StageEnd
from crawl.caption.stages import Stage, StageWorkers
from crawl.caption.work import CaptionWork


class Broken(Exception):
    """The actor died because of an error in its creation."""


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
    fails: bool = False
    ended: int = 0

    def remote(self, _: type) -> "InlineRay":
        return self

    def options(self, num_cpus: float, **_: object) -> Any:
        def start(_: CaptionWork) -> Any:
            self.started += 1
            self.free_cpus -= num_cpus
            return self._actor(self.started)

        return SimpleNamespace(remote=start)

    def _actor(self, number: int) -> Any:
        def ready() -> Answer:
            return Answer(self._fail if self.fails else lambda: None)

        def do(stage: Stage, videos: Sequence[str]) -> Answer:
            self.calls.append((number, stage, tuple(videos)))
            ends = [StageEnd("done", 1.0)] * len(videos)
            return Answer(lambda: ends)

        return SimpleNamespace(ready=SimpleNamespace(remote=ready), do=SimpleNamespace(remote=do))

    def _fail(self) -> None:
        raise Broken

    def wait(self, answers: list[Answer], **_: object) -> tuple[list[Answer], list[Answer]]:
        return answers, []

    def get(self, answer: Answer) -> Any:
        return answer.value()

    def kill(self, _: object) -> None:
        self.ended += 1

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
    pool.announce("cut", 2)
    assert pool.taken("analyse", 2) is None
    assert len(list(pool.run("cut", ids(2), 1))) == 2
    assert len(list(analysis)) == 2
    assert [stage for _, stage, _ in ray.calls] == ["analyse", "cut", "cut", "analyse", "analyse"]


def test_a_worker_that_cannot_start_ends_the_run(ray: InlineRay) -> None:
    ray.fails = True
    with pytest.raises(Broken):
        list(workers(2).run("analyse", ids(3), 1))
