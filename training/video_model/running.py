"""Runs the ranks as workers of Ray Train, which are restarted together when one of them dies."""

import fcntl
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import ray

from training.video_model.errors import TrainingStopped
from training.video_model.run import Run

MOST_DEATHS = 20
"""Largest number of restarts after a worker's death. A run that stops itself, as at a NaN, is not
restarted."""
BUSY_S = 60.0
"""Seconds that a run waits for the previous one, because workers briefly outlive a killed
driver."""
_LOG = "log.txt"

Say = Callable[[str], None]


def train_on_ray(run: Run, say: Say) -> Path:
    """Return the folder of the trained weights; `say` gets rank 0's messages.

    Raises:
        TrainingStopped: with the reason.
    """
    from ray.train import FailureConfig, RunConfig, ScalingConfig
    from ray.train.torch import TorchTrainer
    from ray.train.v2.api.exceptions import TrainingFailedError

    resources: Any = ray.cluster_resources()
    gpus, cpus = int(resources.get("GPU", 0)), int(resources.get("CPU", 0))
    workers = run.settings.workers
    there, of_what = (gpus, "GPUs") if gpus else (cpus, "CPUs")
    if workers > there:
        raise TrainingStopped(
            f"workers: {workers} are wanted, and the cluster has {there} {of_what}"
        )
    each = {"GPU": 1.0, "CPU": 1.0} if gpus else {"CPU": 1.0}
    trainer = TorchTrainer(
        work,
        train_loop_config={"run": run},
        scaling_config=ScalingConfig(
            num_workers=workers, use_gpu=gpus > 0, resources_per_worker=each
        ),
        run_config=RunConfig(
            name="ray",
            storage_path=str(run.out.absolute()),
            failure_config=FailureConfig(max_failures=MOST_DEATHS),
        ),
    )
    with _followed(run.out / _LOG, say):
        try:
            ended: Any = trainer.fit().return_value
        except TrainingFailedError as error:
            reason = str(error).strip().split("\n")[-1]
            raise TrainingStopped(f"workers failed: {reason}; run the same again") from error
    if ended["stopped"]:
        raise TrainingStopped(ended["stopped"])
    return Path(ended["folder"])


def work(config: dict[str, Any]) -> dict[str, str]:
    """Train as one worker. A reason to stop is returned, because Ray would retry an exception."""
    # Imported here, so that Ray's controller, which unpickles this function, does not load PyTorch.
    import torch

    from training.video_model.ranks import Ranks
    from training.video_model.trainer import train

    if not torch.cuda.is_available():
        torch.set_num_threads(1)
    run: Run = config["run"]
    ranks = Ranks()
    with (run.out / _LOG).open("ab", buffering=0) as log:

        def say(line: str) -> None:
            # A lost line is no reason to stop; on a full disk a checkpoint will fail as well.
            with suppress(OSError):
                log.write(f"{line}\n".encode())

        try:
            if not ranks.first:
                return {"folder": str(train(run, ranks, say)), "stopped": ""}
            with only_run(run.out):
                return {"folder": str(train(run, ranks, say)), "stopped": ""}
        except TrainingStopped as error:
            return {"folder": "", "stopped": str(error)}
        except (OSError, ValueError, TypeError, LookupError, AttributeError) as error:
            # These errors would repeat; a RuntimeError may be caused by another rank's death.
            return {"folder": "", "stopped": f"{type(error).__name__}: {error}"}


@contextmanager
def only_run(out: Path) -> Generator[None]:
    """Lock the folder, because two runs in it would overwrite each other's files.

    Raises:
        TrainingStopped: if another run still has it.
    """
    with (out / ".lock").open("a") as lock:
        deadline = time.monotonic() + BUSY_S
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise TrainingStopped(f"another run works in {out}") from None
                time.sleep(0.2)
        yield


@contextmanager
def _followed(log: Path, say: Say) -> Generator[None]:
    """Report lines that are appended to the log within the block, from a thread."""
    log.touch()
    ended = threading.Event()

    def follow() -> None:
        with log.open(encoding="utf-8") as file:
            file.seek(0, 2)
            rest, last = "", False
            while not last:
                last = ended.wait(0.2)
                *lines, rest = (rest + file.read()).split("\n")
                for line in lines:
                    say(line)

    thread = threading.Thread(target=follow, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
