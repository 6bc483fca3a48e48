"""Shot -> request to a videos server, adapted after its refusals. Knows no HTTP.

vLLM-Omni accepts only a multipart form; SGLang's older releases accept JSON unless there is a
picture; OpenAI accepts a few sizes and lengths, and none of the fields that the others add. So the
form with every field is tried first, and the server's refusals are remembered.
"""

import math
import re
from typing import Any

import cv2

from conte.clip import Shot
from deployments.engines.diffusion.prompting import told
from deployments.engines.protocols import CannotRender, Frame
from deployments.engines.videos_api.server import VideoRefused

PROMPT_TOKENS = 512
"""Most tokens of a prompt: the limit of today's models' text encoders."""
FRAMES = 8
"""Lengths are requested as 8 k + 1 frames, which every family makes (Wan 4 k + 1, LTX-Video 8 k +
1).
"""
PIXELS = 16
"""Sizes are requested as multiples of this, as every family makes; the excess is cropped off."""
EXTRAS = ("num_frames", "fps", "seed")
"""Fields beyond OpenAI's that fix the clip exactly."""


class VideoRequests:
    """Requests for one server. Fields that it has refused are not sent again."""

    def __init__(self, model: str, fps: int, host: str) -> None:
        self._model, self._fps, self._host = model, fps, host
        self._as_json, self._extras = False, True
        self._seconds: tuple[int, ...] = ()
        self._sizes: tuple[tuple[int, int], ...] = ()

    def request(self, shot: Shot, start: Frame | None) -> dict[str, Any]:
        """Return httpx's arguments: `json`, or `files` for a multipart form.

        Raises:
            CannotRender: if the server is known to make no video as long as the shot.
        """
        fps = self._fps or shot.fps
        needed = math.ceil(shot.num_frames * fps / shot.fps)
        width, height = self._size(shot)
        fields: dict[str, str | int] = {
            "prompt": told(shot, PROMPT_TOKENS)[0],
            "model": self._model,
            "size": f"{width}x{height}",
            "seconds": str(self._length(shot)),
        }
        if self._extras:
            num_frames = FRAMES * math.ceil((needed - 1) / FRAMES) + 1
            fields |= {"num_frames": num_frames, "fps": fps, "seed": shot.seed}
        if self._as_json and start is None:
            return {"json": fields}
        parts: list[tuple[str, Any]] = [(name, (None, str(what))) for name, what in fields.items()]
        if start is not None:
            parts.append(("input_reference", ("start.png", _png(start), "image/png")))
        return {"files": parts}

    def learn(self, refused: VideoRefused, shot: Shot, start: Frame | None) -> None:
        """Change the next request after a refusal.

        Raises:
            CannotRender: with the server's own words, if there is no other way to ask.
        """
        words = str(refused)
        of = f"{refused.param} {words}".lower()
        unreadable = refused.status == 415 or "input_reference" in of
        if unreadable and start is None and not self._as_json:
            self._as_json = True
        elif self._extras and any(re.search(rf"\b{name}\b", of) for name in EXTRAS):
            self._extras = False
        elif "seconds" in of and not self._seconds and (found := _numbers(words)):
            self._seconds = found
        elif "size" in of and not self._sizes and (sizes := _sizes(words, self._size(shot))):
            self._sizes = sizes
        else:
            told_of = "the key" if refused.status in (401, 403) else "the shot"
            raise CannotRender(f"{self._host} refused {told_of} ({refused.status}): {words}")

    def _length(self, shot: Shot) -> int:
        duration_s = shot.num_frames / shot.fps
        if not self._seconds:
            return max(1, math.ceil(duration_s))
        long_enough = [seconds for seconds in self._seconds if seconds >= duration_s]
        if not long_enough:
            makes = ", ".join(map(str, self._seconds))
            raise CannotRender(
                f"{self._host} makes clips of {makes} s, the cut lasts {duration_s:.2f} s"
            )
        return min(long_enough)

    def _size(self, shot: Shot) -> tuple[int, int]:
        wanted = _up(shot.width), _up(shot.height)
        if not self._sizes:
            return wanted

        def loss(size: tuple[int, int]) -> tuple[float, bool, int]:
            """Return a sort key: the part cropped off, whether it must be enlarged, its cost."""
            shape = math.log(size[0] * shot.height / (size[1] * shot.width))
            area = size[0] * size[1]
            return round(abs(shape), 2), area < shot.width * shot.height, area

        return min(self._sizes, key=loss)


def _up(side: int) -> int:
    return PIXELS * math.ceil(side / PIXELS)


def _numbers(words: str) -> tuple[int, ...]:
    """Return the lengths that a refusal offers."""
    return tuple(sorted({int(n) for n in re.findall(r"\b\d{1,3}\b", _offered(words))}))


def _sizes(words: str, refused: tuple[int, int]) -> tuple[tuple[int, int], ...]:
    found = re.findall(r"\b(\d{2,5})\s?[x×]\s?(\d{2,5})\b", _offered(words))
    return tuple({(int(width), int(height)) for width, height in found} - {refused})


def _offered(words: str) -> str:
    """Return the list after "Supported values are" or similar words."""
    said = re.search(r"supported|allowed|accept|available|one of|must be|expected", words, re.I)
    return words[said.end() :] if said else ""


def _png(pixels: Frame) -> bytes:
    return cv2.imencode(".png", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))[1].tobytes()
