"""A drawing of the packed set, drawn as the pen draws: its ink, its light, muted colours.

The set is Fluent Emoji Flat, of which `pack` has taken what is used. An SVG is parsed once per
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
"""Width and height of a drawing's own canvas."""
_MOST_CHROMA = 0.17
"""OKLab: the set is more colourful than the sets and people it stands among."""
_BY_PALETTE = 0.1
"""Share of the look's accent in every colour."""
_SAME_HUE = 0.6
"""Radians: colours nearer than that to the body's own are dyed with it."""
_INNER = 0.34
"""Width of an inner line, in widths of the outline."""
_COLOUR = re.compile(r"#(?:[0-9a-f]{6}|[0-9a-f]{3})\b")
_PAINT = re.compile(r'fill="(?!none)[^"]*"')


class Packed(NamedTuple):
    """A drawing as it is stored."""

    box: tuple[float, float, float, float]
    """Left, top, right and bottom of its shape, in units of its canvas."""
    body: str
    """What is inside its `<svg>`."""


@cache
def packed() -> dict[str, Packed]:
    entries = json.loads(PACKED.read_text(encoding="utf-8"))["drawings"]
    return {name: Packed(tuple(one["box"]), one["body"]) for name, one in entries.items()}


def width_of(name: str) -> float:
    """Width of a drawing in hundredths of its height."""
    left, top, right, bottom = packed()[name].box
    return (right - left) / (bottom - top) * 100


def draw(pen: Pen, name: str, scheme: Scheme, dyed: str = "", mirrored: bool = False) -> None:
    """Draw it 100 high with the middle of its base at (0, 0).

    `dyed`: a colour of the drawing that, with its shades, becomes the look's accent.
    """
    left, top, right, bottom = packed()[name].box
    scale = 100 / (bottom - top)
    canvas = pen.canvas
    canvas.save()
    canvas.scale(-scale if mirrored else scale, scale)
    canvas.translate(-(left + right) / 2, -bottom)
    if pen.line:
        # Half of the stroke lies under the fill.
        canvas.drawPicture(_outline(name, pen.light.on(pen.ink), round(pen.line / scale, 3)))
    inner = round(pen.line / scale * _INNER, 3)
    canvas.drawPicture(_filled(name, pen.light, scheme.accent, dyed, pen.ink, inner))
    canvas.restore()


@lru_cache(1024)
def _outline(name: str, ink: str, line: float) -> skia.Picture:
    body = _PAINT.sub(f'fill="{ink}"', packed()[name].body)
    return _picture(
        f'<g stroke="{ink}" stroke-width="{2 * line}" stroke-linejoin="round">{body}</g>'
    )


@lru_cache(1024)
def _filled(name: str, light: Light, accent: str, dyed: str, ink: str, line: float) -> skia.Picture:
    """Each shape with its own thin line, which the shapes over it cover."""

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
    # A stream over bytes that nobody else keeps would read freed memory.
    dom = skia.SVGDOM.MakeFromStream(skia.MemoryStream(svg.encode(), True))
    if dom is None:
        raise ValueError(f"not an SVG that Skia reads: {svg[:120]}")
    dom.setContainerSize(skia.Size(VIEW, VIEW))
    recorder = record(VIEW * 3, VIEW * 3, -VIEW, -VIEW)
    dom.render(recorder.getRecordingCanvas())
    return recorder.finishRecordingAsPicture()
