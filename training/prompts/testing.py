"""Compares the best prompt with its parent on the test split, which the search did not use.

The best prompt on valid looks better there than it is, because selection favours luck. Only the
test split can show that it is better.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from deployments.engines.paid import Ask, BudgetLimits, BudgetSpent, most_for
from serve.settings import PaidSettings
from training.prompts.adapter import PromptAdapter, Trial
from training.prompts.keeping import MOST_LONGER
from training.prompts.prompt_text import PromptText
from training.prompts.task import Example, Task, What


@dataclass(frozen=True)
class Held:
    """The part of the budget that is reserved for judging both prompts on test."""

    calls: int
    tokens: int
    money: float

    @classmethod
    def by(
        cls, task: Task[What], parent: PromptText, test: Sequence[Example[What]],
        settings: PaidSettings,
    ) -> "Held":  # fmt: skip
        prompt = parent.prompt()
        asked = [task.ask(prompt, example) for example in test]
        most = [most_for(one, settings) for one in asked]
        # For the parent, and for a child of the largest permitted length.
        both = 1 + MOST_LONGER
        tokens, money = sum(one.tokens for one in most), sum(one.money for one in most)
        return cls(calls=2 * len(test), tokens=int(both * tokens), money=both * money)

    def of(self, limits: BudgetLimits, calls: int) -> tuple[BudgetLimits, int]:
        """Return the rest of the budget, for the search.

        Raises:
            BudgetSpent: if nothing is left.
        """
        for name, held, whole in (
            ("calls", self.calls, calls),
            ("tokens", self.tokens, limits.tokens),
            ("of money", self.money, limits.money),
        ):
            if whole and held >= whole:
                raise BudgetSpent(
                    f"judging on test may take {held:.4g} {name}, all that may be spent are"
                    f" {whole:g}: raise that, or take a smaller --test"
                )
        return (
            replace(
                limits,
                money=limits.money and limits.money - self.money,
                tokens=limits.tokens and limits.tokens - self.tokens,
            ),
            calls - self.calls,
        )


def tested(
    task: Task[What], parent: PromptText, child: PromptText, test: Sequence[Example[What]],
    ask: Ask, runner: asyncio.Runner, at_once: int,
) -> tuple[tuple[Trial[What], ...], tuple[Trial[What], ...]]:  # fmt: skip
    """Return the trials on test, of the parent and of the child.

    Raises:
        BudgetSpent, ModelAway, ChatRefused: the answers so far are stored.
    """
    adapter = PromptAdapter(task, parent, ask, runner, at_once)
    old, new = (
        adapter.evaluate(list(test), dict(text.sections), capture_traces=True)
        for text in (parent, child)
    )
    return tuple(old.trajectories or ()), tuple(new.trajectories or ())
