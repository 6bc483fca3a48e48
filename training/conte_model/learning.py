"""One worker's part of a run: from the last checkpoint to the last step. Knows no Ray.

It works alike on one worker and on many; the caller stores the checkpoints in a safe place.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from training.conte_model.base import opened_base
from training.conte_model.chats import ChatSample, pairs_of, samples_of
from training.conte_model.settings import Settings
from training.conte_model.trainer import Learnt, built
from training.conte_model.watch import Tell, TrainingWatch

STATE = "trainer_state.json"
Keep = Callable[[Path, int], None]
"""Called with a worker's part of a checkpoint and its step; returns when the part is stored
safely."""
_CURVES = ("loss", "eval_loss")
_OF_THE_RUN = ("runtime", "_per_second", "num_tokens", "epoch", "step_time")
"""Figures that depend on the clock or restart with the process; they are left out of curves."""


@dataclass(frozen=True)
class Learned:
    stopped: str
    """Reason why training ended before its last step; empty if it did not."""
    curve: tuple[dict[str, float], ...]
    """Figures of each logged step, with `step`."""
    steps: int
    samples: int
    left_out: int
    """Number of samples that are longer than `max_length`."""
    longest: int


class BrokenCheckpoint(ValueError):
    """The checkpoint lacks a part that an exact resume needs."""


def learn(
    settings: Settings,
    work: Path,
    resume: Path | None,
    keep: Keep,
    tell: Tell,
    more: Callable[[int], Sequence[TrainerCallback]] = lambda _: (),
) -> Learned:
    """Train to the end, from the checkpoint `resume` if there is one.

    `work`: an empty folder of this worker. `more`: called with the step from which it continues;
    returns further callbacks.

    Raises:
        ValueError: if the base, the data or the checkpoint is unusable.
        OSError: if the disk is full.
    """
    train, valid = _data(settings)
    base = opened_base(settings, [one for one in train if isinstance(one, ChatSample)], work)
    watch = TrainingWatch(tell)
    before = _state_of(resume) if resume is not None else TrainerState()
    made = built(
        settings,
        base,
        train,
        valid,
        work / "steps",
        [watch, *more(before.global_step), _Rate(), _Keeper(keep)],
    )
    if resume is not None:
        check_whole(resume, made.trainer.args.process_index, made.trainer.args.world_size)
    if made.trainer.is_world_process_zero():
        tell(
            f"{len(train) - made.left_out} samples, the longest of {made.longest} tokens;"
            f" {made.left_out} are longer than {settings.max_length} and left out"
        )
    if resume is not None and before.global_step >= before.max_steps:
        # A run killed after its last step is complete; a resumed trainer would take one more step.
        state = before
    else:
        made.trainer.train(resume_from_checkpoint=str(resume) if resume is not None else None)
        state = made.trainer.state
    return Learned(
        stopped=watch.stopped,
        curve=curve_of(state.log_history),
        steps=state.global_step,
        samples=len(train) - made.left_out,
        left_out=made.left_out,
        longest=made.longest,
    )


def check_whole(checkpoint: Path, rank: int, ranks: int) -> None:
    """Check that a worker can resume exactly from a checkpoint.

    Raises:
        BrokenCheckpoint: if one of the necessary files is missing.
    """
    random = "rng_state.pth" if ranks == 1 else f"rng_state_{rank}.pth"
    for name in (STATE, "optimizer.pt", "scheduler.pt", random):
        if not (checkpoint / name).is_file():
            raise BrokenCheckpoint(f"{checkpoint} has no {name}: it is not a whole checkpoint")


def curve_of(history: Sequence[dict[str, Any]]) -> tuple[dict[str, float], ...]:
    """Return the logged figures by step, without those that depend on the machine.

    Each row is sorted by name, because a state that was read from disk is, and a fresh one is not.
    """
    rows: list[dict[str, float]] = []
    for logged in history:
        if any(name in logged for name in _CURVES):
            rows.append(
                {
                    name: value
                    for name, value in sorted(logged.items())
                    if isinstance(value, int | float)
                    and not any(part in name for part in _OF_THE_RUN)
                }
            )
    return tuple(rows)


def _data(settings: Settings) -> tuple[Learnt, Learnt]:
    folder, prompts = Path(settings.scripts), settings.prompts_folder
    if settings.method == "dpo":
        return pairs_of(folder, "train", prompts), pairs_of(folder, "valid", prompts)
    return samples_of(folder, "train", prompts), samples_of(folder, "valid", prompts)


def _state_of(checkpoint: Path) -> TrainerState:
    if not (checkpoint / STATE).is_file():
        raise BrokenCheckpoint(f"{checkpoint} has no {STATE}: it is not a whole checkpoint")
    return TrainerState.load_from_json(str(checkpoint / STATE))


class _Rate(TrainerCallback):
    """Applies the learning rate of the settings instead of the one stored in the checkpoint."""

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        schedule: Any = kwargs["lr_scheduler"]
        schedule = getattr(schedule, "scheduler", schedule)
        schedule.base_lrs = [args.learning_rate] * len(schedule.base_lrs)
        groups = schedule.optimizer.param_groups
        for group, rule in zip(groups, schedule.lr_lambdas, strict=True):
            group["initial_lr"] = args.learning_rate
            group["lr"] = args.learning_rate * rule(schedule.last_epoch)
        schedule._last_lr = [group["lr"] for group in groups]


class _Keeper(TrainerCallback):
    def __init__(self, keep: Keep) -> None:
        self._keep = keep

    def on_save(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        self._keep(
            Path(str(args.output_dir)) / f"checkpoint-{state.global_step}", state.global_step
        )
