"""Animatic: the embedded clip engine. Shot -> frames of a drawn panel that moves, on one core."""

from collections.abc import Callable, Iterator

import numpy as np

from conte.clip import EngineId, Shot
from deployments.engines.animatic.layers import canvas_on
from deployments.engines.animatic.panel import Panel
from deployments.engines.protocols import Cancelled, Frame, OnStep, Video


class Animatic:
    """Renders drawings; its label says that it is not a video model."""

    id = EngineId(name="animatic", revision="7", label="animatic (drawn panels, not a video model)")

    def render(
        self,
        shot: Shot,
        on_step: OnStep,
        should_stop: Callable[[], bool],
        start: Frame | None = None,
    ) -> Video:
        return Video(
            frames=_frames(shot, on_step, should_stop),
            num_frames=shot.num_frames,
            width=shot.width,
            height=shot.height,
            fps=shot.fps,
        )


def _frames(shot: Shot, on_step: OnStep, should_stop: Callable[[], bool]) -> Iterator[Frame]:
    panel = Panel(shot)
    # One array for all frames. Its RGB is a view, which an encoder takes without a copy.
    pixels = np.zeros((shot.height, shot.width, 4), np.uint8)
    canvas = canvas_on(pixels)
    for index in range(shot.num_frames):
        if should_stop():
            raise Cancelled
        panel.draw(pixels, canvas, index)
        on_step((index + 1) / shot.num_frames)
        yield pixels[..., :3]
