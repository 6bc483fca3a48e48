"""The search: gepa proposes, accepts on a minibatch of train, and keeps the best prompt on valid.

A search is resumed by repeating it. gepa's own run directory is not used: it stores neither its
random state nor the answers of an interrupted evaluation, and it is a pickle. Instead every answer
is stored in the purse, and every request follows from the seed: the same command repeats the same
steps, pays for nothing twice, and ends as it would have without the interruption.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, cast

from gepa.api import optimize
from gepa.core.callbacks import ErrorEvent, GEPACallback, ValsetEvaluatedEvent
from gepa.core.state import GEPAState

from deployments.engines.paid import Ask, BudgetSpent
from training.prompts.adapter import PromptAdapter, Trial
from training.prompts.prompt_text import PromptText
from training.prompts.reflection import PromptProposal, Reflection
from training.prompts.task import Example, Task, What


@dataclass(frozen=True)
class SearchBounds:
    rounds: int = 20
    """Number of proposals, most of which are no better and cost one minibatch."""
    minibatch: int = 3
    sections: tuple[str, ...] = ("system",)
    """Sections that may be changed, in turn; the others stay as they are."""
    at_once: int = 8
    seed: int = 0


@dataclass(frozen=True)
class Accepted:
    """A candidate that was evaluated on all of valid. `parents`: numbers of its parents; 0 is the
    first prompt."""

    text: PromptText
    parents: tuple[int, ...]
    value: float


@dataclass(frozen=True)
class Found(Generic[What]):
    """Result of a search. `stopped`: why it ended early; empty if it did not."""

    accepted: tuple[Accepted, ...]
    best: int
    trials: tuple[tuple[Trial[What], ...], tuple[Trial[What], ...]]
    """Trials on valid: of the first prompt, and of the best."""
    proposals: tuple[PromptProposal, ...]
    rounds: int
    stopped: str
    reflection: str
    """Version of the prompt with which the reflecting model was asked."""

    @property
    def better(self) -> bool:
        return self.accepted[self.best].value > self.accepted[0].value


def search(
    task: Task[What],
    parent: PromptText,
    train: Sequence[Example[What]],
    valid: Sequence[Example[What]],
    ask: Ask,
    reflect: Ask,
    bounds: SearchBounds,
    tell: Callable[[str], None],
    runner: asyncio.Runner,
) -> Found[What]:
    """Search for a better prompt. `runner`: runner of the event loop to which `ask` and `reflect`
    belong; it must not be in use elsewhere.

    Raises:
        ValueError: if a split is empty, a group is in both splits, or a section is unknown.
        BudgetSpent: if the budget does not suffice for the parent's evaluation.
        ModelAway, ChatRefused: if a model cannot be used; the answers so far are stored.
    """
    check_splits({"train": train, "valid": valid})
    if unknown := set(bounds.sections) - parent.sections.keys():
        raise ValueError(f"the prompt has no section {', '.join(sorted(unknown))}")
    adapter = PromptAdapter(task, parent, ask, runner, bounds.at_once)
    reflection = Reflection(parent, task.language, task.purpose, reflect, runner, bounds.seed)
    watch = _Watch(bounds.rounds, adapter, reflection, tell)
    result = optimize(
        seed_candidate={name: parent.sections[name] for name in bounds.sections},
        trainset=list(train),
        valset=list(valid),
        adapter=adapter,
        reflection_strategy=reflection,
        reflection_minibatch_size=min(bounds.minibatch, len(train)),
        candidate_selection_strategy="pareto",
        stop_callbacks=watch.is_over,
        callbacks=cast("list[GEPACallback]", [watch]),
        logger=watch,
        seed=bounds.seed,
        raise_on_exception=False,
    )
    watch.check()
    # Both were evaluated on all of valid, so no request is made.
    adapter.stopped = None
    best = int(result.best_idx)
    trials = [_trials(adapter, valid, result.candidates[at]) for at in (0, best)]
    return Found(
        accepted=tuple(
            Accepted(
                text=parent.with_sections(candidate),
                parents=tuple(at for at in parents if at is not None),
                value=float(value),
            )
            for candidate, parents, value in zip(
                result.candidates, result.parents, result.val_aggregate_scores, strict=True
            )
        ),
        best=best,
        trials=(trials[0], trials[1]),
        proposals=tuple(reflection.proposals),
        rounds=watch.rounds,
        stopped=watch.why,
        reflection=reflection.version,
    )


def check_splits(splits: Mapping[str, Sequence[Example[Any]]]) -> None:
    """Check that the splits can be used together.

    Raises:
        ValueError: if a split is empty, or a group is in two splits.
    """
    seen: dict[str, str] = {}
    for name, examples in splits.items():
        if not examples:
            raise ValueError(f"{name} is empty, wanted one example at least")
        for group in sorted({one.group for one in examples}):
            if (other := seen.setdefault(group, name)) != name:
                raise ValueError(f"{group!r} is both in {other} and in {name}")


def _trials(
    adapter: PromptAdapter[What], valid: Sequence[Example[What]], candidate: dict[str, str]
) -> tuple[Trial[What], ...]:
    found = adapter.evaluate(list(valid), candidate, capture_traces=True)
    return tuple(found.trajectories or ())


class _Watch:
    """Reports progress and stops the search. `why`: the reason of an early stop."""

    def __init__(
        self,
        rounds: int,
        adapter: PromptAdapter[Any],
        reflection: Reflection,
        tell: Callable[[str], None],
    ) -> None:
        self.rounds, self.why = 0, ""
        self._most, self._adapter, self._reflection, self._tell = rounds, adapter, reflection, tell
        self._failed: Exception | None = None

    def is_over(self, gepa_state: GEPAState[Any, Any]) -> bool:
        self.rounds = max(0, gepa_state.i + 1)
        self._failed = self._adapter.stopped or self._reflection.stopped or self._failed
        return self._failed is not None or self.rounds >= self._most

    def check(self) -> None:
        """Set `why` if the budget stopped the search, and raise any other error that did.

        Raises:
            Exception: the error that stopped the search, unless it was the budget.
        """
        if isinstance(self._failed, BudgetSpent):
            self.why = f"budget: {self._failed}"
        elif self._failed is not None:
            raise self._failed

    def on_error(self, event: ErrorEvent) -> None:
        self._failed = event["exception"]

    def on_valset_evaluated(self, event: ValsetEvaluatedEvent) -> None:
        at, value = event["candidate_idx"], event["average_score"]
        best = " (best)" if event["is_best_program"] else ""
        self._tell(f"round {event['iteration']}: prompt {at}: {value:.4f} on valid{best}")

    def log(self, message: str) -> None:
        """Discard gepa's log, which prints every prompt in full; `_Watch` reports progress
        itself."""
