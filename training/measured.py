"""Reads evaluations of the jobs, in the form that the promotion gate compares."""

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
    """Convert an evaluation of contes. `asked`: what the texts depend on besides the model, such as
    briefs and temperature."""
    return ItemScores(
        fixed_set=digest(asked),
        ids=found.ids,
        groups=found.groups,
        scores={name: tuple(values) for name, values in found.figures.items()},
    )


def of_films(found: FilmEvaluation) -> ItemScores:
    """Convert the dimensions that were measured in every clip, or across the cuts of every film. No
    dimension decides alone, so there is no `value`: the gate is configured with the one that
    counts.
    """
    told = [found.revision, found.methods, [[clip.id, clip.asked] for clip in found.clips]]
    films = {film.id: film.scores for film in found.films}
    scores: dict[str, tuple[float, ...]] = {}
    for name in (*DIMENSIONS, *ACROSS):
        # Each clip gets its film's score; a film is a group, and so counts once in an interval.
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
    """Return the figures of a search's new prompt and of its parent, from the search's folder.
    `judged`: what the values depend on besides the prompts.

    Raises:
        ValueError: if the folder is incomplete.
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
    """Read an evaluation's file: the figures of the judged model, and of the one it was compared
    with.

    Raises:
        ValueError: if the file cannot be read.
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
