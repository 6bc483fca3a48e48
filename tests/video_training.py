"""Ranks of a video model's training as processes of this machine: gloo, and no Ray."""

import multiprocessing
import os
import sys
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests.ports import free_port
from training.video_model.settings import VideoTraining


def start(base: str, out: Path, cache: Path, settings: VideoTraining) -> list[BaseProcess]:
    """One process a rank, forked from one that has imported everything."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(
        ["training.video_model.trainer", "diffusers.pipelines.wan.pipeline_wan", "peft"]
    )
    ranks = settings.workers
    given = base, str(out), str(cache), settings.model_dump_json(), ranks, free_port()
    processes: list[BaseProcess] = [
        context.Process(target=_rank, args=(rank, *given)) for rank in range(ranks)
    ]
    for process in processes:
        process.start()
    return processes


def ended(processes: list[BaseProcess], timeout_s: float = 400) -> list[int | None]:
    """Their exit codes; 3: stopped with a reason, which is in `out`/stopped-<rank>."""
    for process in processes:
        process.join(timeout_s)
    return [process.exitcode for process in processes]


def _rank(rank: int, base: str, out: str, cache: str, settings: str, ranks: int, port: int) -> None:
    import torch
    import torch.distributed as dist

    from training.video_model.errors import TrainingStopped
    from training.video_model.ranks import Ranks
    from training.video_model.run import Run
    from training.video_model.trainer import train

    torch.set_num_threads(1)
    os.environ |= {"GLOO_SOCKET_IFNAME": "lo"}
    if ranks > 1:
        dist.init_process_group(
            "gloo", init_method=f"tcp://127.0.0.1:{port}", rank=rank, world_size=ranks
        )
    run = Run(base, Path(out), Path(cache), VideoTraining.model_validate_json(settings))
    try:
        train(run, Ranks(), lambda _line: None)
    except TrainingStopped as error:
        (Path(out) / f"stopped-{rank}").write_text(str(error))
        sys.stdout.flush()
        os._exit(3)
