"""Histogram: counts between fixed edges, drawn as inline SVG."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from markupsafe import Markup

_WIDTH, _HEIGHT, _TOP, _BOTTOM = 360, 150, 18, 22


class Histogram:
    """Bins between neighbouring edges, with one more below the first edge and one from the last on.

    A value on an edge belongs to the bin above it.
    """

    def __init__(self, edges: Sequence[float]) -> None:
        self.edges = tuple(edges)
        self.counts = [0] * (len(edges) + 1)
        self._sum = 0.0
        self.least = self.most = 0.0

    def add(self, value: float) -> None:
        first = not self.total
        self.least = value if first else min(self.least, value)
        self.most = value if first else max(self.most, value)
        self._sum += value
        self.counts[bisect_right(self.edges, value)] += 1

    @property
    def total(self) -> int:
        return sum(self.counts)

    @property
    def mean(self) -> float:
        """Mean of all values; 0 if there are none."""
        return self._sum / max(self.total, 1)

    @property
    def labels(self) -> list[str]:
        inner = [f"{low:g}–{high:g}" for low, high in pairwise(self.edges)]
        return [f"< {self.edges[0]:g}", *inner, f"≥ {self.edges[-1]:g}"]

    def svg(self, title: str) -> Markup:
        """Draw the bars with their counts. The page's CSS classes set colours and type."""
        most, step = max(*self.counts, 1), _WIDTH / len(self.counts)
        room = _HEIGHT - _TOP - _BOTTOM
        bars = [
            _bar(label, count, n * step, step, room, most)
            for n, (label, count) in enumerate(zip(self.labels, self.counts, strict=True))
        ]
        edge = Markup('<text class="e" x="{:.1f}" y="{}">{:g}</text>')
        edges = [edge.format(n * step, _HEIGHT - 6, value) for n, value in enumerate(self.edges, 1)]
        base = Markup('<line x1="0" x2="{}" y1="{}" y2="{}"/>').format(
            _WIDTH, _TOP + room, _TOP + room
        )
        return Markup(
            '<svg class="histogram" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}</svg>'
        ).format(_WIDTH, _HEIGHT, title, Markup("").join([*bars, *edges]), base)


def _bar(label: str, count: int, left: float, step: float, room: float, most: int) -> Markup:
    height = max(room * count / most, 1.5 if count else 0.0)
    top = _TOP + room - height
    return Markup(
        '<g><title>{}: {}</title><rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"'
        ' rx="1.5"/><text class="v" x="{:.1f}" y="{:.1f}">{}</text></g>'
    ).format(
        label,
        f"{count:,}",
        left + 1.5,
        top,
        step - 3,
        height,
        left + step / 2,
        top - 4,
        short_count(count) if count else "",
    )


def short_count(count: int) -> str:
    """Format a count in at most four characters, to fit a bar: 998, 1.2k, 35k, 2.5M."""
    for size, unit in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
        if count >= 0.9995 * size:
            share = count / size
            return f"{share:.1f}{unit}" if share < 9.95 else f"{share:.0f}{unit}"
    return str(count)
