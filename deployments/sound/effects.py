"""Effects: a kind of sound -> mono samples. Noise of a band, grains of it, and tones."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from deployments.sound.signals import (
    RATE,
    Mono,
    add,
    clock,
    decay,
    faded,
    noise,
    seconds,
    sine,
    wander,
)

Make = Callable[[np.random.Generator, int], Mono]
"""Makes the sound from a generator and a number of samples; a short sound may be shorter."""


@dataclass(frozen=True)
class Effect:
    make: Make
    fills: bool = False
    """True: it lasts as long as its cut. False: it is heard once, at the cut's start."""
    gain: float = 1.0


def _hiss(
    low: float, high: float, slope: float = 0.5, swing: float = 0.3, per_s: float = 0.8
) -> Make:
    """Return noise of a band that swells and falls."""

    def make(rng: np.random.Generator, num: int) -> Mono:
        return noise(rng, num, low, high, slope) * wander(rng, num, per_s, 1 - swing, 1.0)

    return make


def _grains(
    low: float, high: float, lasts_s: float, per_s: float, spread: float = 0.6, even: bool = False
) -> Make:
    """Return short strokes of noise. `even`: at equal distances, as of steps and ticks."""

    def make(rng: np.random.Generator, num: int) -> Mono:
        made = np.zeros(num, np.float32)
        count = max(1, round(per_s * num / RATE))
        size = seconds(lasts_s * 5)
        strokes = [noise(rng, size, low, high) * decay(size, lasts_s, 0.002) for _ in range(4)]
        for at in range(count):
            when = (at + 0.1) / count if even else float(rng.random())
            stroke = strokes[int(rng.integers(len(strokes)))]
            add(made, stroke, int(when * num), float(rng.uniform(1 - spread, 1)))
        return made

    return make


def _tones(
    *parts: tuple[float, float, float], half_life_s: float = 0.2, overtone: float = 0.3
) -> Make:
    """Return struck tones, each with start in seconds, pitch in Hz and gain."""

    def make(rng: np.random.Generator, num: int) -> Mono:
        made = np.zeros(num, np.float32)
        for start, hz, gain in parts:
            size = seconds(6 * half_life_s)
            tone = sine(hz, size) + overtone * sine(2.76 * hz, size)
            struck = (tone * decay(size, half_life_s)).astype(np.float32)
            add(made, struck, seconds(start), gain)
        return made

    return make


def _slide(start_hz: float, end_hz: float, lasts_s: float, rough: float = 0.0) -> Make:
    def make(rng: np.random.Generator, num: int) -> Mono:
        size = min(num, seconds(lasts_s))
        hz = np.geomspace(start_hz, end_hz, size).astype(np.float32)
        tone = sine(hz, size) + rough * noise(rng, size, start_hz, 4 * end_hz)
        return faded(tone.astype(np.float32), 0.03, lasts_s / 3)

    return make


def _burst(low: float, high: float, half_life_s: float, thud_hz: float = 0.0) -> Make:
    """Return one stroke: noise over a thud."""

    def make(rng: np.random.Generator, num: int) -> Mono:
        size = min(num, seconds(6 * half_life_s))
        made = noise(rng, size, low, high, 0.3) * decay(size, half_life_s)
        if thud_hz:
            made += 1.4 * sine(thud_hz, size) * decay(size, half_life_s / 1.5)
        return made

    return make


def _sweep(low: float, high: float, lasts_s: float) -> Make:
    """Return the sound of something that passes: noise that swells to its middle."""

    def make(rng: np.random.Generator, num: int) -> Mono:
        size = min(num, seconds(lasts_s))
        shape = np.sin(np.linspace(0, np.pi, size, dtype=np.float32)) ** 3
        return noise(rng, size, low, high, 0.4) * shape

    return make


def _chirps(low_hz: float, high_hz: float, per_s: float, trill: int) -> Make:
    def make(rng: np.random.Generator, num: int) -> Mono:
        made = np.zeros(num, np.float32)
        for _ in range(max(1, round(per_s * num / RATE))):
            at, base = int(rng.random() * num), float(rng.uniform(low_hz, high_hz))
            for turn in range(int(rng.integers(1, trill + 1))):
                size = seconds(float(rng.uniform(0.05, 0.11)))
                bend = np.linspace(base, base * float(rng.uniform(0.8, 1.3)), size)
                chirp = faded(sine(bend.astype(np.float32), size), 0.012, 0.03)
                add(made, chirp, at + turn * seconds(0.11), float(rng.uniform(0.3, 1.0)))
        return made

    return make


def _voices(
    hz: float, bursts: int, lasts_s: float, high: float = 2400.0, fall: float = 0.9
) -> Make:
    """Return bursts of a voice without words: laughter, a bark, a cry."""

    def make(rng: np.random.Generator, num: int) -> Mono:
        made = np.zeros(num, np.float32)
        size = seconds(lasts_s)
        for turn in range(bursts):
            pitch = hz * float(rng.uniform(0.92, 1.08)) * fall ** (turn / 2)
            bend = np.linspace(pitch * 1.15, pitch * 0.9, size).astype(np.float32)
            tone = np.zeros(size, np.float32)
            for k in range(1, 9):
                near = np.exp(-(((k * pitch - 750) / 600) ** 2))
                near += 0.5 * np.exp(-(((k * pitch - 1500) / 500) ** 2))
                tone += sine(bend * k, size) * np.float32(near / k**0.3)
            tone += 0.12 * noise(rng, size, 400, high)
            add(made, faded(tone, 0.02, lasts_s / 2), round(turn * 1.35 * size), 0.9**turn)
        return made

    return make


def _beats(make_one: Make, every_s: float) -> Make:
    """Return one stroke, repeated every `every_s`."""

    def make(rng: np.random.Generator, num: int) -> Mono:
        made = np.zeros(num, np.float32)
        one = make_one(rng, seconds(every_s))
        for at in range(0, num, seconds(every_s)):
            add(made, one, at)
        return made

    return make


def _thunder(rng: np.random.Generator, num: int) -> Mono:
    size = min(num, seconds(2.6))
    roll = noise(rng, size, 30, 260, 0.6) * wander(rng, size, 6, 0.2, 1.0)
    return roll * np.exp2(-clock(size) / np.float32(0.7))


def _engine(rng: np.random.Generator, num: int) -> Mono:
    hz = wander(rng, num, 0.5, 44, 58)
    low = sine(hz, num) + 0.6 * sine(2 * hz, num) + 0.3 * sine(3 * hz, num)
    return (0.5 * low + 0.8 * noise(rng, num, 60, 900, 0.8)).astype(np.float32)


def _crowd(rng: np.random.Generator, num: int) -> Mono:
    made = np.zeros(num, np.float32)
    for centre in (260, 480, 900, 1700):
        made += noise(rng, num, centre * 0.7, centre * 1.4) * wander(rng, num, 5, 0.2, 1.0)
    return made * np.float32(0.4)


def _applause(rng: np.random.Generator, num: int) -> Mono:
    claps = _grains(900, 5000, 0.012, 60)(rng, num) + _grains(1200, 6000, 0.01, 45)(rng, num)
    return faded(claps, 0.2, 0.5)


def _cheer(rng: np.random.Generator, num: int) -> Mono:
    shouts = _crowd(rng, num) * 1.2 + noise(rng, num, 700, 3500, 0.4) * 0.5
    return faded(shouts.astype(np.float32), 0.3, 0.6)


def _waves(rng: np.random.Generator, num: int) -> Mono:
    swell = 0.5 - 0.5 * np.cos(2 * np.pi * clock(num) / 3.4 + float(rng.uniform(0, 3)))
    return noise(rng, num, 150, 5000, 0.6) * (0.25 + swell).astype(np.float32)


def _silence(rng: np.random.Generator, num: int) -> Mono:
    return np.zeros(1, np.float32)


EFFECTS: Mapping[str, Effect] = {
    "rain": Effect(_hiss(500, 9000, 0.35, 0.2), True, 1.0),
    "stream": Effect(_hiss(400, 4500, 0.5, 0.5, 6), True, 0.8),
    "waves": Effect(_waves, True, 1.0),
    "wind": Effect(_hiss(120, 900, 0.7, 0.7, 0.6), True, 1.0),
    "storm": Effect(_hiss(80, 1800, 0.5, 0.6, 1.2), True, 1.2),
    "room": Effect(_hiss(60, 400, 0.8, 0.1), True, 0.25),
    "crowd": Effect(_crowd, True, 0.8),
    "birds": Effect(_chirps(2600, 4600, 1.6, 4), True, 0.5),
    "insects": Effect(_beats(_grains(4200, 5600, 0.01, 22, even=True), 0.9), True, 0.45),
    "road": Effect(_hiss(60, 700, 0.7, 0.3), True, 0.9),
    "engine": Effect(_engine, True, 0.7),
    "machine": Effect(_beats(_burst(200, 3000, 0.05, 90), 0.5), True, 0.6),
    "fan": Effect(_hiss(150, 2200, 0.6, 0.15), True, 0.5),
    "sizzle": Effect(_grains(2500, 9000, 0.008, 90), True, 0.8),
    "simmer": Effect(_grains(180, 900, 0.025, 24), True, 0.9),
    "keyboard": Effect(_grains(1500, 6000, 0.008, 8), True, 0.8),
    "writing": Effect(_grains(2500, 8000, 0.03, 7), True, 0.6),
    "kitchen": Effect(_grains(2200, 7000, 0.03, 2.2), True, 0.6),
    "clock": Effect(_beats(_burst(2500, 7000, 0.008), 0.5), True, 0.6),
    "heart": Effect(_beats(_burst(30, 120, 0.07, 55), 0.9), True, 1.0),
    "breath": Effect(_beats(_sweep(500, 3000, 0.9), 1.5), True, 0.35),
    "lullaby": Effect(_tones((0, 880, 0.7), (0.4, 784, 0.6), (0.8, 659, 0.6), (1.2, 784, 0.5)),
                      gain=0.6),
    "drop": Effect(_slide(900, 1900, 0.09), gain=0.7),
    "drips": Effect(_tones((0, 1250, 0.8), (0.35, 1480, 0.6), (0.62, 1130, 0.5), half_life_s=0.05)),
    "pour": Effect(_hiss(500, 3500, 0.4, 0.6, 9), gain=0.7),
    "fizz": Effect(_grains(4000, 12000, 0.006, 130), gain=0.7),
    "can": Effect(_burst(1500, 9000, 0.09), gain=0.8),
    "splash": Effect(_burst(400, 5000, 0.22), gain=0.9),
    "steps": Effect(_grains(120, 1800, 0.03, 2.1, 0.25, even=True), gain=1.0),
    "running": Effect(_grains(150, 2200, 0.025, 4.5, 0.3, even=True), gain=1.0),
    "door": Effect(_burst(100, 1600, 0.1, 85), gain=0.9),
    "knock": Effect(_beats(_burst(150, 1500, 0.04, 160), 0.22), gain=0.7),
    "bell": Effect(_tones((0, 1046, 0.9), (0.28, 784, 0.8), half_life_s=0.35), gain=0.7),
    "alert": Effect(_tones((0, 1318, 0.8), (0.14, 1760, 0.8), half_life_s=0.12), gain=0.7),
    "chime": Effect(_tones((0, 1568, 0.8), (0.08, 2093, 0.6), half_life_s=0.4), gain=0.6),
    "beep": Effect(_tones((0, 988, 0.9), half_life_s=0.09, overtone=0.1), gain=0.7),
    "alarm": Effect(_beats(_tones((0, 1000, 0.8), (0.12, 1000, 0.8), half_life_s=0.06), 0.5),
                    gain=0.7),
    "buzz": Effect(_beats(_burst(90, 260, 0.12, 130), 0.3), gain=0.6),
    "click": Effect(_burst(1800, 7000, 0.01), gain=0.8),
    "shutter": Effect(_grains(1500, 8000, 0.014, 2, even=True), gain=0.9),
    "crunch": Effect(_grains(900, 7000, 0.012, 18), gain=0.9),
    "slurp": Effect(_slide(500, 1500, 0.5, 0.8), gain=0.5),
    "rustle": Effect(_grains(1500, 8000, 0.05, 9), gain=0.6),
    "paper": Effect(_grains(1800, 9000, 0.035, 12), gain=0.6),
    "clink": Effect(_tones((0, 2637, 0.8), (0.02, 3951, 0.5), half_life_s=0.22), gain=0.5),
    "glass": Effect(_tones((0, 1975, 0.8), half_life_s=0.6), gain=0.5),
    "coin": Effect(_tones((0, 2093, 0.7), (0.08, 2793, 0.8), half_life_s=0.18), gain=0.6),
    "set": Effect(_burst(150, 2500, 0.04, 140), gain=0.8),
    "pass": Effect(_sweep(200, 2500, 1.6), gain=0.9),
    "whoosh": Effect(_sweep(500, 6000, 0.7), gain=0.9),
    "horn": Effect(_tones((0, 392, 0.8), (0, 494, 0.8), half_life_s=0.35), gain=0.6),
    "siren": Effect(_slide(500, 1100, 1.2), gain=0.4),
    "brake": Effect(_slide(2600, 1700, 0.6, 0.4), gain=0.35),
    "start": Effect(_slide(60, 180, 0.8, 0.6), gain=0.7),
    "power": Effect(_slide(220, 880, 0.7), gain=0.4),
    "low": Effect(_tones((0, 65, 1.0), half_life_s=0.7, overtone=0.2), gain=1.0),
    "hum": Effect(_hiss(50, 220, 0.4, 0.2), True, 0.5),
    "impact": Effect(_burst(60, 2000, 0.14, 60), gain=1.0),
    "drum": Effect(_beats(_burst(60, 900, 0.09, 80), 0.55), gain=0.9),
    "thunder": Effect(_thunder, gain=1.1),
    "laugh": Effect(_voices(260, 5, 0.13), gain=0.5),
    "child": Effect(_voices(420, 4, 0.12), gain=0.45),
    "voices": Effect(_crowd, gain=0.6),
    "cry": Effect(_voices(460, 3, 0.4, fall=0.8), gain=0.4),
    "dog": Effect(_voices(330, 2, 0.14), gain=0.6),
    "growl": Effect(_voices(90, 1, 0.7), gain=0.6),
    "applause": Effect(_applause, gain=0.9),
    "cheer": Effect(_cheer, gain=0.9),
    "referee": Effect(_slide(2800, 3000, 0.5, 0.1), gain=0.3),
    "whistle": Effect(_slide(900, 1400, 0.9), gain=0.4),
    "boing": Effect(_slide(180, 620, 0.35), gain=0.6),
    "fire": Effect(_grains(300, 5000, 0.015, 30), True, 0.6),
    "scrape": Effect(_sweep(900, 5000, 0.5), gain=0.6),
    "creak": Effect(_slide(320, 520, 0.5, 0.5), gain=0.3),
    "fall": Effect(_grains(200, 3500, 0.04, 22), gain=0.8),
    "bounce": Effect(_beats(_burst(80, 900, 0.05, 110), 0.38), gain=0.7),
    "music": Effect(_tones((0, 523, 0.5), (0.25, 659, 0.5), (0.5, 784, 0.5), (0.75, 1046, 0.4)),
                    gain=0.4),
    "settle": Effect(_tones((0, 523, 0.8), (0.09, 784, 0.7), half_life_s=0.5, overtone=0.15),
                     gain=0.6),
    "silence": Effect(_silence, gain=0.0),
}  # fmt: skip
