"""Clips of a disc that moves over a place: small, and the same each time."""

from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from training.films.clip_frames import Frames

FPS, WIDTH, HEIGHT = 16, 224, 128
RED, BLUE, GREEN = (210, 40, 40), (40, 60, 210), (40, 170, 70)
ROAD, ROOM = 1, 2


def place(seed: int) -> NDArray[np.uint8]:
    """A textured background: a grey-blue road, or a room of warm colours."""
    rng = np.random.default_rng(seed)
    base = np.array({ROAD: (70, 90, 120), ROOM: (200, 160, 100)}[seed])
    coarse = (base + rng.integers(-40, 41, (8, 14, 1))).astype(np.uint8)
    return np.asarray(cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC), np.uint8)


def clip(
    frames: int = 24, speed: float = 0.0, colour: tuple[int, int, int] = RED, where: int = ROAD,
    noise: int = 0, jerk: float = 0.0,
) -> Frames:  # fmt: skip
    """A disc over a place, moving by so many pixels a frame."""
    rng = np.random.default_rng(7)
    shown: list[NDArray[np.uint8]] = []
    for at in range(frames):
        picture = place(where).copy()
        x = 70 + speed * at + jerk * (at % 2)
        cv2.circle(picture, (round(x * 16), 64 * 16), 34 * 16, colour, -1, cv2.LINE_AA, 4)
        cv2.line(picture, (round(x) - 20, 50), (round(x) + 20, 78), (255, 255, 255), 3, cv2.LINE_AA)
        if noise:
            grain = rng.integers(-noise, noise + 1, picture.shape)
            picture = np.clip(picture.astype(int) + grain, 0, 255).astype(np.uint8)
        shown.append(picture)
    return np.stack(shown)


def write(path: Path, frames: Frames, fps: int = FPS) -> Path:
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", rate=fps, options={"crf": "12"})
        stream.width, stream.height, stream.pix_fmt = frames.shape[2], frames.shape[1], "yuv420p"
        for frame in frames:
            file.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        file.mux(stream.encode())
    return path
