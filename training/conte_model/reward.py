"""Rewards for GRPO: an answer's score, and its difference from the other answers.

The settings weigh the two rewards: the score, which also filters the scripts and decides at the
gate, and the difference from the other answers of the group, without which a model that has found
one good conte would always write that one.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from conte.brief import Brief
from training.scoring import Scorer
from training.scoring.score import WEIGHTS
from training.scoring.text import pairs

Rewarded = Callable[..., list[float]]
"""Reward function as TRL calls it: with prompts, completions and the dataset's columns by name;
returns one figure per completion."""


def rewards() -> list[Rewarded]:
    return [score, unlike]


def score(
    completions: Sequence[Any],
    brief: Sequence[str],
    log_metric: Callable[[str, float], None] | None = None,
    **_: Any,
) -> list[float]:
    """Return scores 0..1: schema, exact frames, the brief, claims, time, grammar, topic, Korean."""
    briefs = [Brief.model_validate_json(one) for one in brief]
    scores = [
        _scorer().score(text, one) for text, one in zip(_texts(completions), briefs, strict=True)
    ]
    if log_metric is not None and scores:
        log_metric("passed", sum(one.passes for one in scores) / len(scores))
        for name in WEIGHTS:
            log_metric(f"score/{name}", sum(one[name].value for one in scores) / len(scores))
    return [one.value for one in scores]


def unlike(completions: Sequence[Any], brief: Sequence[str], **_: Any) -> list[float]:
    """Return 1 minus the mean similarity of an answer's syllable pairs to each other answer's,
    0..1."""
    told = [pairs(text) for text in _texts(completions)]
    groups: dict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(brief):
        groups[one].append(at)
    found = [0.0] * len(told)
    for group in groups.values():
        for at in group:
            others = [_jaccard(told[at], told[other]) for other in group if other != at]
            found[at] = 1 - sum(others) / len(others) if others and told[at] else 0.0
    return found


def _texts(completions: Sequence[Any]) -> list[str]:
    """Return completions as text; conversational ones are lists of messages."""
    return [one if isinstance(one, str) else one[-1]["content"] or "" for one in completions]


def _jaccard(a: set[str], b: set[str]) -> float:
    return len(a & b) / len(a | b) if a or b else 1.0


@cache
def _scorer() -> Scorer:
    return Scorer()
