"""Engines that make trouble when the brief asks for it, for tests on a real cluster."""

import os
import signal
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator

import numpy as np

from conte.brief import Brief
from conte.checks.timefit import Rates
from conte.clip import Shot
from conte.conte import Treatment
from conte.cut import Cut
from deployments.engines.protocols import Cancelled, ConteError, Frame, OnStep, RenderError, Video
from tests.fake_crew import ENGINE, plain_cuts, plain_treatment


class Writer:
    """Writes plain cuts whose prompts carry the brief's tone: the trouble wanted of the renderer."""

    id = ENGINE
    prompt_version = None

    def __init__(self, rates: Rates) -> None:
        pass

    async def write(self, brief: Brief, seed: int) -> AsyncIterator[Treatment | Cut]:
        if brief.tone == "no conte":
            raise ConteError("nothing comes to mind")
        yield plain_treatment(brief)
        for cut in plain_cuts(brief):
            wanted = brief.tone if cut.number == 2 else ""
            yield cut.model_copy(update={"video_prompt": wanted or "a box"})


class Renderer:
    """Flat frames. "die" kills its process once a brief, "fail" is refused, "slow" waits, "hold X"
    waits until there is a file X; every clip that is begun is a line in rendered.txt."""

    id = ENGINE

    def render(
        self,
        shot: Shot,
        on_step: OnStep,
        should_stop: Callable[[], bool],
        start: Frame | None = None,
    ) -> Video:
        with open(os.path.join(os.environ["SIAN_HOME"], "rendered.txt"), "a") as file:
            file.write(f"{shot.seed} {shot.video_prompt}\n")
        if shot.video_prompt.startswith("fail"):
            raise RenderError("the checkpoint is broken")
        if shot.video_prompt.startswith("die"):
            _die_once(shot.video_prompt)
        return Video(
            frames=self._frames(shot, on_step, should_stop),
            num_frames=shot.num_frames,
            width=shot.width,
            height=shot.height,
            fps=shot.fps,
        )

    def _frames(
        self, shot: Shot, on_step: OnStep, should_stop: Callable[[], bool]
    ) -> Iterator[Frame]:
        frame = np.full((shot.height, shot.width, 3), shot.seed % 200, np.uint8)
        for index in range(shot.num_frames):
            while _held(shot.video_prompt) and not should_stop():
                time.sleep(0.01)
            if should_stop():
                raise Cancelled
            on_step((index + 1) / shot.num_frames)
            yield frame


def _held(prompt: str) -> bool:
    word, _, name = prompt.partition(" ")
    there = word == "hold" and os.path.exists(os.path.join(os.environ["SIAN_HOME"], name))
    return word in ("slow", "hold") and not there


def _die_once(prompt: str) -> None:
    mark = os.path.join(os.environ["SIAN_HOME"], prompt.replace(" ", "-"))
    if not os.path.exists(mark):
        with open(mark, "x"):
            pass
        # From another thread, while this one renders: mid-clip, as a GPU that falls off the bus.
        threading.Thread(target=os.kill, args=(os.getpid(), signal.SIGKILL)).start()
        time.sleep(10)
