"""Signals: oscillators, envelopes and shaped noise, mono float32 at 48 kHz. Knows no music."""

import numpy as np
from numpy.typing import NDArray

RATE = 48_000
"""Samples a second."""
LONGEST_NOISE = 1 << 18
"""Samples after which noise repeats."""
Mono = NDArray[np.float32]
"""[samples]"""
Stereo = NDArray[np.float32]
"""[2, samples]"""


def seconds(duration_s: float) -> int:
    """Return the number of samples."""
    return max(1, round(duration_s * RATE))


def clock(num: int) -> Mono:
    """Return the times of samples, in seconds."""
    return np.arange(num, dtype=np.float32) / np.float32(RATE)


def sine(hz: float | Mono, num: int, phase: float = 0.0) -> Mono:
    """Return a sine; `hz` may change from sample to sample."""
    if isinstance(hz, np.ndarray):
        return np.sin(phase + 2 * np.pi * np.cumsum(hz, dtype=np.float64) / RATE).astype(np.float32)
    # Phases are whole numbers that wrap at a turn: exact however long, and four times as fast.
    step = np.uint32(round(hz / RATE * 2**32) % 2**32)
    turns = (np.arange(num, dtype=np.uint32) * step).view(np.int32)
    return np.sin(turns.astype(np.float32) * np.float32(np.pi / 2**31) + np.float32(phase))


def decay(num: int, half_life_s: float, attack_s: float = 0.003) -> Mono:
    """Return a struck envelope: a short attack, then half as loud after every `half_life_s`."""
    shape = np.exp2(-clock(num) / np.float32(half_life_s)).astype(np.float32)
    return faded(shape, attack_s, min(0.01, num / RATE / 4))


def faded(signal: Mono, in_s: float, out_s: float) -> Mono:
    """Return the signal with a smooth start and end."""
    made = signal.copy()
    rise, fall = min(seconds(in_s), len(made)), min(seconds(out_s), len(made))
    made[:rise] *= _eased(rise)
    made[len(made) - fall :] *= _eased(fall)[::-1]
    return made


def _eased(num: int) -> Mono:
    t = (np.arange(num, dtype=np.float32) + 0.5) / num
    return (t * t * (3 - 2 * t)).astype(np.float32)


def noise(
    rng: np.random.Generator, num: int, low_hz: float, high_hz: float, slope: float = 0.0
) -> Mono:
    """Return noise of a band, at a root mean square of 1.

    `slope`: how much it falls with frequency: 0 is white, 1 is pink in amplitude.
    """
    # What an inverse transform makes is periodic: repeated, it has no seam.
    size = min(1 << max(8, (num - 1).bit_length()), LONGEST_NOISE)
    hz = np.fft.rfftfreq(size, 1 / RATE).astype(np.float32)
    inside = 1 / (1 + (low_hz / np.maximum(hz, 1.0)) ** 4) / (1 + (hz / high_hz) ** 4)
    shape = inside * np.maximum(hz, 20.0) ** -slope
    spectrum = rng.standard_normal((len(hz), 2), dtype=np.float32).view(np.complex64)[:, 0]
    spectrum = spectrum * shape.astype(np.float32)
    spectrum[0] = 0
    made = np.fft.irfft(spectrum, size).astype(np.float32)
    made /= np.float32(max(float(np.sqrt(np.mean(made**2))), 1e-9))
    return np.resize(made, num)


def wander(rng: np.random.Generator, num: int, per_s: float, low: float, high: float) -> Mono:
    """Return a slow random curve between two values, with `per_s` turns a second."""
    knots = max(2, int(num / RATE * per_s) + 2)
    points = rng.uniform(low, high, knots)
    at = np.linspace(0, knots - 1, num)
    whole = np.minimum(at.astype(np.int64), knots - 2)
    t = at - whole
    t = t * t * (3 - 2 * t)
    return (points[whole] * (1 - t) + points[whole + 1] * t).astype(np.float32)


def add(onto: NDArray[np.float32], signal: Mono, at: int, gain: float = 1.0) -> None:
    """Add a signal to [samples], or to each channel of [2, samples]; what is outside is cut off."""
    start, stop = max(at, 0), min(at + len(signal), onto.shape[-1])
    if stop > start:
        onto[..., start:stop] += signal[start - at : stop - at] * np.float32(gain)


def room(signal: Stereo, wet: float) -> Stereo:
    """Return the signal with the echo of a room: four feedback delays a channel (Schroeder)."""
    made = signal.copy()
    for channel, delays in enumerate(((1499, 1777, 2029, 2351), (1553, 1831, 2083, 2411))):
        for delay in delays:
            made[channel] += _comb(signal[channel], delay, 0.72) * np.float32(wet / len(delays))
    return made


def _comb(signal: Mono, delay: int, feedback: float) -> Mono:
    blocks = -(-len(signal) // delay)
    rows = np.zeros((blocks + 1, delay), np.float32)
    rows[1:].reshape(-1)[: len(signal)] = signal
    for row in range(1, blocks + 1):
        rows[row] += rows[row - 1] * np.float32(feedback)
    # Only the echoes: what comes back after the delay.
    return rows[:-1].reshape(-1)[: len(signal)] * np.float32(feedback)
