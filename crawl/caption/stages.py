"""Runs the stages on Ray: ids go in, workers process and store, outcomes come out.

Workers live as long as the run: one costs seconds of imports to start. What a worker had when it
died goes to another, because its node may be gone for good, and Ray would wait for a place to
restart it. Nothing else has to be remembered: finished work stands in the rows.
"""

import os
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, Literal

import ray
from ray.exceptions import NodeDiedError, OutOfMemoryError, RayActorError, WorkerCrashedError

from crawl.caption.captioning import Captioner
from crawl.caption.cutting import Cutter
from crawl.caption.measuring import Measurer
from crawl.caption.stage_end import StageEnd
from crawl.caption.work import CaptionWork
from serve.cluster.machine import HOUSE

Stage = Literal["analyse", "caption", "cut"]

NICENESS = 19
"""The lowest CPU priority, also that of the children that read videos: films come first."""
_FIRST: Stage = "cut"
"""Stage that takes free workers before others do: it ends videos, and the models wait for it."""
_Place = tuple[bool, int]
"""Place of a stage and round in the order in which they get free workers, the least first."""
_LOOK_S = 0.2
_GROW_EVERY_S = 10.0
_DEATHS = (RayActorError, OutOfMemoryError, NodeDiedError, WorkerCrashedError)
"""Errors of a call whose worker died, or cannot be reached any more."""
_MOST_LOST_STARTS = 10
"""Starts in a row that may end in a death before the run ends: then it is not a node's fault."""
_STAGES: dict[Stage, Any] = {"analyse": Measurer, "caption": Captioner, "cut": Cutter}


def cores() -> int:
    """Return the CPUs of the cluster's nodes."""
    return max(1, int(ray.cluster_resources().get("CPU", 1)))


class StageWorker:
    """One process on some node. A stage is opened at its first call."""

    def __init__(self, work: CaptionWork) -> None:
        os.nice(NICENESS)
        self._work = work
        self._opened: dict[Stage, Any] = {}

    def ready(self) -> None:
        """Return once the process has started."""

    def do(self, stage: Stage, videos: Sequence[str]) -> list[StageEnd]:
        """Process videos; return their ends in the same order."""
        if stage not in self._opened:
            self._opened[stage] = _STAGES[stage](self._work)
        return self._opened[stage](videos)


class StageWorkers:
    """Workers of one run, on any node of the cluster. Stages may share them from several threads.

    What a worker had when it died is repeated by another, any number of times; the rows count
    these. A worker that cannot start ends the run.
    """

    def __init__(
        self,
        work: CaptionWork,
        number: int | None,
        num_cpus: float,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        """Prepare workers; none is started before there is work.

        Args:
            number: most workers; None is as many as the cluster has free CPUs for, which is looked
                up again and again, so that they follow nodes that join and leave.
            num_cpus: CPUs that Ray reserves for each. Those that reserve none are bound to nodes
                without a GPU, where nodes announce that: they would keep a GPU node for good.
            check: called several times a second by each stage that runs; raises to end it.
        """
        self._check = check
        self._number = number if number is not None or num_cpus > 0 else os.cpu_count() or 1
        self._num_cpus = num_cpus
        self._work = work
        self._remote: Any = ray.remote(StageWorker)
        self._workers: list[Any] = []
        self._starting: dict[Any, Any] = {}
        """Answers that say that a worker has started -> the worker."""
        self._free = queue.SimpleQueue[Any]()
        self._waiting = set[_Place]()
        """Places whose calls wait for workers."""
        self._lock = threading.Lock()
        self._grown_at = -_GROW_EVERY_S
        self._lost_starts = 0

    def run(
        self, stage: Stage, videos: Sequence[str], at_once: int, start: int = 0
    ) -> Iterator[tuple[str, StageEnd]]:
        """Yield outcomes as they come.

        Args:
            at_once: number of videos in one call of a worker, which a dead worker loses at most.
            start: first position of the videos' round; earlier rounds get workers first.
        """
        place = stage != _FIRST, start
        left = deque(videos[at : at + at_once] for at in range(0, len(videos), at_once))
        under_way: dict[Any, tuple[Any, Sequence[str]]] = {}
        try:
            while left or under_way:
                self._check()
                self.announce(place, len(left))
                while left and (worker := self.taken(place, len(left))) is not None:
                    some = left.popleft()
                    under_way[worker.do.remote(stage, some)] = worker, some
                if not under_way:
                    time.sleep(_LOOK_S)
                    continue
                done, _ = ray.wait(list(under_way), timeout=_LOOK_S)
                for answer in done:
                    worker, some = under_way.pop(answer)
                    try:
                        ends = ray.get(answer)
                    except _DEATHS:
                        self._lose(worker)
                        left.appendleft(some)
                        continue
                    self._free.put(worker)
                    yield from zip(some, ends, strict=True)
        finally:
            self.announce(place, 0)

    def announce(self, place: _Place, calls: int) -> None:
        """Say how many calls of a stage and round wait for workers; others give way to them."""
        with self._lock:
            if calls:
                self._waiting.add(place)
            else:
                self._waiting.discard(place)

    def taken(self, place: _Place, calls: int) -> Any | None:
        """Return a free worker, or None. `calls`: number of the stage's calls that wait for one."""
        with self._lock:
            if any(other < place for other in self._waiting):
                return None
        with suppress(queue.Empty):
            return self._free.get_nowait()
        with self._lock:
            self._grow(calls)
            for answer in self._started():
                worker = self._starting.pop(answer)
                try:
                    ray.get(answer)
                except _DEATHS as error:
                    self._lost_starts += 1
                    failed = isinstance(error, RayActorError) and error.actor_init_failed
                    if failed or self._lost_starts > _MOST_LOST_STARTS:
                        raise
                    self._workers.remove(worker)
                else:
                    self._lost_starts = 0
                    self._free.put(worker)
        return None

    def _lose(self, worker: Any) -> None:
        """Drop a worker that died, or cannot be reached: then it must not go on, either."""
        with self._lock:
            if worker in self._workers:
                self._workers.remove(worker)
            self._grown_at = -_GROW_EVERY_S
        ray.kill(worker)

    def close(self) -> None:
        """End all workers. What they have stored stays."""
        for worker in self._workers:
            ray.kill(worker)

    def _started(self) -> Sequence[Any]:
        waiting = list(self._starting)
        return ray.wait(waiting, num_returns=len(waiting), timeout=0)[0] if waiting else ()

    def _grow(self, calls: int) -> None:
        if self._starting or time.monotonic() - self._grown_at < _GROW_EVERY_S:
            return
        self._grown_at = time.monotonic()
        for _ in range(min(self._missing(), calls)):
            worker = self._remote.options(**self._options()).remote(self._work)
            self._workers.append(worker)
            self._starting[worker.ready.remote()] = worker

    def _options(self) -> dict[str, Any]:
        options = {"num_cpus": self._num_cpus, "max_restarts": 0, "max_task_retries": 0}
        if self._num_cpus > 0 or HOUSE not in ray.cluster_resources():
            return options
        return options | {"resources": {HOUSE: 0.001}}

    def _missing(self) -> int:
        if self._number is not None:
            return self._number - len(self._workers)
        free = float(ray.available_resources().get("CPU", 0.0))
        # The first one waits for a CPU, if none is free.
        return max(int(free // self._num_cpus), 0 if self._workers else 1)
