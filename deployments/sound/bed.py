"""Music -> the bed: chords and strokes on the beats of the cuts, a turn, and a close.

Every cut begins on a beat and with a new chord. The close is the first chord, struck with the last
cut and left to ring.
"""

import math
from collections.abc import Iterator, Sequence

import numpy as np

from deployments.sound.beats import Bar
from deployments.sound.instruments import DRUMS, note
from deployments.sound.music_words import Music
from deployments.sound.signals import RATE, Mono, Stereo, add, faded, noise, room, seconds
from deployments.sound.styles import STYLES, Chord, Layer, Style

RISE_S = 1.1
"""Seconds of the swell before the turn."""
END_S = 0.8
"""Seconds in which the film's last sound fades."""
MOTIF = (0, 7, 12)
"""The packshot's three notes, in semitones above the root."""


def bed(music: Music, bars: Sequence[Bar], seed: int) -> Stereo:
    """Return the music of a film, [2, samples], as long as its cuts."""
    rng = np.random.default_rng(seed)
    style = STYLES[music.mood]
    num = bars[-1].start + bars[-1].num_samples
    centre, sides = np.zeros(num, np.float32), np.zeros((2, num), np.float32)
    lead = style.lead
    if music.lead:
        lead = Layer(music.lead, music.figure or lead.figure, lead.gain, lead.octave)
    transpose = int(rng.integers(-2, 3))
    for at, bar in enumerate(bars[:-1]):
        full = music.turn > 0 and at >= music.turn
        if music.late and not full:
            continue
        if music.breath and at == music.turn:
            _hold_breath(centre, sides, bars[at - 1])
        layers = [lead, *(style.full if full else ())]
        for begins, chord in _chords(style, bar, at):
            pitches = tuple(style.root + transpose + tone for tone in chord)
            beats = min(4.0, bar.num_beats - begins)
            for side, layer in enumerate(layers):
                for beat, pitch, lasts, gain in _notes(layer, pitches, beats, rng):
                    made = note(layer.instrument, pitch, round(lasts * bar.beat_s, 2))
                    _place(centre, sides, made, bar.at(begins + beat), gain, side)
            _strokes(centre, style, bar, begins, beats, full, rng)
    if music.turn:
        _turn(centre, style, bars[music.turn], music.breath, rng)
    _close(centre, sides, style, transpose, bars[-1], lead, rng)
    made = room(sides + centre, 0.3)
    end = min(seconds(END_S), num)
    made[:, num - end :] *= np.linspace(1, 0, end, dtype=np.float32) ** 2
    return made


def _chords(style: Style, bar: Bar, at: int) -> Iterator[tuple[int, Chord]]:
    """Yield a chord for every four beats of a cut, with the beat on which it begins."""
    for turn, begins in enumerate(range(0, math.ceil(bar.num_beats), 4)):
        yield begins, style.chords[(at + turn) % len(style.chords)]


def _notes(
    layer: Layer, pitches: Chord, beats: float, rng: np.random.Generator
) -> Iterator[tuple[float, int, float, float]]:
    """Yield beat, pitch, length in beats and gain of each note over a chord."""
    tones = [pitch + 12 * layer.octave for pitch in pitches]
    match layer.figure:
        case "hold":
            yield from ((0.0, tone, float(beats), layer.gain) for tone in tones)
        case "broken":
            order = (0, 1, 2, 1) if rng.random() < 0.6 else (0, 2, 1, 2)
            for step in range(int(2 * beats)):
                tone = tones[order[step % 4] % len(tones)] + (12 if step % 8 == 6 else 0)
                yield step / 2, tone, 0.9, layer.gain * (1.0 if step % 2 == 0 else 0.75)
        case "pulse":
            yield from (
                (float(beat), tones[0], 0.8, layer.gain) for beat in range(math.ceil(beats))
            )
        case "offbeat":
            for beat in range(math.ceil(beats)):
                yield from ((beat + 0.5, tone, 0.4, layer.gain * 0.7) for tone in tones)
        case "single":
            for beat in range(0, math.ceil(beats), 2):
                tone = tones[int(rng.integers(len(tones)))]
                yield float(beat), tone, 2.0, layer.gain
            yield 0.0, tones[0] - 12, float(beats), layer.gain * 0.6
        case "tune":
            for step in range(int(2 * beats)):
                if step % 2 == 0 or rng.random() < 0.35:
                    tone = tones[int(rng.integers(len(tones)))] + 12
                    yield step / 2, tone, 0.45, layer.gain * 0.8
            yield from ((float(beat), tones[0] - 12, 0.5, layer.gain * 0.6)
                        for beat in range(0, math.ceil(beats), 2))  # fmt: skip
        case "stabs":
            for beat in (0.0, 1.5, 2.5):
                if beat < beats:
                    yield from ((beat, tone, 0.35, layer.gain) for tone in tones)


def _place(centre: Mono, sides: Stereo, made: Mono, at: int, gain: float, side: int) -> None:
    """Add a note to the middle (first layer and basses), or half to a side (others)."""
    if side == 0:
        add(centre, made, at, gain)
        return
    left = side % 2
    add(sides[left], made, at, gain)
    add(sides[1 - left], made, at, 0.6 * gain)


def _strokes(
    centre: Mono, style: Style, bar: Bar, begins: int, beats: float, full: bool,
    rng: np.random.Generator,
) -> None:  # fmt: skip
    for step, stroke in enumerate(style.drums[full][: int(2 * beats)]):
        beat = begins + step / 2
        if stroke == ".":
            continue
        gain = style.drum_gain * float(rng.uniform(0.85, 1.0))
        add(centre, DRUMS[stroke](rng), bar.at(beat), gain)


def _hold_breath(centre: Mono, sides: Stereo, bar: Bar) -> None:
    """Silence the last beat of a cut, and what would ring on after it."""
    begins = bar.at(bar.num_beats - 1)
    off = min(seconds(0.05), len(centre) - begins)
    for channel in (centre, *sides):
        channel[begins : begins + off] *= np.linspace(1, 0, off, dtype=np.float32)
        channel[begins + off :] = 0


def _turn(centre: Mono, style: Style, bar: Bar, breath: bool, rng: np.random.Generator) -> None:
    """Add the sting of the turn: a swell before it, and a stroke on it."""
    if not breath:
        num = seconds(RISE_S)
        swell = noise(rng, num, 900, 9000) * np.linspace(0, 1, num, dtype=np.float32) ** 3
        add(centre, faded(swell, 0.05, 0.02), bar.start - num, 0.09)
    add(centre, DRUMS["t"](rng), bar.start, 0.55 if breath else 0.4)
    _crash(centre, bar.start, 0.07, rng)


def _close(
    centre: Mono, sides: Stereo, style: Style, transpose: int, bar: Bar, lead: Layer,
    rng: np.random.Generator,
) -> None:  # fmt: skip
    """Add the sting of the packshot: its motif over the closing chord, which rings to the end."""
    root, lasts = style.root + transpose, bar.num_samples / RATE
    struck = lead.instrument if lead.instrument not in ("whistle", "clarinet") else "piano"
    for tone in style.chords[0]:
        add(centre, note(struck, root + tone + 12 * lead.octave, min(lasts, 4.0)), bar.start,
            0.8 * lead.gain)  # fmt: skip
        held = note("pad", root + tone, round(min(lasts, 8.0), 2))
        add(sides[0], held, bar.start, 0.26)
        add(sides[1], held, bar.start, 0.26)
    add(centre, note("bass", root - 12, 2.0), bar.start, 0.55)
    add(centre, DRUMS["t"](rng), bar.start, 0.45)
    _crash(centre, bar.start, 0.045, rng)
    step = min(0.5, bar.num_beats / 6)
    for at, tone in enumerate(MOTIF):
        add(centre, note("bell", root + tone + 24, 0.6), bar.at(at * step), 0.42)


def _crash(centre: Mono, at: int, gain: float, rng: np.random.Generator) -> None:
    tail = seconds(1.4)
    fall = np.exp2(-np.arange(tail, dtype=np.float32) / (0.3 * RATE))
    add(centre, noise(rng, tail, 3000, 14000) * fall, at, gain)
