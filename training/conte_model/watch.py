"""Watches a training run: reports its progress, and stops it when it cannot succeed.

A loss that is not finite stops the run in the same step, before anything is stored.
"""

import math
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

Tell = Callable[[str], None]
TELL_EVERY_S = 5.0
_TOLD = ("loss", "eval_loss", "reward", "rewards/margins", "mean_token_accuracy")


class TrainingWatch(TrainerCallback):
    """Callback that reports and stops. `stopped`: why the run ended early; empty if it did not."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._told = self._began = time.monotonic()
        self._first = 0
        self.stopped = ""

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        self._began, self._first = time.monotonic(), state.global_step
        self._tell(f"step {state.global_step} of {state.max_steps}: begins")

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        logs = logs or {}
        if wrong := not_a_number(logs):
            self.stopped = (
                f"{wrong} at step {state.global_step}. The same again would come there again: with"
                f" a lower --learning-rate than {args.learning_rate:g} it goes on from the last"
                " checkpoint, which is untouched"
            )
            control.should_training_stop = True
            control.should_save = control.should_evaluate = False
            return
        now, last = time.monotonic(), state.global_step >= state.max_steps
        if now - self._told >= TELL_EVERY_S or last or "eval_loss" in logs:
            self._told = now
            figures = ", ".join(f"{n} {float(logs[n]):.4f}" for n in _TOLD if n in logs)
            done = state.global_step - self._first
            pace = f", {(now - self._began) / done:.2f} s a step" if done else ""
            if figures:
                self._tell(f"step {state.global_step} of {state.max_steps}: {figures}{pace}")


def not_a_number(logs: Mapping[str, Any]) -> str:
    """Name the first figure that is not finite; empty if all are."""
    for name in ("loss", "grad_norm", "eval_loss", "reward"):
        value = logs.get(name)
        if isinstance(value, float | int) and not math.isfinite(value):
            return f"{name} is {value}"
    return ""


def tensorboard(folder: Path, first_step: int) -> TrainerCallback:
    """Write curves for TensorBoard, replacing those of a killed run after `first_step`."""
    from torch.utils.tensorboard.writer import SummaryWriter
    from transformers.integrations.integration_utils import TensorBoardCallback

    return TensorBoardCallback(SummaryWriter(str(folder), purge_step=first_step + 1))
