"""Checkpoints of a run: folders `step-00000100/`, which appear complete or not at all.

Tensors are stored as PyTorch's distributed checkpoints, by each rank its own; `run.json` beside
them identifies the run.
"""

import json
import shutil
from pathlib import Path
from typing import Any

from torch.distributed.checkpoint.api import CheckpointException
from torch.distributed.checkpoint.state_dict import (
    get_optimizer_state_dict,
    set_optimizer_state_dict,
)
from torch.distributed.checkpoint.state_dict_loader import load
from torch.distributed.checkpoint.state_dict_saver import save
from torch.optim import Optimizer

from conte.frozen import Frozen
from serve.whole import publish_folder
from training.video_model.errors import OtherRun, TrainingStopped
from training.video_model.ranks import Ranks
from training.video_model.trained_weights import TrainedWeights

_ABOUT = "run.json"


class RunId(Frozen):
    """Identity of the run to which a checkpoint belongs; only that run resumes from it."""

    family: str
    base: str
    """Revision of the transformer's files."""
    samples: str
    settings: str


class Checkpoints:
    def __init__(self, folder: Path, run: RunId, ranks: Ranks, keep: int) -> None:
        self._folder, self._run, self._ranks, self._keep = folder, run, ranks, keep

    def newest(self) -> tuple[Path, int] | None:
        """Return the last complete checkpoint and its step; None if there is none.

        Raises:
            OtherRun: if it belongs to another run; the message names the difference.
        """
        steps = self._steps()
        if not steps:
            return None
        step, path = steps[-1]
        there = RunId.model_validate(json.loads((path / _ABOUT).read_text("utf-8"))["run"])
        for name, wanted in self._run:
            if (found := getattr(there, name)) != wanted:
                raise OtherRun(
                    f"{path} is of another {_MEANT[name]} ({found[:40]}, here it is {wanted[:40]});"
                    " wanted an --out of its own"
                )
        return path, step

    def load(self, path: Path, step: int, weights: TrainedWeights, optimiser: Optimizer) -> None:
        """Load a checkpoint into the weights and the optimiser.

        Raises:
            TrainingStopped: if it is broken.
        """
        state = _state(weights, optimiser)
        try:
            load(state, checkpoint_id=path, no_dist=self._ranks.size == 1)
        except (CheckpointException, OSError, ValueError, KeyError, EOFError) as error:
            raise TrainingStopped(
                f"{path} cannot be read ({_first_line(error)}); remove it, and the run goes on from"
                " the one before"
            ) from error
        set_optimizer_state_dict(weights.model, optimiser, state["optimiser"])
        weights.at_step(step)

    def save(self, step: int, weights: TrainedWeights, optimiser: Optimizer) -> None:
        """Store a checkpoint, and delete the oldest ones. All ranks must call it.

        Raises:
            TrainingStopped: if it cannot be written; earlier checkpoints stay.
        """
        path = self._folder / _name(step)
        making = path.with_name(f".{path.name}.making")
        error = ""
        if self._ranks.first:
            shutil.rmtree(making, ignore_errors=True)
            try:
                making.mkdir(parents=True, exist_ok=True)
            except OSError as caught:
                error = f"the checkpoint of step {step} cannot be written: {caught}"
        self._ranks.agree(error)
        try:
            state = _state(weights, optimiser)
            save(state, checkpoint_id=making, no_dist=self._ranks.size == 1)
            if self._ranks.first:
                about = {"run": self._run.model_dump(), "step": step, "ranks": self._ranks.size}
                (making / _ABOUT).write_text(json.dumps(about, indent=1), "utf-8")
                if not publish_folder(making, path):
                    shutil.rmtree(path)
                    publish_folder(making, path)
        except (CheckpointException, OSError, RuntimeError) as caught:
            error = f"the checkpoint of step {step} cannot be written: {_first_line(caught)}"
        try:
            self._ranks.agree(error)
        finally:
            if self._ranks.first:
                shutil.rmtree(making, ignore_errors=True)
        if self._ranks.first:
            for _, old in self._steps()[: -self._keep]:
                shutil.rmtree(old, ignore_errors=True)

    def _steps(self) -> list[tuple[int, Path]]:
        found = (path.parent for path in self._folder.glob(f"step-*/{_ABOUT}"))
        return sorted((int(path.name.removeprefix("step-")), path) for path in found)


_MEANT = {
    "family": "family",
    "base": "base model",
    "samples": "dataset, or of one cut into other samples",
    "settings": "run's settings",
}


def _state(weights: TrainedWeights, optimiser: Optimizer) -> dict[str, Any]:
    return {
        **weights.state(),
        "optimiser": get_optimizer_state_dict(weights.model, optimiser),
    }


def _name(step: int) -> str:
    return f"step-{step:08d}"


def _first_line(error: BaseException) -> str:
    if isinstance(error, CheckpointException):
        error, _ = next(iter(error.failures.values()))
    return str(error).strip().split("\n")[0] or type(error).__name__
