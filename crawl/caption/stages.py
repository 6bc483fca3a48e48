"""Runs a stage on Ray Data: ids go in, workers process and store, outcomes come out.

Ray Data schedules workers and restarts those that died. It need not remember finished work, because
the rows do.
"""

import logging
import os
from collections.abc import Iterator, Sequence
from typing import Any

import ray.data
from ray.data import ActorPoolStrategy, DataContext, ExecutionResources

from crawl.caption.settings import CaptionJobSettings
from crawl.caption.stage_end import StageEnd
from crawl.caption.work import CaptionWork

NICENESS = 19
"""The lowest CPU priority, also that of the children that read videos."""


def configure(settings: CaptionJobSettings) -> None:
    """Change defaults of Ray Data that do not suit this job, for this process."""
    context = DataContext.get_current()
    # Workers wait as long as films are being made, so silence is no failure.
    context.execution_options.resource_limits = ExecutionResources(
        cpu=max(1.0, settings.workers * settings.worker_cpus + settings.captioners),
        object_store_memory=settings.object_store_bytes,
    )
    context.execution_no_progress_timeout_s = settings.no_progress_timeout_s
    # The job reports progress in videos instead of blocks.
    context.enable_progress_bars = False
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    # A worker that cannot start fails at once, instead of being restarted for ever.
    context.actor_init_retry_on_errors = False


def lowest(worker: Any) -> Any:
    """Return the worker's class at the lowest CPU priority, so that films come first."""

    class Lowest(worker):
        def __init__(self, work: CaptionWork) -> None:
            os.nice(NICENESS)
            super().__init__(work)

    return Lowest


def run_stage(
    worker: Any,
    work: CaptionWork,
    videos: Sequence[str],
    *,
    workers: int,
    num_cpus: float,
    at_once: int,
) -> Iterator[tuple[str, StageEnd]]:
    """Yield outcomes as they come. A video whose worker died goes to another worker, any number of
    times (Ray Data's default); the rows count these.

    Args:
        at_once: number of videos in one call of a worker.
    """
    if not videos:
        return
    # One block per call, so that a worker that dies loses the work of one call at most.
    blocks = -(-len(videos) // at_once)
    dataset = ray.data.from_items(
        [{"id": video} for video in videos], override_num_blocks=blocks
    ).map_batches(
        lowest(worker),
        fn_constructor_args=(work,),
        batch_size=None,
        compute=ActorPoolStrategy(size=min(workers, blocks), max_tasks_in_flight_per_actor=2),
        num_cpus=num_cpus,
    )
    for batch in dataset.iter_batches(batch_size=None, prefetch_batches=0):
        for video, outcome, seconds, reason in zip(
            batch["id"], batch["outcome"], batch["seconds"], batch["reason"], strict=True
        ):
            yield str(video), StageEnd(str(outcome), float(seconds), str(reason))
