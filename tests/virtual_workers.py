"""The caption job on a virtual clock: its real driver, rows and stages, on nodes that are numbers.

Ray is stood in for by `VirtualRay`, threads by greenlets, decoders by tests/stub_videos.py. A call
takes virtual seconds and is done when they have passed; a day of a cluster takes minutes.
"""

import io
import os
import random
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from ray.exceptions import ActorDiedError

from crawl.caption import job as caption_job
from crawl.caption import stages
from crawl.caption import work as caption_work
from crawl.caption.dataset_run import DatasetRun
from crawl.caption.job import CaptionJob
from crawl.caption.progress import Progress
from crawl.caption.settings import CaptionJobSettings
from crawl.caption.stage_end import StageEnd
from crawl.records.database import open_records
from serve.bounded import CallLimits
from serve.database.engine import Database
from serve.vault.vault import Vault
from tests.stub_videos import START_S, StubChild
from tests.virtual_threads import VirtualThreads

_LOOK_S = 0.2


class Killed(BaseException):
    """SIGKILL, as the killed process would see it if it could."""


@dataclass(eq=False)
class _Node:
    cpus: float
    free: float


@dataclass(eq=False)
class _Answer:
    at: float
    value: Callable[[], Any]


@dataclass(eq=False)
class _Worker:
    ray: "VirtualRay"
    node: _Node
    num_cpus: float
    work: Any
    alive: bool = True
    stages: Any = None
    calls: list[_Answer] = field(default_factory=list)

    @property
    def ready(self) -> Any:
        answer = _Answer(self.ray.threads.now() + START_S, self._check)
        self.calls.append(answer)
        return SimpleNamespace(remote=lambda: answer)

    @property
    def do(self) -> Any:
        return SimpleNamespace(remote=self._begun)

    def _begun(self, stage: str, videos: Sequence[str]) -> _Answer:
        def ended() -> list[StageEnd]:
            self._check()
            ends = self._done(stage, videos)
            self.ray.busy_s += seconds
            return ends

        seconds = self.ray.seconds(stage, videos)
        answer = _Answer(self.ray.threads.now() + seconds, ended)
        self.calls = [call for call in self.calls if call.at > self.ray.threads.now()]
        self.calls.append(answer)
        answer.stage, answer.videos = stage, videos  # type: ignore[attr-defined]
        return answer

    def _done(self, stage: str, videos: Sequence[str]) -> list[StageEnd]:
        if self.stages is None:
            self.stages = self.ray.opened(self.work)
        return self.stages.do(stage, videos)

    def _check(self) -> None:
        if not self.alive:
            raise ActorDiedError

    def die(self, lots: random.Random) -> None:
        """Die now: before, within or after the work of a call, of which nobody hears."""
        now = self.ray.threads.now()
        for call in self.calls:
            videos = getattr(call, "videos", None)
            if call.at > now and videos is not None and lots.random() < 0.7:
                self._killed_within(call.stage, videos, lots.randint(1, 6))  # type: ignore[attr-defined]
            call.at = min(call.at, now)
        self.alive = False
        self.node.free += self.num_cpus

    def _killed_within(self, stage: str, videos: Sequence[str], after: int) -> None:
        """Work until the given number of transactions have begun."""
        writing, left = Database.writing, [after]

        @contextmanager
        def counted(database: Database) -> Generator[Any]:
            left[0] -= 1
            if left[0] < 0:
                raise Killed
            with writing(database) as connection:
                yield connection

        with patch.object(Database, "writing", counted):
            try:
                self._done(stage, videos)
            except BaseException as error:
                if not _is_kill(error):
                    raise


def _is_kill(error: BaseException) -> bool:
    if isinstance(error, BaseExceptionGroup):
        return any(_is_kill(one) for one in error.exceptions)
    return isinstance(error, Killed)


class VirtualRay:
    """What crawl.caption.stages uses of Ray."""

    def __init__(
        self,
        threads: VirtualThreads,
        nodes: Sequence[float],
        seconds: Callable[[str, Sequence[str]], float],
        shared: bool = False,
        opened: Callable[[Any], Any] = stages.StageWorker,
    ) -> None:
        """Create a cluster.

        Args:
            shared: all workers are one object, so that hundreds of them fit into a process.
            opened: makes what a worker does.
        """
        self.threads, self.seconds, self._shared = threads, seconds, shared
        self._open = opened
        self.nodes = [_Node(cpus, cpus) for cpus in nodes]
        self.workers: list[_Worker] = []
        self.started = 0
        self.busy_s = 0.0
        self._one: Any = None

    def opened(self, work: Any) -> Any:
        if self._shared and self._one is not None:
            return self._one
        with patch.object(os, "nice"):
            self._one = self._open(work)
        return self._one

    def join(self, cpus: float) -> None:
        self.nodes.append(_Node(cpus, cpus))

    def leave(self, node: int, lots: random.Random) -> None:
        """A node dies with all of its workers, and does not come back."""
        gone = self.nodes.pop(node)
        for worker in [one for one in self.workers if one.node is gone and one.alive]:
            worker.die(lots)

    def kill_one(self, lots: random.Random) -> None:
        if alive := [worker for worker in self.workers if worker.alive]:
            lots.choice(alive).die(lots)

    # Ray's own names.

    def remote(self, _: type) -> "VirtualRay":
        return self

    def options(self, num_cpus: float, **_: object) -> Any:
        def start(work: Any) -> _Worker:
            node = max(self.nodes, key=lambda one: one.free)
            node.free -= num_cpus
            worker = _Worker(self, node, num_cpus, work)
            self.workers = [one for one in self.workers if one.alive] + [worker]
            self.started += 1
            return worker

        return SimpleNamespace(remote=start)

    def wait(
        self, answers: Sequence[_Answer], num_returns: int = 1, timeout: float = 0.0
    ) -> tuple[list[_Answer], list[_Answer]]:
        now = self.threads.now()
        if timeout and not any(one.at <= now for one in answers):
            self.threads.sleep(max(1e-6, min(timeout, min(one.at for one in answers) - now)))
            now = self.threads.now()
        ready = [one for one in answers if one.at <= now][:num_returns]
        return ready, [one for one in answers if one not in ready]

    def get(self, answer: _Answer) -> Any:
        return answer.value()

    def kill(self, worker: _Worker) -> None:
        if worker.alive:
            worker.alive = False
            worker.node.free += worker.num_cpus

    def cluster_resources(self) -> dict[str, float]:
        return {"CPU": sum(node.cpus for node in self.nodes)}

    def available_resources(self) -> dict[str, float]:
        return {"CPU": sum(max(node.free, 0.0) for node in self.nodes)}


class _Future:
    def __init__(self, threads: VirtualThreads) -> None:
        self._threads, self.done = threads, False
        self.value: Any = None
        self.error: BaseException | None = None

    def result(self) -> Any:
        while not self.done:
            self._threads.sleep(_LOOK_S)
        if self.error is not None:
            raise self.error
        return self.value


class _Beside:
    """ThreadPoolExecutor of the job."""

    def __init__(self, threads: VirtualThreads, max_workers: int) -> None:
        self._threads, self._free = threads, max_workers
        self._futures = list[_Future]()

    def __enter__(self) -> "_Beside":
        return self

    def __exit__(self, *_: object) -> None:
        while not all(future.done for future in self._futures):
            self._threads.sleep(_LOOK_S)

    def submit(self, run: Callable[..., Any], *args: Any) -> _Future:
        future = _Future(self._threads)
        self._futures = [one for one in self._futures if not one.done] + [future]

        def work() -> None:
            while self._free == 0:
                self._threads.sleep(_LOOK_S)
            self._free -= 1
            try:
                future.value = run(*args)
            except BaseException as error:
                future.error = error
            finally:
                future.done = True
                self._free += 1

        self._threads.spawn(work)
        return future


@dataclass
class VirtualJob:
    """Runs of one job: each ends as the driver's process would, or is stopped."""

    folder: Path
    vault: Vault
    seconds: Callable[[str, Sequence[str]], float]
    nodes: Sequence[float] = (4.0,)
    shared: bool = False
    settings: dict[str, Any] = field(default_factory=dict)
    dataset: str = "films"
    opened: Callable[[Any], Any] = stages.StageWorker
    threads: VirtualThreads = field(init=False)
    ray: VirtualRay = field(init=False)
    wall_s: float = 0.0
    log: io.StringIO = field(default_factory=io.StringIO)

    @property
    def chosen(self) -> CaptionJobSettings:
        given = {"out": self.folder, "take_over_s": 600} | self.settings
        return CaptionJobSettings.model_validate(given)

    @contextmanager
    def patched(self) -> Generator[None]:
        """The job's modules, with what is virtual in the place of what is not."""
        self.threads = VirtualThreads(0.0)
        self.ray = VirtualRay(self.threads, self.nodes, self.seconds, self.shared, self.opened)
        clock = SimpleNamespace(sleep=self.threads.sleep, monotonic=self.threads.monotonic)
        with (
            patch.object(stages, "ray", self.ray),
            patch.object(stages, "time", clock),
            patch.object(
                caption_job, "ThreadPoolExecutor", lambda most, **_: _Beside(self.threads, most)
            ),
            patch.object(caption_work, "Bounded", _child),
            patch.object(caption_work, "vault_at", lambda *_: self.vault),
        ):
            yield

    def run(self, manifest: Path, beside: Callable[["VirtualJob"], None] | None = None) -> None:
        """Run the job once; `beside` is a thread of what happens to the cluster meanwhile."""
        with self.patched(), _run(self.chosen, self.dataset) as run:
            progress = Progress(
                self.folder / "progress.json", self.log, clock=self.threads.monotonic
            )
            job = CaptionJob(self.chosen, run, run.records, progress)
            self.drive(lambda: job.caption_videos(manifest), beside)
            progress.told()

    def drive(
        self, work: Callable[[], Any], beside: Callable[["VirtualJob"], None] | None = None
    ) -> None:
        ended: list[bool] = []

        def main() -> None:
            try:
                work()
            finally:
                ended.append(True)
                self.wall_s = self.threads.now()

        if beside is not None:
            happens = beside
            self.threads.spawn(lambda: happens(self))
        self.threads.spawn(main)
        while not ended:
            wake = self.threads.next_wake()
            assert wake is not None, "the job waits for something that never comes"
            self.threads.advance(wake)


@contextmanager
def _run(settings: CaptionJobSettings, dataset: str) -> Generator[DatasetRun]:
    records = open_records(settings.records_url)
    try:
        with DatasetRun.begin(
            records, dataset, settings.round, settings.shaping(), stale_s=settings.take_over_s
        ) as run:
            yield run
    finally:
        records.close()


def _child(_: CallLimits) -> StubChild:
    return StubChild()
