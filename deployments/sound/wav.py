"""Samples -> a WAV file of 24 bits."""

import io
import wave

import numpy as np

from deployments.sound.signals import RATE, Stereo

SAMPLE_BYTES = 3


def wav_of(signal: Stereo) -> bytes:
    """Return [2, samples] as a file; what is above full scale is clipped."""
    most = 2 ** (8 * SAMPLE_BYTES - 1)
    whole = np.clip(np.rint(signal.T.astype(np.float64) * most), -most, most - 1).astype("<i4")
    # The three lower bytes of each.
    data = whole.reshape(-1, 1).view(np.uint8)[:, :SAMPLE_BYTES].tobytes()
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(SAMPLE_BYTES)
        file.setframerate(RATE)
        file.writeframes(data)
    return made.getvalue()
