"""A model of its own size and rate for tests on a real cluster: large frames that say their number."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from conte.clip import Shot
from deployments.engines.protocols import Cancelled, Frame, OnStep, Video
from tests.fake_crew import ENGINE
from tests.fake_video import draw_index

WIDTH, HEIGHT = 1280, 720


class NativeEngine:
    """1280x720 at the shot's rate; a prompt that begins with "slow to encode" makes 16 a second."""

    id = ENGINE

    def render(
        self,
        shot: Shot,
        on_step: OnStep,
        should_stop: Callable[[], bool],
        start: Frame | None = None,
    ) -> Video:
        with (Path(os.environ["SIAN_HOME"]) / "rendered.txt").open("a") as told:
            told.write(f"{shot.video_prompt}\n")
        fps = 16 if shot.video_prompt.startswith("slow to encode") else shot.fps
        num_frames = shot.num_frames * fps // shot.fps + 4
        frames = self._frames(int(shot.seed % 10), num_frames, on_step, should_stop)
        return Video(frames, num_frames, WIDTH, HEIGHT, fps, remarks=("fake",))

    def _frames(
        self, number: int, num_frames: int, on_step: OnStep, should_stop: Callable[[], bool]
    ) -> Iterator[Frame]:
        pixels = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
        for index in range(num_frames):
            if should_stop():
                raise Cancelled
            draw_index(pixels, number, index)
            on_step((index + 1) / num_frames)
            yield pixels
