"""Stems -> a mix at the loudness of Korean broadcasts, with a peak that no encoder clips.

What is done to the mix is done to every stem: they sum to it.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deployments.sound.loudness import loudness, true_peak
from deployments.sound.signals import Stereo

TARGET_LKFS = -24.0
"""Act on broadcasting loudness: -24 LKFS, within 2."""
MOST_DBTP = -1.0
MARGIN_DB = 1.0
"""An encoder overshoots: the samples stay below the limit by so much."""
TRIES = 4
"""What the limiter takes away is given back so often; a mix of blows alone stays below the target.
"""
BLOCK = 64
AHEAD = 8
"""Blocks before and after a peak in which the limiter turns down and up again."""


@dataclass(frozen=True)
class Mix:
    """Music and effects of a film, [2, samples] float32 each. Speech has no sound yet."""

    music: Stereo
    effects: Stereo

    @property
    def sum(self) -> Stereo:
        return self.music + self.effects

    def times(self, gain: np.float32 | NDArray[np.float32]) -> "Mix":
        return Mix(self.music * gain, self.effects * gain)


def mixed(music: Stereo, effects: Stereo) -> Mix:
    """Bring music and effects to the target together; silence stays silence."""
    mix, most = Mix(music, effects), MOST_DBTP - MARGIN_DB
    ceiling = most - 0.5
    for _ in range(TRIES):
        now = loudness(mix.sum)
        if math.isinf(now):
            return mix
        mix = mix.times(_ratio(TARGET_LKFS - now))
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
