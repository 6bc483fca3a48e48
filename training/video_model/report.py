"""Page of a run: its data, its curves, and the same prompts side by side over the steps."""

import json
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from serve.pages.fonts import fonts_beside
from serve.pages.page import page
from serve.whole import write_whole
from training.films.judging import ACROSS
from training.video_model.cache.index import read_index
from training.video_model.curves import Row, read_curves
from training.video_model.families.loading import base_of
from training.video_model.loss_curve import SERIES, curve_of, line_of
from training.video_model.run import Run

PAGE = "report.html"
_STEPS = 5
"""Largest number of rendered steps in a row: the first, the last, and some between."""
_MEASURES = (*ACROSS, "temporal_flickering", "motion_smoothness")


def write_report(run: Run, folder: Path) -> Path:
    """Write `report.html` and its fonts to the run's folder; it links to the clips there.

    Raises:
        OSError: if it cannot be written.
    """
    out = run.out
    fonts_beside(out / PAGE)
    index = read_index(run.index_path)
    assert index is not None
    _, row = base_of(run.base, run.settings)
    rows = read_curves(out)
    text = page(
        Path(__file__).with_name(PAGE),
        family=row.label,
        settings=run.settings,
        result=folder.relative_to(out).as_posix(),
        learnt=len(index.learnt()),
        kept=len(index.kept()),
        shapes=Counter(sample.shape for sample in index.samples).most_common(),
        left_out={why: number for why, number in index.left_out.items() if number},
        curve=curve_of(rows),
        losses=_ends(rows),
        told=json.dumps(run.settings.model_dump(mode="json"), ensure_ascii=False, indent=2),
        **_clips(run.clips),
    )
    write_whole(out / PAGE, text)
    return out / PAGE


def _ends(rows: Sequence[Row]) -> list[tuple[str, float, float]]:
    """Return the name, first value and last value of each loss at fixed noise."""
    lines = [(name, line_of(rows, name)) for name, _ in SERIES[1:]]
    return [(name, line[0][1], line[-1][1]) for name, line in lines if line]


def _clips(folder: Path) -> dict[str, Any]:
    """Return the table of rendered clips: one column per step, one row per prompt."""
    shown = _spread(sorted(path for path in folder.glob("step-*") if any(path.glob("*.png"))))
    names = sorted((path.stem for path in shown[-1].glob("*.png")), key=int) if shown else []
    told: list[dict[str, Any]] = []
    for name in names:
        about = json.loads((shown[-1] / f"{name}.json").read_text("utf-8"))
        cells = [_cell(folder, step, name) for step in shown]
        told.append({"prompt": about["prompt"], "cells": cells})
    steps = [int(path.name.removeprefix("step-")) for path in shown]
    return {"step_heads": [("", f"{step:,}") for step in steps], "clips": told}


def _cell(folder: Path, step: Path, name: str) -> dict[str, Any] | None:
    if not (step / f"{name}.png").exists():
        return None
    about = json.loads((step / f"{name}.json").read_text("utf-8"))
    measured = about["measured"]
    return {
        "path": f"{folder.name}/{step.name}/{name}",
        "measured": {each: measured[each] for each in _MEASURES if each in measured},
    }


def _spread(steps: list[Path]) -> list[Path]:
    if len(steps) <= _STEPS:
        return steps
    places = [round(n * (len(steps) - 1) / (_STEPS - 1)) for n in range(_STEPS)]
    assert all(a < b for a, b in pairwise(places))
    return [steps[place] for place in places]
