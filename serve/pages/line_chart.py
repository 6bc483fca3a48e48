"""Lines over steps as SVG, inside a page whose style colours it or as a separate file."""

from collections.abc import Mapping, Sequence
from math import ceil

from markupsafe import Markup

Line = Sequence[tuple[float, float]]
"""Points as (step, value)."""
_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 720, 260, 60, 12, 28, 28
_STROKES = {
    "bar": {"stroke": "#9fb4d4", "stroke-width": "1.5"},
    "learnt": {"stroke": "#1d4f94", "stroke-width": "2"},
    "kept": {"stroke": "#a8460f", "stroke-width": "2", "stroke-dasharray": "6 4"},
}
"""Line -> its stroke. bar: every step; learnt: training samples; kept: held-out samples."""
_MOST_POINTS = 400
_Attribute = str | float


def line_chart(
    title: str, lines: Mapping[str, Line], ticks: str = ".3f", lowest: float | None = None
) -> Markup:
    """Return a chart of the lines as SVG; empty if there is no point.

    `lines`: by the names in `_STROKES`. `ticks`: format of the values at the side. `lowest`: start
    of the value axis, if below the smallest value.
    """
    points = [point for line in lines.values() for point in line]
    if not points:
        return Markup("")
    last = max(step for step, _ in points) or 1
    low, high = min(value for _, value in points), max(value for _, value in points)
    low = low if lowest is None else min(low, lowest)
    high = high if high > low else low + 1

    def x_of(step: float) -> float:
        return round(_LEFT + (_WIDTH - _LEFT - _RIGHT) * step / last, 1)

    def y_of(value: float) -> float:
        return round(_TOP + (_HEIGHT - _BOTTOM - _TOP) * (high - value) / (high - low), 1)

    drawn = [_tag("rect", width="100%", height="100%", fill="#fff"), _text(title, _LEFT, 16)]
    for value in (low, (low + high) / 2, high):
        y = y_of(value)
        drawn.append(_tag("line", kind="grid", x1=_LEFT, x2=_WIDTH - _RIGHT, y1=y, y2=y))
        drawn.append(_text(f"{value:{ticks}}", _LEFT - 6, y + 4, "end"))
    for step, anchor in {last // 2: "middle", 0: "start", last: "end"}.items():
        drawn.append(_text(f"{step:,.0f}", x_of(step), _HEIGHT - 8, anchor))
    for name, line in ((name, line) for name, line in lines.items() if line):
        path = " ".join(f"{x_of(step)},{y_of(value)}" for step, value in _thinned(line))
        drawn.append(_tag("polyline", kind=name, points=path, fill="none", **_STROKES[name]))
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}" width="{0}" height="{1}"'
        ' class="lines" role="img" aria-label="{2}" font-family="sans-serif" font-size="12"'
        ' fill="#1c2430">{3}</svg>\n'
    ).format(_WIDTH, _HEIGHT, title, Markup("").join(drawn))


def _tag(name: str, kind: str = "", **attributes: _Attribute) -> Markup:
    if kind:
        attributes = {"class": kind, "stroke": "#d7dde5"} | attributes
    pairs = [Markup('{}="{}"').format(key, value) for key, value in attributes.items()]
    return Markup("<{} {}/>").format(name, Markup(" ").join(pairs))


def _text(text: str, x: float, y: float, anchor: str = "start") -> Markup:
    return Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>').format(x, y, anchor, text)


def _thinned(line: Line) -> Line:
    every = max(1, ceil(len(line) / _MOST_POINTS))
    return [*line[::every], *(line[-1:] if (len(line) - 1) % every else [])]
