"""Cuts -> their sound effects in stereo, each at the time of its cut."""

from collections.abc import Sequence

import numpy as np

from deployments.sound.beats import Bar
from deployments.sound.effect_words import kinds_of
from deployments.sound.effects import EFFECTS
from deployments.sound.signals import Mono, Stereo, add, faded, seconds

FILLING, SPOT = 0.024, 0.26
"""Root mean square of sounds that fill a cut, and peak of sounds that are heard once."""
LATE_S, APART_S = 0.15, 0.55
"""Seconds from a cut's start to its first single sound, and from one to the next."""
SIDES = (0.5, 0.36, 0.64)
"""Stereo positions of successive sounds, from left (0) to right (1)."""


def effects_of(texts: Sequence[str], bars: Sequence[Bar], seed: int) -> Stereo:
    """Return the effects, [2, samples]. `texts`: the conte's words for the effects of each cut."""
    made = np.zeros((2, bars[-1].start + bars[-1].num_samples), np.float32)
    for at, (text, bar) in enumerate(zip(texts, bars, strict=True)):
        rng = np.random.default_rng([seed, at])
        spots = 0
        for turn, kind in enumerate(kinds_of(text)):
            effect = EFFECTS[kind]
            late = 0 if effect.fills else seconds(LATE_S + spots * APART_S)
            spots += not effect.fills
            room = bar.num_samples - late
            if room <= 0 or not effect.gain:
                continue
            sound = _levelled(effect.make(rng, room), fills=effect.fills) * np.float32(effect.gain)
            edge = min(0.2, bar.num_samples / 48_000 / 4)
            sound = faded(sound[:room], edge if effect.fills else 0.002, edge)
            side = SIDES[turn % len(SIDES)]
            add(made[0], sound, bar.start + late, 2 * (1 - side))
            add(made[1], sound, bar.start + late, 2 * side)
    return made


def _levelled(sound: Mono, *, fills: bool) -> Mono:
    level = float(np.sqrt(np.mean(sound**2))) if fills else float(np.abs(sound).max())
    return sound * np.float32((FILLING if fills else SPOT) / max(level, 1e-6))
