"""Chart of a run's losses. Imports no torch, because the loop's page uses it as well."""

from collections.abc import Sequence

from markupsafe import Markup

from serve.pages.line_chart import line_chart
from training.video_model.curves import Row

SERIES = (("loss", "bar"), ("fixed_loss_learnt", "learnt"), ("fixed_loss_kept", "kept"))


def curve_of(rows: Sequence[Row]) -> Markup:
    """Return the chart of the losses by step; the training loss is smoothed."""
    lines = {kind: line_of(rows, name) for name, kind in SERIES}
    return line_chart("loss by step", lines | {"bar": _smoothed(lines["bar"])})


def line_of(rows: Sequence[Row], name: str) -> list[tuple[int, float]]:
    return [(row["step"], row[name]) for row in rows if name in row]


def _smoothed(line: list[tuple[int, float]]) -> list[tuple[int, float]]:
    reach = max(len(line) // 50, 1)
    return [
        (step, sum(v for _, v in near) / len(near))
        for place, (step, _) in enumerate(line)
        if (near := line[max(place - reach, 0) : place + reach + 1])
    ]
