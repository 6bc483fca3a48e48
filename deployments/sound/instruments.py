"""Instruments: a note -> mono samples. Additive: each is a few partials with their own decays."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from deployments.sound.signals import Mono, clock, decay, faded, noise, seconds, sine


@dataclass(frozen=True)
class Timbre:
    ratios: tuple[float, ...]
    """Frequencies of the partials, as multiples of the note's."""
    tilt: float
    """How fast the partials grow weaker with their number."""
    half_life_s: float
    """Half-life of the lowest partial; higher ones are shorter. 0: held."""
    attack_s: float = 0.003
    detune: float = 0.0
    """Share by which two further voices are detuned."""
    gain: float = 1.0


_HARMONIC = tuple(float(k) for k in range(1, 9))
TIMBRES: Mapping[str, Timbre] = {
    "piano": Timbre(_HARMONIC[:6], 1.35, 0.55, 0.004),
    "electric_piano": Timbre((1, 2, 3, 7), 1.7, 0.7, 0.006),
    "guitar": Timbre(_HARMONIC, 1.15, 0.45, 0.003),
    "pizzicato": Timbre(_HARMONIC[:5], 1.4, 0.09, 0.004, gain=1.3),
    "marimba": Timbre((1, 3.93, 9.2), 1.7, 0.16, 0.002, gain=1.3),
    "bell": Timbre((1, 2.76, 5.4, 8.9), 1.15, 0.6, 0.002, gain=0.7),
    "celesta": Timbre((1, 4, 10), 1.6, 0.4, 0.002, gain=0.9),
    "bass": Timbre((1, 2, 3), 1.8, 0.35, 0.006, gain=1.2),
    "synth": Timbre(_HARMONIC, 1.2, 0.14, 0.003, detune=0.004, gain=0.8),
    "strings": Timbre(_HARMONIC[:6], 1.35, 0, 0.18, detune=0.003, gain=0.55),
    "cello": Timbre(_HARMONIC[:7], 1.2, 0, 0.12, detune=0.0015, gain=0.7),
    "pad": Timbre(_HARMONIC[:5], 1.7, 0, 0.35, detune=0.005, gain=0.6),
    "drone": Timbre((1, 2, 3.01, 4.02), 1.3, 0, 0.6, detune=0.006, gain=0.7),
    "brass": Timbre(_HARMONIC, 0.95, 0, 0.035, detune=0.002, gain=0.5),
    "clarinet": Timbre((1, 3, 5, 7), 1.3, 0, 0.03, gain=0.7),
    "whistle": Timbre((1, 2), 3.0, 0, 0.04, gain=0.8),
    "voice": Timbre((1, 2, 3, 4), 1.6, 0, 0.08, detune=0.004, gain=0.6),
}


@lru_cache(maxsize=32)  # half a megabyte each: a film's figure repeats few of them
def note(instrument: str, pitch: float, duration_s: float) -> Mono:
    """Return a note at about a peak of 1. `pitch`: MIDI number, 69 is A at 440 Hz."""
    timbre = TIMBRES[instrument]
    hz = 440 * 2 ** ((pitch - 69) / 12)
    held = timbre.half_life_s == 0
    num = seconds(duration_s + (0.25 if held else min(1.2, 3 * timbre.half_life_s)))
    voices = (1.0,) if not timbre.detune else (1 - timbre.detune, 1.0, 1 + timbre.detune)
    made = np.zeros(num, np.float32)
    for at, ratio in enumerate(timbre.ratios):
        if hz * ratio > 12_000:
            break
        strength = np.float32((at + 1) ** -timbre.tilt / len(voices))
        partial = np.zeros(num, np.float32)
        for turn, voice in enumerate(voices):
            partial += sine(hz * ratio * voice, num, phase=turn * 1.7)
        if not held:
            partial *= np.exp2(-clock(num) / np.float32(timbre.half_life_s / (1 + 0.45 * at)))
        made += partial * strength
    release = 0.25 if held else 0.06
    made = faded(made, timbre.attack_s, release)
    return made * np.float32(timbre.gain / max(float(np.abs(made).max()), 1e-6))


def kick(rng: np.random.Generator) -> Mono:
    num = seconds(0.28)
    return sine(45 + 110 * np.exp2(-clock(num) / 0.02), num) * decay(num, 0.07)


def snare(rng: np.random.Generator) -> Mono:
    num = seconds(0.2)
    body = noise(rng, num, 1200, 9000) * 0.28 + sine(190, num) * 0.4
    return (body * decay(num, 0.035)).astype(np.float32)


def brush(rng: np.random.Generator) -> Mono:
    num = seconds(0.16)
    return faded(noise(rng, num, 2500, 9000) * 0.16, 0.02, 0.1)


def hat(rng: np.random.Generator) -> Mono:
    num = seconds(0.07)
    return noise(rng, num, 7000, 15000) * 0.2 * decay(num, 0.014)


def clap(rng: np.random.Generator) -> Mono:
    num = seconds(0.18)
    made = np.zeros(num, np.float32)
    for late in (0.0, 0.011, 0.023):
        burst = noise(rng, seconds(0.1), 900, 5000) * 0.26 * decay(seconds(0.1), 0.018)
        at = seconds(late)
        made[at : at + len(burst)] += burst
    return made


def snap(rng: np.random.Generator) -> Mono:
    num = seconds(0.06)
    return noise(rng, num, 1800, 4200) * 0.4 * decay(num, 0.008)


def tom(rng: np.random.Generator) -> Mono:
    num = seconds(0.7)
    skin = sine(58 + 55 * np.exp2(-clock(num) / 0.05), num) * decay(num, 0.14)
    stroke = noise(rng, num, 60, 900) * np.float32(0.12) * decay(num, 0.05)
    return (skin + stroke).astype(np.float32)


def tick(rng: np.random.Generator) -> Mono:
    num = seconds(0.03)
    return noise(rng, num, 3000, 8000) * 0.25 * decay(num, 0.004)


def thump(rng: np.random.Generator) -> Mono:
    """Return one heartbeat: two low strokes."""
    made = np.zeros(seconds(0.45), np.float32)
    for late, gain in ((0.0, 1.0), (0.17, 0.7)):
        stroke = sine(52, seconds(0.2)) * decay(seconds(0.2), 0.045, 0.008)
        made[seconds(late) : seconds(late) + len(stroke)] += stroke * np.float32(gain)
    return made


DRUMS: Mapping[str, Callable[[np.random.Generator], Mono]] = {
    "k": kick, "s": snare, "b": brush, "h": hat, "c": clap, "n": snap, "t": tom, "i": tick,
    "d": thump,
}  # fmt: skip
