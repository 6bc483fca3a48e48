"""Stems -> a mix at the requested loudness, with peaks that no encoder clips.

Every stem is processed as the mix is, so that the stems sum to it.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from conte.sound import Loudness
from deployments.sound.loudness import loudness, true_peak
from deployments.sound.signals import Stereo

TARGETS: Mapping[Loudness, float] = {"broadcast_kr": -24.0, "web": -14.0}
"""Target loudness in LKFS. The Korean broadcasting act requires -24 within 2; web platforms turn
down to -14.
"""
MOST_DBTP = -1.0
MARGIN_DB = 1.0
"""Decibels by which samples stay below the limit, because encoders overshoot."""
NEAR_LU = 0.15
"""Largest distance in LU from the target for a mix with recordings, after limiting."""
TRIES, MORE_TRIES = 4, 16
"""Most rounds in which the level that the limiter took is given back, for the synthesised track and
for other mixes; a mix of strokes alone stays below the target.
"""
BLOCK = 64
AHEAD = 8
"""Blocks before and after a peak in which the limiter turns down and up again."""


@dataclass(frozen=True)
class Mix:
    """Music, effects and speech of a film, [2, samples] float32 each."""

    music: Stereo
    effects: Stereo
    speech: Stereo | None = None
    """None: nobody speaks."""

    @property
    def sum(self) -> Stereo:
        heard = self.music + self.effects
        return heard if self.speech is None else heard + self.speech

    def times(self, gain: np.float32 | NDArray[np.float32]) -> "Mix":
        speech = None if self.speech is None else self.speech * gain
        return Mix(self.music * gain, self.effects * gain, speech)


def mixed(
    music: Stereo,
    effects: Stereo,
    speech: Stereo | None = None,
    *,
    target: float = TARGETS["broadcast_kr"],
) -> Mix:
    """Bring the stems to the target together; silence stays silence."""
    mix, most = Mix(music, effects, speech), MOST_DBTP - MARGIN_DB
    plain = speech is None and target == TARGETS["broadcast_kr"]
    ceiling = most - 0.5
    for _ in range(TRIES if plain else MORE_TRIES):
        now = loudness(mix.sum)
        if math.isinf(now):
            return mix
        if not plain and abs(target - now) <= NEAR_LU and true_peak(mix.sum) <= most:
            return mix
        mix = mix.times(_ratio(target - now))
        if true_peak(mix.sum) <= most:
            return mix
        mix = mix.times(_limiter(mix.sum, float(_ratio(ceiling))))
        # Between the samples it may be higher still.
        ceiling -= max(0.0, true_peak(mix.sum) - most)
    return mix.times(_ratio(min(0.0, most - true_peak(mix.sum))))


def _ratio(decibels: float) -> np.float32:
    return np.float32(10 ** (decibels / 20))


def _limiter(signal: Stereo, most: float) -> NDArray[np.float32]:
    """Return the gain of each sample under which none is above `most`."""
    num = signal.shape[1]
    blocks = -(-num // BLOCK)
    peaks = np.zeros(blocks * BLOCK, np.float32)
    peaks[:num] = np.abs(signal).max(axis=0)
    wanted = np.minimum(1.0, most / np.maximum(peaks.reshape(blocks, BLOCK).max(axis=1), 1e-9))
    padded = np.pad(wanted, 2 * AHEAD, mode="edge")
    lowest = np.lib.stride_tricks.sliding_window_view(padded, 2 * AHEAD + 1).min(axis=1)
    smooth = np.convolve(lowest, np.full(2 * AHEAD - 1, 1 / (2 * AHEAD - 1)), mode="same")
    smooth = smooth[AHEAD : AHEAD + blocks]
    middles = (np.arange(blocks) + 0.5) * BLOCK
    return np.interp(np.arange(num), middles, smooth).astype(np.float32)
