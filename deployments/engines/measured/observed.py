"""Measures -> levels that a person would name, instead of numbers. Knows no language."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeVar

from conte.camera import measured_move, strengths
from conte.measures import Measures
from conte.vocabulary import CameraMove
from deployments.engines.measured.colours import Name, name_of

Pace = Literal["slow", "steady", "fast"]
Light = Literal["black", "dark", "dim", "even", "bright"]
Colour = Literal["none", "muted", "natural", "vivid"]
Contrast = Literal["low", "even", "high"]
Motion = Literal["none", "little", "some", "much"]
Text = Literal["none", "some", "much"]
L = TypeVar("L")

SLOW, FAST = 0.08, 0.3
"""Camera speed in frame widths per second: slow up to the first, fast from the second on."""
STILL, LITTLE, MUCH = 0.008, 0.04, 0.15
"""Motion of the picture's content, without the camera's, in frame widths per second."""
DARK, DIM, BRIGHT = 0.16, 0.34, 0.62
FLAT, HARD = 0.1, 0.28
NO_COLOUR, MUTED, VIVID = 6, 18, 55
"""Levels of Hasler and Süsstrunk's colourfulness: 15 is slightly colourful, 59 quite, 82 highly."""
TEXT_SOME, TEXT_MUCH = 0.005, 0.1
SOFT = 25
BLACK = 0.6


@dataclass(frozen=True)
class Observed:
    move: CameraMove | None
    pace: Pace
    """Pace of the camera, if it moves."""
    motion: Motion
    light: Light
    contrast: Contrast
    colour: Colour
    colours: tuple[Name, ...]
    """Names of the colours, the largest area first, each once."""
    text: Text
    soft: bool


def observed(measures: Measures, aspect: float) -> Observed:
    """Return the levels of the measures. `aspect`: width over height of the picture."""
    strongest = max(strengths(measures.camera, aspect).values())
    names = tuple(dict.fromkeys(name_of(colour) for colour in measures.colours))
    black = measures.black >= BLACK
    return Observed(
        move=measured_move(measures.camera, aspect),
        pace=_level(strongest, ((SLOW, "slow"), (FAST, "steady")), "fast"),
        motion=_level(
            measures.motion, ((STILL, "none"), (LITTLE, "little"), (MUCH, "some")), "much"
        ),
        light="black"
        if black
        else _level(
            measures.brightness, ((DARK, "dark"), (DIM, "dim"), (BRIGHT, "even")), "bright"
        ),
        contrast=_level(measures.contrast, ((FLAT, "low"), (HARD, "even")), "high"),
        colour=_level(
            measures.colourfulness,
            ((NO_COLOUR, "none"), (MUTED, "muted"), (VIVID, "natural")),
            "vivid",
        ),
        colours=() if black else names,
        text=_level(measures.text_area, ((TEXT_SOME, "none"), (TEXT_MUCH, "some")), "much"),
        soft=measures.sharpness < SOFT,
    )


def _level(value: float, steps: Iterable[tuple[float, L]], highest: L) -> L:
    """Return the name of the first step whose bound is above the value, else `highest`."""
    return next((name for below, name in steps if value < below), highest)
