"""Music under speech: a gain curve that is low before the first word and rises after the last.

The curve is computed in advance: a compressor would react to a word only once it is heard.
"""

import numpy as np
from numpy.typing import NDArray

from deployments.sound.signals import RATE, Stereo

BLOCK = RATE // 100
"""Samples of a block (10 ms), for which it is decided whether speech is heard."""
UNDER_DB = 12.0
"""Least decibels by which music lies below the speech over it."""
LEAST_DB, MOST_DB = 6.0, 24.0
"""Limits in decibels of how far music is turned down."""
SPEECH_DB = 30.0
"""Decibels below the loudest speech from which a block counts as a pause."""
AHEAD_S, HELD_S = 0.15, 0.45
"""Seconds before speech, and seconds of a pause, in which music is down."""
DOWN_S, UP_S = 0.25, 0.7
"""Seconds of the slope down, and of the slope up."""


def ducked(music: Stereo, speech: Stereo) -> NDArray[np.float32] | None:
    """Return the gain of each sample of music; None if no speech is heard over it."""
    said, played = _levels(speech), _levels(music)
    loudest = said.max(initial=0.0)
    if loudest <= 1e-6:
        return None
    speaks = said > loudest * 10 ** (-SPEECH_DB / 20)
    over = speaks & (played > 1e-6)
    if not over.any():
        return None
    # The difference between the two where both are heard, as powers.
    difference = 20 * np.log10(_rms(said[over]) / _rms(played[over]))
    down_db = min(max(UNDER_DB - difference, LEAST_DB), MOST_DB)
    return _gain(_widened(speaks), -down_db, music.shape[1])


def _widened(speaks: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the blocks in which music is low: around speech, and over short pauses."""
    before, after = (round(seconds * RATE / BLOCK) for seconds in (AHEAD_S + DOWN_S, HELD_S))
    wide = speaks.copy()
    for by in range(1, before + 1):
        wide[:-by] |= speaks[by:]
    for by in range(1, after + 1):
        wide[by:] |= speaks[:-by]
    return wide


def _gain(down: NDArray[np.bool_], low_db: float, num: int) -> NDArray[np.float32]:
    """Return the gain of each sample: linear in decibels, by `DOWN_S` and `UP_S`."""
    fall, rise = (abs(low_db) * BLOCK / RATE / seconds for seconds in (DOWN_S, UP_S))
    levels = np.zeros(len(down))
    # It begins where it has to be: a film that opens with a word opens with its music down.
    now = low_db if down[0] else 0.0
    for at, low in enumerate(down):
        now = max(low_db, now - fall) if low else min(0.0, now + rise)
        levels[at] = now
    middles = (np.arange(len(down)) + 0.5) * BLOCK
    return (10 ** (np.interp(np.arange(num), middles, levels) / 20)).astype(np.float32)


def _levels(signal: Stereo) -> NDArray[np.float64]:
    """Return the root mean square of each block, both channels together."""
    blocks = -(-signal.shape[1] // BLOCK)
    padded = np.zeros((2, blocks * BLOCK), np.float64)
    padded[:, : signal.shape[1]] = signal
    return np.sqrt((padded.reshape(2, blocks, BLOCK) ** 2).mean(axis=(0, 2)))


def _rms(levels: NDArray[np.float64]) -> float:
    return float(np.sqrt((levels**2).mean()))
