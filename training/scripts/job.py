"""The job: unwritten orders -> scripts, each stored as soon as it is written, then published.

An interrupted run is resumed by running it again with the same settings: it repeats no request and
ends in the same dataset. The composer runs on every core of the cluster. A model's server is called
only by the driver, because its rate limits are for all calls together.
"""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import ray

from deployments.engines.chat import ChatRefused, ModelAway
from deployments.engines.paid import BudgetSpent
from training.scripts.composing import ComposerWriter
from training.scripts.model_writer import ModelWriter
from training.scripts.order import Order
from training.scripts.records import Records
from training.scripts.written import WrittenScript

CHUNK = 16
"""Orders per Ray task: about two seconds of a core, which is the work that a kill can lose."""
TELL_EVERY_S = 5.0
_MOST_AWAY = 3
"""Consecutive orders without a reachable server after which the job stops; it can be run again."""
_MOST_REFUSED = 8
"""Consecutive refusals after which the job stops, because the fault cannot be the orders'."""

Tell = Callable[[str], None]


class Progress:
    """Counts the outcomes of orders, and reports them at intervals."""

    def __init__(self, num: int, done: int, tell: Tell) -> None:
        self._num, self._done, self._tell = num, done, tell
        self._began, self._told = time.monotonic(), 0.0
        self._first = done
        self._ends: Counter[str] = Counter()

    def add(self, finished: Sequence[tuple[Order, WrittenScript]]) -> None:
        self._done += len(finished)
        self._ends.update(written.dropped or "kept" for _, written in finished)
        now = time.monotonic()
        if now - self._told >= TELL_EVERY_S or self._done == self._num:
            self._told = now
            rate = (self._done - self._first) / max(1e-6, now - self._began)
            ends = ", ".join(f"{name} {number}" for name, number in sorted(self._ends.items()))
            self._tell(f"{self._done}/{self._num} orders, {rate:.1f}/s: {ends}")


def compose(orders: Iterable[Order], records: Records, progress: Progress) -> None:
    """Write orders with the composer, as Ray tasks where Ray runs, else in this process."""
    chunks = _chunks(orders, CHUNK)
    if not ray.is_initialized():
        writer = ComposerWriter()
        for chunk in chunks:
            _keep(records, progress, list(zip(chunk, writer.write_all(chunk), strict=True)))
        return
    task: Any = ray.remote(num_cpus=1, max_retries=3)(_compose_chunk)
    # Twice as many as there are cores: none waits for the driver, and none waits for long.
    at_once = max(2, 2 * int(ray.cluster_resources().get("CPU", 1)))
    running: dict[Any, list[Order]] = {}
    for chunk in chunks:
        running[task.remote(chunk)] = chunk
        if len(running) >= at_once:
            _collect(running, records, progress)
    while running:
        _collect(running, records, progress)


def _compose_chunk(orders: list[Order]) -> list[WrittenScript]:
    return ComposerWriter().write_all(orders)


def _collect(running: dict[Any, list[Order]], records: Records, progress: Progress) -> None:
    ready, _ = ray.wait(list(running), num_returns=1)
    for reference in ready:
        written: list[WrittenScript] = ray.get(reference)
        _keep(records, progress, list(zip(running.pop(reference), written, strict=True)))


async def ask(
    orders: Iterable[Order],
    writer: ModelWriter,
    records: Records,
    progress: Progress,
    at_once: int,
) -> str:
    """Write orders with a model, several at once. Return why it stopped early, or ""."""
    waiting = iter(orders)
    stopped: list[str] = []
    away: deque[str] = deque(maxlen=_MOST_AWAY)

    refused = 0

    async def work() -> None:
        nonlocal refused
        for order in waiting:
            if stopped:
                return
            try:
                written = await writer.write(order)
            except BudgetSpent as error:
                stopped.append(f"budget: {error}")
                return
            except ChatRefused as error:
                stopped.append(f"refused: {error}")
                return
            except ModelAway as error:
                # This order is not done: another run will ask for it again.
                away.append(str(error))
                if len(away) == _MOST_AWAY:
                    stopped.append(f"the model is away: {error}")
                continue
            away.clear()
            refused = (refused + 1) if written.dropped == "refused" else 0
            if refused == _MOST_REFUSED:
                stopped.append(f"refused: {written.reasons[0]}")
            await asyncio.to_thread(records.add, [(order, written)])
            progress.add([(order, written)])

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(work())
    return stopped[0] if stopped else ""


def _keep(
    records: Records, progress: Progress, finished: Sequence[tuple[Order, WrittenScript]]
) -> None:
    records.add(finished)
    progress.add(finished)


def _chunks(orders: Iterable[Order], size: int) -> Iterator[list[Order]]:
    waiting = iter(orders)
    while chunk := list(islice(waiting, size)):
        yield chunk
