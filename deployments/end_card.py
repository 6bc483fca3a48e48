"""The end card: slogan and name set as one design over the packshot, with space for the logo.

Landscape films have it at the bottom: an accent, the lines, and the logo's space at the right.
Portrait films have the lines centred, and the logo's space in the top corner that the AI label
leaves free.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import skia
from skia import textlayout_TextAlign as TextAlign

from conte.brief import Brief
from conte.conte import Conte, ProductEntry
from conte.cut import Cut
from deployments.lettering import Lettering, Weight
from deployments.overlays import LINE_HEIGHT, Overlay, draw_overlay, label_height
from deployments.safe_area import SafeArea

SLOGAN_SIZE, NAME_SIZE, ALONE_SIZE = 0.056, 0.088, 0.075
"""Font sizes as shares of the shorter side; the last is for a slogan without a name."""
LOGO = {True: (0.30, 0.13), False: (0.24, 0.085)}
"""True: landscape, False: portrait -> width and height of the logo's space, in short sides."""
EDITION = 2
"""Edition of the end card; raise it with every change of its look."""
SHADE, DARKER = 0.74, 0.55
"""Opacity of the shade under the lines, and how much darker it is than the look's darkest colour.
"""
_WHITE = skia.ColorSetARGB(255, 255, 255, 255)
_QUIET = skia.ColorSetARGB(190, 255, 255, 255)


@dataclass(frozen=True)
class EndCard:
    """Content and colours of an end card."""

    slogan: tuple[str, ...]
    name: str
    """Product name, set largest; may be empty."""
    accent: str
    """Accent colour, as #rrggbb."""
    shade: str
    """Darkest colour of the look."""
    logo: str = ""
    """Text in the logo's space; empty: the space is left empty."""
    logo_left: bool = False
    """True: the logo's space in a portrait film is in the left corner, the AI label in the right
    one.
    """
    edition: int = EDITION
    """Edition of the design: part of the key of a piece that shows the card."""


def end_card_of(
    cut: Cut, lines: tuple[str, ...], conte: Conte, logo: str, *, logo_left: bool
) -> EndCard | None:
    """Return the end card of a last cut's caption; None if the cut is no packshot."""
    products = [entry for entry in conte.sheet if isinstance(entry, ProductEntry)]
    if not lines or not products or not cut.shows or cut.shows[0] != products[0].id:
        return None
    named = [line for line in lines if products[0].name.casefold() in line.casefold()]
    name = named[-1] if named and len(lines) > 1 else ""
    slogan = tuple(line for line in lines if line is not name)
    palette = conte.look.palette
    return EndCard(slogan, name, palette[-1], min(palette, key=_light), logo, logo_left)


def logo_text(brief: Brief) -> str:
    """Return the text that a draft shows in the logo's space."""
    by = brief.advertiser
    if brief.language == "ko":
        return f"{by}\n로고 자리" if by else "로고 자리"
    return f"{by}\nlogo here" if by else "Logo here"


def end_card(
    card: EndCard, area: SafeArea, frame: tuple[int, int], below: float, *, high: bool
) -> Overlay:
    """Draw an end card over the full width of a frame.

    `below`: y at which it ends. `high`: a portrait film has its lines at the top.
    """
    lying = area.width > area.short_side * 0.8
    return (_lying if lying else _upright)(card, area, frame, below, high)


def _lying(card: EndCard, area: SafeArea, frame: tuple[int, int], below: float, _: bool) -> Overlay:
    short, (width, height) = area.short_side, frame
    gap, (logo_wide, logo_high) = 0.03 * short, LOGO[True]
    lines = _set(card, area.width - logo_wide * short - 3 * gap, short, TextAlign.kLeft)
    tall = sum(line.Height for line in lines)
    top = below - gap * 0.6 - tall
    shaded = max(0.0, top - 0.16 * height)

    def paint(canvas: skia.Canvas) -> None:
        _shade(canvas, card.shade, width, shaded, height, dark_at_bottom=True)
        bar = skia.Rect.MakeXYWH(area.left, top + 0.12 * gap, 0.22 * gap, tall - 0.24 * gap)
        canvas.drawRect(bar, skia.Paint(AntiAlias=True, Color=_colour(card.accent)))
        _paint(canvas, lines, area.left + gap, top)
        room = skia.Rect.MakeXYWH(
            area.right - logo_wide * short,
            top + (tall - logo_high * short) / 2,
            logo_wide * short,
            logo_high * short,
        )
        _logo(canvas, card.logo, room, short)

    return draw_overlay(0, shaded, width, height - shaded, paint)


def _upright(
    card: EndCard, area: SafeArea, frame: tuple[int, int], below: float, high: bool
) -> Overlay:
    short, (width, height) = area.short_side, frame
    gap, (logo_wide, logo_high) = 0.03 * short, LOGO[False]
    lines = _set(card, area.width, short, TextAlign.kCenter)
    tall = sum(line.Height for line in lines)
    first = area.top + max(label_height(area), logo_high * short) + gap
    top = first if high else below - gap - tall
    start = 0.0 if high else max(0.0, top - 0.12 * height)
    end = top + tall + 0.12 * height if high else float(height)

    def paint(canvas: skia.Canvas) -> None:
        full = None if high else top
        _shade(canvas, card.shade, width, start, end, dark_at_bottom=not high, full=full)
        _paint(canvas, lines, area.left, top)
        middle = area.left + area.width / 2
        bar = skia.Rect.MakeXYWH(middle - 0.06 * short, top - 0.3 * gap, 0.12 * short, 0.2 * gap)
        canvas.drawRect(bar, skia.Paint(AntiAlias=True, Color=_colour(card.accent)))
        left = area.left if card.logo_left else area.right - logo_wide * short
        room = skia.Rect.MakeXYWH(left, area.top, logo_wide * short, logo_high * short)
        if card.logo and not high:
            # No shade is up there.
            plate = skia.Paint(AntiAlias=True, Color=_colour(card.shade), Alphaf=SHADE)
            canvas.drawRRect(skia.RRect.MakeRectXY(room, 0.012 * short, 0.012 * short), plate)
        _logo(canvas, card.logo, room, short)

    over = min(start, area.top) if card.logo else start
    return draw_overlay(0, over, width, end - over, paint)


def _paint(
    canvas: skia.Canvas, lines: Sequence[skia.textlayout_Paragraph], x: float, y: float
) -> None:
    for line in lines:
        line.paint(canvas, x, y)
        y += line.Height


def _set(
    card: EndCard, room: float, short: int, align: TextAlign
) -> list[skia.textlayout_Paragraph]:
    """Lay out the lines, each as large as its space allows."""
    largest: Weight = "SemiBold"
    lines: list[tuple[Weight, float, str]] = [
        ("Medium", SLOGAN_SIZE, line) if card.name else (largest, ALONE_SIZE, line)
        for line in card.slogan
    ]
    if card.name:
        lines.append((largest, NAME_SIZE, card.name))
    ink = skia.Paint(AntiAlias=True, Color=_WHITE)
    made: list[skia.textlayout_Paragraph] = []
    for weight, share, text in lines:
        wide = Lettering(weight, share * short, ink).width(text)
        size = share * short * min(1.0, 0.98 * room / max(wide, 1.0))
        made.append(Lettering(weight, size, ink, LINE_HEIGHT, align).set(text, room))
    return made


def _shade(
    canvas: skia.Canvas,
    colour: str,
    width: int,
    start: float,
    end: float,
    *,
    dark_at_bottom: bool,
    full: float | None = None,
) -> None:
    """Draw the shade. `full`: y from which it is full; None: from its middle."""
    r, g, b = (round(DARKER * part) for part in _parts(colour))
    dark = skia.ColorSetARGB(round(255 * SHADE), r, g, b)
    none = skia.ColorSetARGB(0, r, g, b)
    ends = [skia.Point(0, start), skia.Point(0, end)]
    colours = [none, dark, dark] if dark_at_bottom else [dark, dark, none]
    dark_from = 0.5 if full is None else (full - start) / (end - start)
    stops = [0.0, dark_from, 1.0] if dark_at_bottom else [0.0, 0.6, 1.0]
    paint = skia.Paint(Shader=skia.GradientShader.MakeLinear(ends, colours, stops))
    canvas.drawRect(skia.Rect.MakeLTRB(0, start, width, end), paint)


def _logo(canvas: skia.Canvas, text: str, room: skia.Rect, short: int) -> None:
    """Draw the dashed frame that marks the logo's space in a draft."""
    if not text:
        return
    stroke = skia.Paint(
        AntiAlias=True,
        Color=_QUIET,
        Style=skia.Paint.kStroke_Style,
        StrokeWidth=max(1.0, 0.0026 * short),
        PathEffect=skia.DashPathEffect.Make([0.014 * short, 0.01 * short], 0),
    )
    inset = room.makeInset(2, 2)
    canvas.drawRRect(skia.RRect.MakeRectXY(inset, 0.012 * short, 0.012 * short), stroke)
    ink = skia.Paint(AntiAlias=True, Color=_QUIET)
    lettering = Lettering("Medium", 0.028 * short, ink, 1.2, TextAlign.kCenter)
    line = lettering.set_within(text, room.width() * 0.9, 2)
    line.paint(canvas, room.x() + room.width() * 0.05, room.centerY() - line.Height / 2)


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _light(colour: str) -> float:
    r, g, b = _parts(colour)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def _colour(colour: str) -> int:
    return 0xFF000000 | int(colour[1:], 16)
