"""A run on Ray Train, from its settings to its last checkpoint. Knows no TRL.

A run has a name, and a place in a storage that every node reaches. If it is started again under its
name, it continues from its last checkpoint, whatever killed it; with one worker on a CPU the
weights are then the same as without the interruption (untested with several). A name belongs to one
set of settings, base and data for ever; only the learning rate may change.
"""

import json
import os
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.fs
import ray.train
from ray.train import CheckpointConfig, FailureConfig, RunConfig, ScalingConfig
from ray.train.torch import TorchConfig, TorchTrainer
from ray.util.queue import Queue

from training.conte_model.identity import unlike
from training.conte_model.settings import Settings
from training.conte_model.watch import Tell
from training.conte_model.worker import train_worker

_BEGUN = "begun.json"
"""File with the run's identity (see `run_identity`)."""
_KEPT = 2
"""Number of checkpoints that are kept: the last two."""
_END = "\x00"
_ENVIRONMENT = {
    # A step's logits are allocated and freed each time. If the C library keeps that memory, the
    # kernel need not clear the same gigabytes in every step: 1.4 s of CPU per step instead of 2.5.
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(4 << 30),
    # Threads that spin while waiting would take the CPU from the other worker.
    "OMP_WAIT_POLICY": "passive",
    "TOKENIZERS_PARALLELISM": "false",
    # Only folders are loaded. Not HF_HUB_OFFLINE, which would be stored in the tokenizer's file.
    "HF_HUB_DISABLE_TELEMETRY": "1",
}


class OtherRun(ValueError):
    """A run of this name was begun with other settings, another base or other data."""


class RunFailed(Exception):
    """The workers failed more often than `failures` allows. The checkpoints are kept."""


@dataclass(frozen=True)
class Place:
    """Where a run is stored, and how often its workers may die. It does not affect the weights."""

    storage: str
    """Folder that every node reaches, or the URI of a bucket, such as `s3://bucket/runs`."""
    name: str
    failures: int = 3
    """Number of times that workers may die before the run fails."""
    tensorboard: str = ""
    """Folder of the curves; empty: beside the checkpoints, if these are in a folder."""

    @property
    def curves(self) -> str:
        if self.tensorboard or "://" in self.storage:
            return self.tensorboard
        return str(Path(self.storage) / self.name / "tensorboard")


@dataclass(frozen=True)
class RunEnd:
    stopped: str
    """Reason why it ended before its last step; empty if it did not."""
    checkpoint: ray.train.Checkpoint | None
    """The last complete checkpoint."""
    learned: dict[str, Any]
    """Fields of `training.conte_model.learning.Learned`, by name."""


def run(settings: Settings, known: dict[str, Any], place: Place, tell: Tell) -> RunEnd:
    """Start or resume the run. `known`: its identity (see `run_identity`).

    Raises:
        OtherRun: if the name belongs to a run with another identity.
        RunFailed: if its workers failed too often.
        OSError: if the storage cannot be written.
    """
    os.environ.setdefault("RAY_TRAIN_ENABLE_V2_MIGRATION_WARNINGS", "0")
    _begin(known, place)
    with _listening(tell) as told:
        trainer = TorchTrainer(
            train_worker,
            train_loop_config={
                "settings": settings.model_dump_json(),
                "tensorboard": place.curves,
                "told": told,
            },
            torch_config=TorchConfig(backend="nccl" if settings.gpu else "gloo"),
            scaling_config=ScalingConfig(
                num_workers=settings.workers,
                use_gpu=settings.gpu,
                resources_per_worker={"CPU": settings.threads}
                | ({"GPU": 1} if settings.gpu else {}),
            ),
            run_config=RunConfig(
                name=place.name,
                storage_path=place.storage,
                failure_config=FailureConfig(max_failures=place.failures),
                checkpoint_config=CheckpointConfig(num_to_keep=_KEPT),
                worker_runtime_env={"env_vars": _ENVIRONMENT},
                logging_config=ray.train.LoggingConfig(log_level="ERROR"),
            ),
        )
        try:
            result = trainer.fit()
        except ray.train.TrainingFailedError as error:
            raise RunFailed(_reason(error)) from error
    learned: dict[str, Any] = result.return_value or {}
    return RunEnd(learned.get("stopped", ""), result.checkpoint, learned)


def _begin(known: dict[str, Any], place: Place) -> None:
    files, folder = pyarrow.fs.FileSystem.from_uri(_uri(place.storage))
    folder = f"{folder}/{place.name}"
    path = f"{folder}/{_BEGUN}"
    if files.get_file_info(path).type == pyarrow.fs.FileType.File:
        with files.open_input_stream(path) as file:
            found = json.loads(file.read())
        if told := unlike(known, found):
            raise OtherRun(
                f"the run {place.name!r} was begun as another, take another name or what it has:"
                f" {'; '.join(told)}"
            )
        return
    files.create_dir(folder, recursive=True)
    with files.open_output_stream(f"{path}.new") as file:
        file.write(json.dumps(known, ensure_ascii=False, indent=1).encode())
    files.move(f"{path}.new", path)


def _uri(storage: str) -> str:
    return storage if "://" in storage else Path(storage).resolve().as_uri()


@contextmanager
def _listening(tell: Tell) -> Generator[Queue]:
    """Yield a queue, from which a thread passes lines to `tell` as they arrive."""
    told = Queue(actor_options={"num_cpus": 0})

    def listen() -> None:
        while (line := told.get()) != _END:
            tell(line)

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        told.put(_END)
        thread.join(timeout=10)
        told.shutdown()


def _reason(error: BaseException) -> str:
    """Return the first worker's error without the text that Ray wraps around it."""
    failures: dict[int, BaseException] = getattr(error, "worker_failures", {})
    for rank in sorted(failures):
        inner: Any = failures[rank]
        inner = getattr(inner, "_base_exc", None) or getattr(inner, "cause", None) or inner
        return f"worker {rank}: {type(inner).__name__}: {inner}"
    return str(error)
