"""Loudness after ITU-R BS.1770-4, and true peak. Numbers only: changes no samples."""

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from deployments.sound.signals import Stereo

CHUNK = 4_800
"""Samples of 100 ms; a gating block is four of them."""
ABSOLUTE_GATE, RELATIVE_GATE = -70.0, -10.0
_OFFSET = -0.691
_SECOND = 10 * CHUNK
_SIZE = 65_536
"""Number of samples in a second that is measured together with the samples before it, so that the
filters have settled.
"""
# The two stages of the K-weighting at 48 kHz (BS.1770-4, tables 1 and 2).
_SHELF = (
    (1.53512485958697, -2.69169618940638, 1.19839281085285),
    (1.0, -1.69065929318241, 0.73248077421585),
)
_HIGH_PASS = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))
_TAPS, _TIMES = 16, 4
"""Samples of the interpolation to each side, and the factor of oversampling."""


def loudness(signal: Stereo) -> float:
    """Return the integrated loudness in LKFS; minus infinity for silence and under 0.4 s."""
    power = _power(signal)
    if len(power) < 4:
        return -math.inf
    blocks = np.convolve(power, np.full(4, 0.25), mode="valid")
    heard = blocks[blocks > 10 ** ((ABSOLUTE_GATE - _OFFSET) / 10)]
    if not len(heard):
        return -math.inf
    gate = float(heard.mean()) * 10 ** (RELATIVE_GATE / 10)
    return _OFFSET + 10 * math.log10(float(heard[heard > gate].mean()))


def true_peak(signal: Stereo) -> float:
    """Return the highest level between the samples too, in dBTP, four times oversampled."""
    peak = float(np.abs(signal).max(initial=0))
    if not peak:
        return -math.inf
    for channel in signal:
        # Between samples a signal rises by little: only what is near the peak can be above it.
        near = (
            np.unique(np.flatnonzero(np.abs(channel) > 0.6 * float(np.abs(signal).max())) // 8) * 8
        )
        if len(near) > 20_000:
            near = near[np.argsort(-np.abs(channel[near]))[:20_000]]
        padded = np.pad(channel, _TAPS + 8)
        windows = padded[near[:, None] + 8 + np.arange(2 * _TAPS + 8)]
        if len(windows):
            peak = max(peak, float(np.abs(windows @ _interpolation()).max()))
    return 20 * math.log10(peak)


@lru_cache(maxsize=1)
def _interpolation() -> NDArray[np.float32]:
    """Return the weights of 2 * taps + 8 samples for the values in the middle eight of them."""
    places = _TAPS + np.arange(8 * _TIMES) / _TIMES
    away = places[None, :] - np.arange(2 * _TAPS + 8)[:, None]
    window = np.where(np.abs(away) < _TAPS, np.cos(np.pi * away / (2 * _TAPS)) ** 2, 0)
    return (np.sinc(away) * window).astype(np.float32)


def _power(signal: Stereo) -> NDArray[np.float64]:
    """Return the weighted power of each 100 ms, both channels together."""
    whole = signal.shape[1] // CHUNK
    if not whole:
        return np.zeros(0)
    seconds = -(-whole // 10)
    before = _SIZE - _SECOND
    padded = np.zeros((2, before + seconds * _SECOND), np.float32)
    padded[:, before : before + whole * CHUNK] = signal[:, : whole * CHUNK]
    found = np.zeros(seconds * 10)
    for second in range(seconds):
        piece = padded[:, second * _SECOND : second * _SECOND + _SIZE]
        heard = np.fft.irfft(np.fft.rfft(piece) * _weighting(), _SIZE)[:, before:]
        found[second * 10 : second * 10 + 10] = (
            (heard**2).reshape(2, 10, CHUNK).mean(axis=2).sum(axis=0)
        )
    return found[:whole]


@lru_cache(maxsize=1)
def _weighting() -> NDArray[np.complex64]:
    turn = np.exp(-2j * np.pi * np.arange(_SIZE // 2 + 1) / _SIZE)
    response = np.ones_like(turn)
    for up, down in (_SHELF, _HIGH_PASS):
        response *= np.polyval(up[::-1], turn) / np.polyval(down[::-1], turn)
    return response.astype(np.complex64)
