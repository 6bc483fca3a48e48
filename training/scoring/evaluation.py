"""Scores of a fixed set -> figures with confidence intervals, which a gate compares."""

from collections.abc import Sequence
from dataclasses import dataclass

from conte.brief import Brief
from conte.conte import Conte
from conte.frozen import Frozen
from serve.registry.interval import Interval, difference, share_interval
from training.scoring.distinct import Distinctness, distinctness
from training.scoring.reading import read_manuscript
from training.scoring.score import WEIGHTS, Score
from training.scoring.scorer import Scorer
from training.scoring.text import said_in


@dataclass(frozen=True)
class Item:
    """One brief of the fixed set and the text written for it. `group` is its product type."""

    id: str
    group: str
    brief: Brief
    written: str | Conte


class Evaluation(Frozen):
    """Scores of one writer on the fixed set, in the order of its ids."""

    ids: tuple[str, ...]
    groups: tuple[str, ...]
    scores: tuple[Score, ...]
    passed: Interval
    """Share of the texts that pass every check."""
    value: Interval
    parts: dict[str, Interval]
    distinct: Distinctness | None
    """None if fewer than two texts could be read."""

    @property
    def figures(self) -> dict[str, list[float]]:
        """`passed`, `value` and each part, with one value per id."""
        return _figures(self.scores)

    def better_than(self, other: "Evaluation") -> dict[str, Interval]:
        """Return `passed`, `value` and each part: this minus the other evaluation, paired by id.

        Raises:
            ValueError: if the two sets of ids differ.
        """
        if self.ids != other.ids:
            raise ValueError("the two evaluations are not of the same fixed set")
        mine, theirs = self.figures, other.figures
        return {name: difference(mine[name], theirs[name], self.groups) for name in mine}


def evaluate(items: Sequence[Item], scorer: Scorer) -> Evaluation:
    """Score all items.

    Raises:
        ValueError: if there is no item, or an id is not unique.
    """
    items = sorted(items, key=lambda item: item.id)
    ids = tuple(item.id for item in items)
    if not ids or len(set(ids)) != len(ids):
        raise ValueError(f"wanted items with ids of their own, got {len(ids)}")
    scores = tuple(scorer.score(item.written, item.brief) for item in items)
    groups = tuple(item.group for item in items)
    means = {name: share_interval(v, groups) for name, v in _figures(scores).items()}
    said = [text for item in items if (text := _said(item)).strip()]
    return Evaluation(
        ids=ids,
        groups=groups,
        scores=scores,
        passed=means.pop("passed"),
        value=means.pop("value"),
        parts=means,
        distinct=distinctness(said) if len(said) > 1 else None,
    )


def _figures(scores: Sequence[Score]) -> dict[str, list[float]]:
    figures = {
        "passed": [float(score.passes) for score in scores],
        "value": [score.value for score in scores],
    }
    return figures | {name: [score[name].value for score in scores] for name in WEIGHTS}


def _said(item: Item) -> str:
    written = item.written
    conte = written if isinstance(written, Conte) else read_manuscript(written, item.brief).conte
    return "\n".join(said_in(conte)) if conte is not None else ""
