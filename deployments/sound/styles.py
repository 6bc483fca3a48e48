"""Styles: the music of each mood. Chords, tempo, and the layers before and after the turn."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Mood = Literal["warm", "cheerful", "premium", "tense", "plain", "fresh", "tender", "future"]
Figure = Literal["hold", "broken", "pulse", "offbeat", "single", "tune", "stabs"]
Chord = tuple[int, ...]
"""Semitones above the root of the style."""


@dataclass(frozen=True)
class Layer:
    instrument: str
    figure: Figure
    gain: float
    octave: int = 0


@dataclass(frozen=True)
class Style:
    tempo: tuple[float, float]
    """Beats a minute, slowest and fastest."""
    root: int
    """MIDI number of the root."""
    chords: tuple[Chord, ...]
    """Chords in order; the first one also closes the film."""
    lead: Layer
    """Layer that opens the film; a conte that names another instrument gets that one."""
    full: tuple[Layer, ...]
    """Layers that are added at the turn."""
    drums: tuple[str, str]
    """Strokes in eighths of four beats, before and after the turn; see `instruments.DRUMS`."""
    drum_gain: float = 0.5


_I, _IV, _V, _VI = (0, 4, 7), (5, 9, 12), (7, 11, 14), (9, 12, 16)
_MINOR, _FLAT_VI, _FLAT_VII, _FLAT_III = (0, 3, 7), (8, 12, 15), (10, 14, 17), (3, 7, 10)
STYLES: Mapping[Mood, Style] = {
    "warm": Style((76, 100), 48, (_I, _VI, _IV, _V), Layer("piano", "broken", 0.5, 1),
        (Layer("strings", "hold", 0.34, 0), Layer("bass", "pulse", 0.4, -1)),
        ("........", "b.b.b.b."), 0.5),
    "cheerful": Style((108, 138), 48, (_I, _IV, _I, _V), Layer("pizzicato", "broken", 0.6, 1),
        (Layer("brass", "stabs", 0.3, 0), Layer("bass", "pulse", 0.5, -1)),
        ("..n...n.", "k.c.k.ch"), 0.55),
    "premium": Style((60, 78), 46, (_MINOR, _FLAT_VI, _FLAT_III, _FLAT_VII),
        Layer("cello", "single", 0.5, 0),
        (Layer("strings", "hold", 0.36, 1), Layer("piano", "single", 0.3, 1)),
        ("........", "k.......") , 0.35),
    "tense": Style((88, 120), 45, (_MINOR, _FLAT_VI, _MINOR, _FLAT_VII),
        Layer("drone", "hold", 0.4, 0),
        (Layer("brass", "hold", 0.26, 0), Layer("strings", "pulse", 0.3, 1),
         Layer("bass", "pulse", 0.45, -1)),
        ("d...d...", "t.ktt.kt"), 0.75),
    "plain": Style((72, 96), 50, (_I, _IV, _VI, _V), Layer("electric_piano", "single", 0.5, 1),
        (Layer("guitar", "broken", 0.34, 0), Layer("bass", "pulse", 0.4, -1)),
        ("........", "k.b.k.b."), 0.4),
    "fresh": Style((104, 128), 50, (_I, _V, _VI, _IV), Layer("marimba", "broken", 0.5, 1),
        (Layer("synth", "offbeat", 0.3, 1), Layer("bass", "pulse", 0.5, -1)),
        ("....n...", "k.s.k.sh"), 0.55),
    "tender": Style((58, 76), 48, (_I, _VI, _IV, _V), Layer("piano", "single", 0.5, 1),
        (Layer("strings", "hold", 0.36, 0), Layer("cello", "single", 0.28, 0)),
        ("........", "........"), 0.3),
    "future": Style((100, 124), 45, (_MINOR, _FLAT_VI, _FLAT_III, _FLAT_VII),
        Layer("synth", "broken", 0.4, 1),
        (Layer("pad", "hold", 0.36, 1), Layer("bass", "pulse", 0.5, -1)),
        ("i.i.i.i.", "k.h.k.hh"), 0.5),
}  # fmt: skip
