"""A video engine whose frames say which cut and which frame they are, and a conte to render."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from av import VideoFrame

from conte.brief import Brief
from conte.clip import Clip, EngineId, Shot
from conte.conte import Conte
from conte.timing import min_cut_frames, share_frames
from deployments.clip_renderer import ClipRenderer
from deployments.encoding import planes_of
from deployments.engines.protocols import Frame, OnStep, Video

SHORT_SIDE = 128
BITS = 4, 10
"""Cut number and frame index, as black and white blocks in a row across the middle."""


def conte_and_brief(
    *,
    duration_s: float = 5,
    fps: int = 24,
    aspect_ratio: str = "16:9",
    language: str = "ko",
    weights: Sequence[float] = (3, 2, 3, 4),
    transitions: Sequence[str] = ("cut", "cut", "cut", "cut"),
    captions: Sequence[str] = ("", "", "", ""),
    **fields: Any,
) -> tuple[Conte, Brief]:
    brief = Brief.model_validate(
        {
            "product": {"name": "그립온"},
            "duration_s": duration_s,
            "fps": fps,
            "aspect_ratio": aspect_ratio,
            "language": language,
        }
    )
    frames = share_frames(brief.num_frames, weights, min_cut_frames(fps))
    cuts = [
        {
            "number": number,
            "num_frames": n,
            "size": "MS",
            "angle": "eye_level",
            "move": "static",
            "transition": transition,
            "setting": "road",
            "place": "산길",
            "time_of_day": "night",
            "action": str(number),
            "caption": words,
            "video_prompt": "a car on a wet road",
            "shows": ["product"],
            **fields,
        }
        for number, (n, transition, words) in enumerate(
            zip(frames, transitions, captions, strict=True), start=1
        )
    ]
    product = {"kind": "product", "id": "product", "name": "그립온", "form": "tire"}
    conte = Conte.model_validate(
        {
            "title": "빗길",
            "structure": "demonstration",
            "concept": "비 오는 밤",
            "slogan": "달리는 믿음",
            "look": {
                "style": "ink",
                "lighting": "soft",
                "lens": "35 mm",
                "palette": ["#101010", "#808080", "#f0f0f0"],
                "prompt": "ink drawing",
            },
            "sheet": [{**product, "description": "타이어", "prompt": "a tyre"}],
            "cuts": cuts,
        }
    )
    return conte, brief


class FakeVideoEngine:
    id = EngineId(name="fake", revision="1", label="fake (numbered frames)")

    def __init__(self) -> None:
        self.rendered: list[int] = []

    def render(
        self,
        shot: Shot,
        on_step: OnStep,
        should_stop: Callable[[], bool],
        start: Frame | None = None,
    ) -> Video:
        self.rendered.append(int(shot.action))
        return Video(self.frames(shot, on_step), shot.num_frames, shot.width, shot.height, shot.fps)

    def frames(self, shot: Shot, on_step: OnStep) -> Iterator[Frame]:
        pixels = np.zeros((shot.height, shot.width, 3), np.uint8)
        for index in range(shot.num_frames):
            draw_index(pixels, int(shot.action), index)
            on_step((index + 1) / shot.num_frames)
            yield pixels


def draw_index(pixels: Frame, cut: int, index: int) -> None:
    """A grey gradient with the numbers across its middle."""
    height, width, _ = pixels.shape
    pixels[...] = np.linspace(60, 180, height, dtype=np.uint8)[:, None, None]
    for block, bit in enumerate(f"{cut:0{BITS[0]}b}{index:0{BITS[1]}b}"):
        pixels[_rows(height), _columns(width, block)] = 255 * int(bit)


def read_index(frame: VideoFrame) -> tuple[int, int]:
    """The cut and the index that a decoded frame says it is."""
    luma = planes_of(frame)[0]
    bits = ""
    for block in range(sum(BITS)):
        columns = _columns(frame.width, block)
        middle = slice(columns.start + 2, columns.stop - 2)
        bits += str(int(luma[_rows(frame.height), middle].mean() > 128))
    return int(bits[: BITS[0]], 2), int(bits[BITS[0] :], 2)


def _rows(height: int) -> slice:
    return slice(round(0.36 * height), round(0.48 * height))


def _columns(width: int, block: int) -> slice:
    return slice(block * width // sum(BITS), (block + 1) * width // sum(BITS))


async def rendered(
    renderer: ClipRenderer, conte: Conte, brief: Brief, short_side: int = SHORT_SIDE
) -> tuple[Clip, ...]:
    """The clips of a conte."""
    clips: list[Clip] = []
    for cut in conte.cuts:
        shot = Shot.of(cut, conte.treatment, brief, 7, short_side)
        async for step in renderer.render(shot, cut.number):
            if isinstance(step, Clip):
                clips.append(step)
    return tuple(clips)
