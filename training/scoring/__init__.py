"""Scores contes: one scorer for scripts, pairs, rewards, prompts and the gate."""

from serve.registry.interval import Interval, difference, mean_interval
from training.scoring.evaluation import Evaluation, Item, evaluate
from training.scoring.score import Part, Score
from training.scoring.scorer import Scorer

__all__ = [
    "Evaluation", "Interval", "Item", "Part", "Score", "Scorer", "difference", "evaluate",
    "mean_interval",
]  # fmt: skip
