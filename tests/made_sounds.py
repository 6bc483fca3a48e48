"""Recordings made for tests: speech in phrases, music, and blows. Seeded; [2, samples] float32."""

import io
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av import AudioFrame
from numpy.typing import NDArray

RATE = 48_000
Stereo = NDArray[np.float32]


def speech(duration_s: float, level: float = 0.1, seed: int = 1) -> Stereo:
    """Phrases of 1.5 s with pauses of 0.8 s: syllables of a voice, four a second."""
    rng, num = np.random.default_rng(seed), round(duration_s * RATE)
    t = np.arange(num) / RATE
    pitch = 140 + 15 * np.sin(2 * np.pi * 0.4 * t)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    voice = sum(np.sin(k * phase) / (1 + ((k * 140 - 600) / 500) ** 2) for k in range(1, 20))
    voice = voice + 0.1 * rng.standard_normal(num)
    syllables = np.clip(np.sin(2 * np.pi * 2 * t), 0, None) ** 0.5 * 0.8 + 0.2
    phrases = (t % 2.3) < 1.5
    heard = voice * syllables * phrases
    heard *= level / np.sqrt(np.mean(heard[phrases] ** 2))
    return np.stack([heard, heard]).astype(np.float32)


def music(duration_s: float, level: float = 0.1, seed: int = 2) -> Stereo:
    """Chords that change every two seconds, a bass, and a beat."""
    rng, num = np.random.default_rng(seed), round(duration_s * RATE)
    t = np.arange(num) / RATE
    made = np.zeros((2, num))
    for at, root in enumerate(rng.choice([220.0, 261.6, 293.7, 329.6], 1 + int(duration_s / 2))):
        there = (t >= 2 * at) & (t < 2 * at + 2)
        fade = np.clip((t - 2 * at) / 0.02, 0, 1) * np.clip((2 * at + 2 - t) / 0.02, 0, 1)
        for side, ratio in ((0, 1.0), (1, 1.26), (0, 1.5), (1, 2.0)):
            made[side] += there * fade * np.sin(2 * np.pi * root * ratio * t)
        made += there * fade * np.sin(2 * np.pi * root / 4 * t)
    beat = np.exp(-((t % 0.5) / 0.03)) * rng.standard_normal(num)
    made += beat
    return (made * level / np.sqrt(np.mean(made**2))).astype(np.float32)


def blows(duration_s: float, level: float = 0.9, seed: int = 3) -> Stereo:
    """A short blow every 1.1 s, and silence between."""
    rng, num = np.random.default_rng(seed), round(duration_s * RATE)
    t = np.arange(num) / RATE
    made = np.exp(-((t % 1.1) / 0.06)) * rng.standard_normal((2, num))
    return (made * level / np.abs(made).max()).astype(np.float32)


def encoded(
    signal: Stereo,
    kind: str = "wav",
    codec: str = "pcm_s16le",
    rate: int = RATE,
    bit_rate: int = 0,
    **tags: str,
) -> bytes:
    """A file of a format and codec; its left channel alone if the codec is given as `mono:...`."""
    layout = "mono" if codec.startswith("mono:") else "stereo"
    codec = codec.removeprefix("mono:")
    made = io.BytesIO()
    with av.open(made, "w", format=kind) as target:
        target.metadata.update(tags)
        stream: Any = target.add_stream(codec, rate=rate, layout=layout)
        if bit_rate:
            stream.bit_rate = bit_rate
        source = signal[:1] if layout == "mono" else signal
        size = 1024
        for at in range(0, source.shape[1], size):
            part = np.ascontiguousarray(source[:, at : at + size])
            frame = AudioFrame.from_ndarray(part, "fltp", layout)
            frame.rate, frame.pts, frame.time_base = rate, at, Fraction(1, rate)
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return made.getvalue()


def stored(signal: Stereo, path: Path) -> Path:
    """A file in the form that the vault keeps."""
    from serve.uploads.recordings import RecordingBounds, recorded

    raw = path.with_suffix(".wav")
    raw.write_bytes(encoded(signal, codec="pcm_f32le"))
    [flac] = recorded(str(raw), RecordingBounds()).blobs
    path.write_bytes(flac)
    return path
