"""Samples -> a WAV file of 24 bits, block by block."""

import wave
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from deployments.sound.signals import RATE, Stereo

SAMPLE_BYTES = 3


def write_wav(path: Path, blocks: Iterable[Stereo]) -> None:
    """Write blocks of [2, samples]; samples above full scale are clipped."""
    most = 2 ** (8 * SAMPLE_BYTES - 1)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(SAMPLE_BYTES)
        file.setframerate(RATE)
        for block in blocks:
            scaled = np.rint(block.T.astype(np.float64) * most)
            whole = np.clip(scaled, -most, most - 1).astype("<i4")
            # The three lower bytes of each.
            file.writeframes(whole.reshape(-1, 1).view(np.uint8)[:, :SAMPLE_BYTES].tobytes())
