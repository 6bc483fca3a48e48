"""A run's page: what it learnt from, its curves, and the same prompts side by side over steps."""

import json
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from training.films.judging import ACROSS
from training.page_fonts import fonts_beside
from training.video_model.cache.index import read_index
from training.video_model.curves import Row, read_curves
from training.video_model.families.loading import base_of
from training.video_model.run import Run

PAGE = "report.html"
_STEPS = 5
"""Of the rendered ones, how many stand beside each other: the first, the last, some between."""
_WIDTH, _HEIGHT, _LEFT, _BOTTOM = 720, 240, 56, 28
_SERIES = (("loss", "bar"), ("fixed_loss_learnt", "learnt"), ("fixed_loss_kept", "kept"))
_MEASURES = (*ACROSS, "temporal_flickering", "motion_smoothness")


def write_report(run: Run, folder: Path) -> Path:
    """`report.html` in the run's folder, with the fonts and clips that it shows beside it.

    Raises:
        OSError: if it cannot be written.
    """
    out = run.out
    fonts_beside(out / PAGE)
    index = read_index(run.index_path)
    assert index is not None
    _, row = base_of(run.base, run.settings)
    rows = read_curves(out)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )
    page = environment.get_template(PAGE).render(
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
    new = out / f".{PAGE}.new"
    new.write_text(page, "utf-8")
    new.replace(out / PAGE)
    return out / PAGE


def curve_of(rows: Sequence[Row]) -> Markup:
    """The losses over steps as inline SVG; that of each step smoothed over its neighbours."""
    lines = {name: _line(rows, name) for name, _ in _SERIES}
    lines["loss"] = _smoothed(lines["loss"])
    points = [point for line in lines.values() for point in line]
    if not points:
        return Markup("")
    last = max(step for step, _ in points) or 1
    low, high = min(v for _, v in points), max(v for _, v in points)
    high = high if high > low else low + 1

    def at(step: float, value: float) -> str:
        x = _LEFT + (_WIDTH - _LEFT - 8) * step / last
        y = 8 + (_HEIGHT - _BOTTOM - 8) * (high - value) / (high - low)
        return f"{x:.1f},{y:.1f}"

    drawn = [f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="loss by step">']
    for value in (low, (low + high) / 2, high):
        x, y = at(0, value).split(",")
        drawn.append(f'<line class="grid" x1="{x}" x2="{_WIDTH - 8}" y1="{y}" y2="{y}"/>')
        drawn.append(f'<text x="{_LEFT - 6}" y="{y}" dy=".35em" class="end">{value:.3f}</text>')
    for step in sorted({0, last // 2, last}):
        x, _ = at(step, low).split(",")
        drawn.append(f'<text x="{x}" y="{_HEIGHT - 8}" class="middle">{step:,}</text>')
    for name, kind in _SERIES:
        path = " ".join(at(*point) for point in lines[name])
        drawn.append(f'<polyline class="{kind}" points="{path}"/>')
    # All of it is numbers and names of ours.
    return Markup("".join([*drawn, "</svg>"]))  # noqa: S704


def _line(rows: Sequence[Row], name: str) -> list[tuple[int, float]]:
    return [(row["step"], row[name]) for row in rows if name in row]


def _smoothed(line: list[tuple[int, float]]) -> list[tuple[int, float]]:
    reach = max(len(line) // 50, 1)
    return [
        (step, sum(v for _, v in near) / len(near))
        for place, (step, _) in enumerate(line)
        if (near := line[max(place - reach, 0) : place + reach + 1])
    ]


def _ends(rows: Sequence[Row]) -> list[tuple[str, float, float]]:
    """Of the losses at fixed noise, the first and the last."""
    lines = [(name, _line(rows, name)) for name, _ in _SERIES[1:]]
    return [(name, line[0][1], line[-1][1]) for name, line in lines if line]


def _clips(folder: Path) -> dict[str, Any]:
    """Steps across, prompts down."""
    steps = sorted(path for path in folder.glob("step-*") if any(path.glob("*.png")))
    shown = _spread(steps)
    names = sorted((path.stem for path in shown[-1].glob("*.png")), key=int) if shown else []
    told: list[dict[str, Any]] = []
    for name in names:
        about = json.loads((shown[-1] / f"{name}.json").read_text("utf-8"))
        cells = [_cell(folder, step, name) for step in shown]
        told.append({"prompt": about["prompt"], "cells": cells})
    return {"steps": [int(path.name.removeprefix("step-")) for path in shown], "clips": told}


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
