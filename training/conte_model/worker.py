"""The function that every worker of a run executes; the only module that calls Ray Train in a
worker.

Each worker stores its part of a checkpoint: the first one the weights, the optimizer and the curve,
every one the state of its random numbers. Ray Train joins the parts into one folder and lists it
once it is complete, so that a worker that dies in between costs only the steps since the last
checkpoint.
"""

import logging
import shutil
import warnings
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import ray.train

from training.conte_model.settings import Settings


def train_worker(config: dict[str, Any]) -> dict[str, Any]:
    """Return what was learned (see `Learned`), on every worker.

    `config`: `settings` (JSON), `tensorboard` (a folder or empty), `told` (a queue for log lines).
    """
    _quiet()
    import torch

    from training.conte_model.learning import learn
    from training.conte_model.watch import tensorboard

    settings = Settings.model_validate_json(config["settings"])
    if not settings.gpu:
        # The number of threads changes the order of sums, and so their last bits.
        torch.set_num_threads(settings.threads)
    context: Any = ray.train.get_context()
    first = context.get_world_rank() == 0

    def tell(line: str) -> None:
        if first:
            # Training continues even if the driver no longer reads the log.
            with suppress(Exception):
                config["told"].put_nowait(line)

    with _work(context.get_world_rank()) as work:
        resume: Path | None = None
        saved: Any = ray.train.get_checkpoint()
        if saved is not None:
            resume = Path(saved.to_directory(str(work / "resume")))
            tell(f"goes on from {Path(str(saved.path)).name}")
        learned = learn(
            settings,
            work,
            resume,
            _keep,
            tell,
            lambda step: (
                [tensorboard(Path(config["tensorboard"]), step)]
                if first and config["tensorboard"]
                else []
            ),
        )
    return asdict(learned)


@contextmanager
def _work(rank: int) -> Generator[Path]:
    """Yield an empty folder of this worker, within the folder that Ray Train made for the run."""
    folder = Path(f"work-{rank}").absolute()
    # Left by a killed worker, whose weights would fill the node's disk.
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _keep(checkpoint: Path, step: int) -> None:
    """Store this worker's part; return when all workers' parts are stored."""
    ray.train.report({"step": step}, checkpoint=ray.train.Checkpoint.from_directory(checkpoint))
    # The copy is in the storage; weights may be large, and workers' disks small.
    shutil.rmtree(checkpoint, ignore_errors=True)


def _quiet() -> None:
    """Silence the libraries' own log lines."""
    warnings.simplefilter("ignore", FutureWarning)
    for name in ("transformers", "trl", "accelerate"):
        logging.getLogger(name).setLevel(logging.ERROR)
