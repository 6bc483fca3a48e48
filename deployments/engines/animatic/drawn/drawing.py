"""Draws a drawing of the packed set in the pen's style: its ink, its light, muted colours.

The set is Fluent Emoji Flat; `pack` has extracted the drawings in use. An SVG is parsed once per
process for each light and palette and kept as a recorded picture.
"""

import json
import math
import re
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import skia

from deployments.engines.animatic.colour import Light, lab, mix, toned
from deployments.engines.animatic.pen import Pen, record
from deployments.engines.animatic.scheme import Scheme

PACKED = Path(__file__).with_name("fluent.json")
VIEW = 32
"""Width and height of a drawing's canvas, in units."""
FINE = 16
"""Steps per unit in which edges are stored."""
_MOST_CHROMA = 0.17
"""Largest OKLab chroma kept: the set is more colourful than the scenery and people around it."""
_BY_PALETTE = 0.1
"""Share of the look's accent that is mixed into every colour."""
_SAME_HUE = 0.6
"""Radians of OKLab hue: colours within this distance of `dyed` are dyed too."""
_INNER = 0.34
"""Width of inner lines, as a share of the outline's width."""
_COLOUR = re.compile(r"#(?:[0-9a-f]{6}|[0-9a-f]{3})\b")


class Packed(NamedTuple):
    """A drawing as stored."""

    body: str
    """Content of the `<svg>` element."""
    edges: tuple[tuple[int, ...], ...]
    """Edges of the silhouette: closed lines "x, y, x, y ..." in `FINE`ths of a unit."""


@cache
def packed() -> dict[str, Packed]:
    entries = json.loads(PACKED.read_text(encoding="utf-8"))["drawings"]
    return {
        name: Packed(one["body"], tuple(tuple(edge) for edge in one["edges"]))
        for name, one in entries.items()
    }


@lru_cache(512)
def shape_of(name: str) -> skia.Path:
    """Return a drawing's silhouette, in units of its canvas; the outline is drawn along it."""
    path = skia.Path()
    path.setFillType(skia.PathFillType.kEvenOdd)
    for edge in packed()[name].edges:
        xs, ys = edge[::2], edge[1::2]
        points = [skia.Point(x / FINE, y / FINE) for x, y in zip(xs, ys, strict=True)]
        path.addPoly(points, True)
    return path


def width_of(name: str) -> float:
    """Return a drawing's width in hundredths of its height."""
    box = shape_of(name).getBounds()
    return box.width() / box.height() * 100


def draw(pen: Pen, name: str, scheme: Scheme, dyed: str = "", mirrored: bool = False) -> None:
    """Draw a drawing 100 units high, with the middle of its base at (0, 0).

    `dyed`: the colour of the drawing that becomes the look's accent, as do its shades.
    """
    shape = shape_of(name)
    box = shape.getBounds()
    scale = 100 / box.height()
    canvas = pen.canvas
    canvas.save()
    canvas.scale(-scale if mirrored else scale, scale)
    canvas.translate(-box.centerX(), -box.bottom())
    if pen.line:
        # Half of the stroke is hidden under the fill.
        canvas.drawPath(shape, pen.paint(pen.ink, 1.0, 2 * pen.line / scale))
    inner = round(pen.line / scale * _INNER, 3)
    canvas.drawPicture(_filled(name, pen.light, scheme.accent, dyed, pen.ink, inner))
    canvas.restore()


@lru_cache(1024)
def _filled(name: str, light: Light, accent: str, dyed: str, ink: str, line: float) -> skia.Picture:
    """Return the recolored drawing; each shape has a thin line that the shapes above it cover."""

    def lit(found: re.Match[str]) -> str:
        colour = found[0]
        if len(colour) == 4:
            colour = "#" + "".join(2 * part for part in colour[1:])
        return light.on(_in_palette(colour, accent, dyed))

    body = _COLOUR.sub(lit, packed()[name].body)
    if not line:
        return _picture(body)
    stroke = f'stroke="{light.on(ink)}" stroke-width="{line}" stroke-opacity="0.6"'
    return _picture(f'<g {stroke} stroke-linejoin="round">{body}</g>')


def _in_palette(colour: str, accent: str, dyed: str) -> str:
    lightness, a, b = lab(colour)
    if dyed and math.hypot(a, b) > 0.03:
        own = lab(dyed)
        turn = math.atan2(b, a) - math.atan2(own[2], own[1])
        if abs(math.remainder(turn, 2 * math.pi)) < _SAME_HUE:
            return toned(accent, min(0.95, max(0.15, lab(accent)[0] + lightness - own[0])), 0.2)
    return mix(toned(colour, lightness, _MOST_CHROMA), toned(accent, lightness), _BY_PALETTE)


def _picture(body: str) -> skia.Picture:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {VIEW} {VIEW}">{body}</svg>'
    # The stream must own its bytes: otherwise it would read freed memory.
    dom = skia.SVGDOM.MakeFromStream(skia.MemoryStream(svg.encode(), True))
    if dom is None:
        raise ValueError(f"not an SVG that Skia reads: {svg[:120]}")
    dom.setContainerSize(skia.Size(VIEW, VIEW))
    recorder = record(VIEW * 3, VIEW * 3, -VIEW, -VIEW)
    dom.render(recorder.getRecordingCanvas())
    return recorder.finishRecordingAsPicture()
