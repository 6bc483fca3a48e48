"""GEPA's adapter: a candidate (section -> text) on some examples -> scores and feedback.

gepa is synchronous, so each evaluation runs the event loop to which the paid chat belongs. An
unusable answer scores 0; an error of the model's server or the budget stops the run.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic

from gepa.core.adapter import EvaluationBatch, ProposalFn

from deployments.engines.chat import ChatRefused, CutOff, ModelAway
from deployments.engines.paid import Ask
from deployments.engines.protocols import ConteError
from training.prompts.prompt_text import PromptText
from training.prompts.task import Example, JudgedAnswer, Task, What

MOST_SHOWN = 4000
"""Largest number of an answer's characters that the reflecting model sees."""
Candidate = dict[str, str]


@dataclass(frozen=True)
class Trial(Generic[What]):
    """One example with the model's answer and its score."""

    example: Example[What]
    answer: str
    judged: JudgedAnswer


class PromptAdapter(Generic[What]):
    """Adapter for gepa (`GEPAAdapter`). `stopped`: the error that ended all requests, or None."""

    propose_new_texts: ProposalFn | None = None
    """None: gepa's own reflection proposes new texts."""

    def __init__(
        self,
        task: Task[What],
        parent: PromptText,
        ask: Ask,
        runner: asyncio.Runner,
        at_once: int = 8,
    ) -> None:
        self.stopped: Exception | None = None
        self._task, self._parent, self._ask, self._runner = task, parent, ask, runner
        self._at_once = at_once
        self._known: dict[tuple[str, str], Trial[What]] = {}

    def evaluate(
        self,
        batch: list[Example[What]],
        candidate: Candidate,
        capture_traces: bool = False,
    ) -> EvaluationBatch[Trial[What], str]:
        """Return the answers and scores of a candidate on a batch of examples.

        Raises:
            BudgetSpent, ModelAway, ChatRefused: `stopped` is then set.
        """
        if self.stopped is not None:
            raise self.stopped
        trials = self._runner.run(self._tried(batch, candidate))
        return EvaluationBatch(
            outputs=[trial.answer for trial in trials],
            scores=[trial.judged.value for trial in trials],
            trajectories=trials if capture_traces else None,
        )

    def make_reflective_dataset(
        self,
        candidate: Candidate,
        eval_batch: EvaluationBatch[Trial[What], str],
        components_to_update: list[str],
    ) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        # Worst first, because models attend best to the beginning.
        trials = sorted(eval_batch.trajectories or [], key=lambda trial: trial.judged.value)
        records = [self._record(trial) for trial in trials]
        return dict.fromkeys(components_to_update, records)

    def _record(self, trial: Trial[What]) -> Mapping[str, Any]:
        judged = trial.judged
        low = {name: value for name, value in judged.parts.items() if value < 1}
        return {
            "Inputs": dict(self._task.told(trial.example)),
            "Generated Outputs": trial.answer[:MOST_SHOWN],
            "Feedback": {
                "score": f"{judged.value:.3f}",
                **({"low": ", ".join(f"{k} {v:.2f}" for k, v in low.items())} if low else {}),
                **({"reasons": "\n".join(judged.reasons)} if judged.reasons else {}),
            },
        }

    async def _tried(
        self, batch: Sequence[Example[What]], candidate: Candidate
    ) -> list[Trial[What]]:
        prompt = self._parent.with_sections(candidate).prompt()
        known = self._known
        slots = asyncio.Semaphore(self._at_once)

        async def one(example: Example[What]) -> Trial[What]:
            async with slots:
                if self.stopped is not None:
                    raise self.stopped
                try:
                    answer = await self._ask(self._task.ask(prompt, example))
                except (ModelAway, ChatRefused) as error:
                    self.stopped = error
                    raise
                except (CutOff, ConteError) as error:
                    return Trial(example, "", JudgedAnswer(0.0, (f"no answer: {error}",)))
                except Exception as error:
                    self.stopped = error
                    raise
            return Trial(example, answer, self._task.judge(answer, example))

        # Wait for all requests: those that are sent are paid for, so their answers have to be
        # stored.
        new = {e.id: e for e in batch if (prompt.version, e.id) not in known}
        for found in await asyncio.gather(*map(one, new.values()), return_exceptions=True):
            if isinstance(found, BaseException):
                raise self.stopped or found
            known[prompt.version, found.example.id] = found
        return [known[prompt.version, example.id] for example in batch]
