"""Reads the evaluations that jobs have written, in the form that the promotion gate compares."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from conte.frozen import digest
from serve.registry.entry import ItemScores
from training.films.evaluation import FilmEvaluation
from training.films.judging import ACROSS, DIMENSIONS
from training.prompts.result import TESTED
from training.scoring import Evaluation
from training.whole_folder import read_lines

MEASURED, AGAINST = "measured", "measured_against"


def of_contes(found: Evaluation, asked: Mapping[str, Any]) -> ItemScores:
    """`asked`: all that the texts depend on beside the model, such as briefs and temperature."""
    return ItemScores(
        fixed_set=digest(asked),
        ids=found.ids,
        groups=found.groups,
        scores={name: tuple(values) for name, values in found.figures.items()},
    )


def of_films(found: FilmEvaluation) -> ItemScores:
    """Return the dimensions measured in every clip, or across the cuts of every film; none of them
    decides alone, so there is no `value`: the gate gets the one that counts.
    """
    told = [found.revision, found.methods, [[clip.id, clip.asked] for clip in found.clips]]
    films = {film.id: film.scores for film in found.films}
    scores: dict[str, tuple[float, ...]] = {}
    for name in (*DIMENSIONS, *ACROSS):
        # Each clip has its film's: an interval counts a film, which is a group, once.
        of = [
            clip.scores if name in DIMENSIONS else films.get(clip.film, {}) for clip in found.clips
        ]
        values = [value for one in of if (value := one.get(name)) is not None]
        if len(values) == len(found.clips):
            scores[name] = tuple(values)
    return ItemScores(
        fixed_set=digest(told),
        ids=tuple(clip.id for clip in found.clips),
        groups=tuple(clip.film or clip.id for clip in found.clips),
        scores=scores,
    )


def of_prompts(folder: Path, judged: Mapping[str, Any]) -> tuple[ItemScores, ItemScores]:
    """Figures of the new prompt and of its parent, from a search's folder. `judged`: what the
    values depend on beside the prompts.

    Raises:
        ValueError: if the folder is not whole.
    """
    # The scores on valid are biased, because the prompt was selected by them.
    rows = read_lines(folder, TESTED)
    return _column(rows, "child", judged), _column(rows, "parent", judged)


def _column(rows: Sequence[Mapping[str, Any]], name: str, judged: Mapping[str, Any]) -> ItemScores:
    return ItemScores(
        fixed_set=digest([judged, [row["id"] for row in rows]]),
        ids=tuple(row["id"] for row in rows),
        groups=tuple(row["group"] for row in rows),
        scores={"value": tuple(row[name] for row in rows)},
    )


def read_measured(path: Path) -> tuple[ItemScores, ItemScores | None]:
    """Figures from an evaluation's file: of what was judged, and of what it was judged against.

    Raises:
        ValueError: if it cannot be read.
    """
    try:
        told: dict[str, Any] = json.loads(path.read_text("utf-8"))
        if MEASURED in told:
            other = told.get(AGAINST)
            return (
                ItemScores.model_validate(told[MEASURED]),
                ItemScores.model_validate(other) if other else None,
            )
        return of_films(FilmEvaluation.model_validate(told)), None
    except (OSError, ValidationError, json.JSONDecodeError, TypeError) as error:
        raise ValueError(f"{path} is no evaluation: {error}") from None
