"""A video model that needs a GPU's node and no GPU: small frames, in the time that a test needs."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from conte.clip import Shot
from deployments.engines.protocols import Cancelled, Frame, OnStep, Video
from tests.fake_crew import ENGINE

WIDTH, HEIGHT = 256, 144
BEGUN = "rendered.txt"
"""A line for each clip that was begun, in the folder SIAN_HOME: the pid of who renders it."""
CLIP_S = 1.5


class LoopbackEngine:
    id = ENGINE

    def render(
        self,
        shot: Shot,
        on_step: OnStep,
        should_stop: Callable[[], bool],
        start: Frame | None = None,
    ) -> Video:
        with (Path(os.environ["SIAN_HOME"]) / BEGUN).open("a") as told:
            told.write(f"{os.getpid()}\n")
        frames = self._frames(shot.num_frames, on_step, should_stop)
        return Video(frames, shot.num_frames, WIDTH, HEIGHT, shot.fps, remarks=("fake",))

    def _frames(
        self, num_frames: int, on_step: OnStep, should_stop: Callable[[], bool]
    ) -> Iterator[Frame]:
        pixels = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
        for index in range(num_frames):
            if should_stop():
                raise Cancelled
            time.sleep(CLIP_S / num_frames)
            on_step((index + 1) / num_frames)
            yield pixels
