"""A timeline -> its frames: the camera's way through each shot, what disturbs it, and the joints."""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.generated_scenes import Lots, Pixels, Pose, letter, lettering, movers, place, view
from tests.generated_timelines import Disturbance, Joint, Take, Timeline

_LARGEST = 640
"""Pixels of the longer side that are drawn; what is larger is enlarged."""
_FLASH = (0.85, 1.0, 0.6)
"""How much of each of its frames is white."""


class Shots:
    """All shots of a timeline, drawn one after the other."""

    def __init__(self, line: Timeline, lots: Lots) -> None:
        self._line, self._lots = line, lots
        width, height = line.width, line.height
        if line.picture is not None:
            ratio = float(line.picture)
            width, height = min(width, round(height * ratio)), min(height, round(width / ratio))
        self._across, self._above = (line.width - width) // 2, (line.height - height) // 2
        self._inner = (line.width - 2 * self._across, line.height - 2 * self._above)
        scale = min(1.0, _LARGEST / max(line.width, line.height))
        self._drawn = (round(self._inner[0] * scale), round(self._inner[1] * scale))

    @property
    def bars(self) -> tuple[float, float]:
        """Share of the height above and of the width at the left; as much lies opposite."""
        return self._above / self._line.height, self._across / self._line.width

    def frames(self) -> Iterator[Pixels]:
        """[height, width, 3] uint8 each, in order."""
        line, begun = self._line, 0
        shot = self._shot(line.takes[0], None)
        for joint, take in zip(line.joints, line.takes[1:], strict=True):
            for number in range(begun, joint.start):
                yield self._framed(shot.frame(number))
            after = self._shot(take, shot.place)
            for number in range(joint.start, joint.end):
                yield self._framed(self._joined(shot, after, joint, number))
            shot, begun = after, joint.end
        for number in range(begun, line.num_frames):
            yield self._framed(shot.frame(number))

    def _shot(self, take: Take, before: Pixels | None) -> "_Shot":
        return _Shot(take, self._drawn, float(self._line.fps), self._lots, before)

    def _joined(self, before: "_Shot", after: "_Shot", joint: Joint, number: int) -> Pixels:
        done, length = number - joint.start + 1, joint.end - joint.start
        if joint.kind == "dissolve":
            share = done / (length + 1)
            if self._line.eased:
                share = share * share * (3 - 2 * share)
            return _mixed(before.frame(number), after.frame(number), share)
        half = (length - self._line.black) // 2
        if done <= half:
            return _lit(before.frame(number), 1 - done / (half + 1))
        if done <= length - half:
            return np.zeros_like(before.frame(number))
        return _lit(after.frame(number), 1 - (length + 1 - done) / (half + 1))

    def _framed(self, pixels: Pixels) -> Pixels:
        if self._inner != self._drawn:
            pixels = _enlarged(pixels, self._inner)
        if not self._above and not self._across:
            return pixels
        whole = np.zeros((self._line.height, self._line.width, 3), np.uint8)
        rows = slice(self._above, self._above + self._inner[1])
        whole[rows, self._across : self._across + self._inner[0]] = pixels
        return whole


class _Shot:
    """One shot; `before` is the place of the one before it."""

    def __init__(
        self, take: Take, size: tuple[int, int], fps: float, lots: Lots, before: Pixels | None
    ) -> None:
        self._take, self._size, self._fps = take, size, fps
        self.place = before if take.same_place and before is not None else place(lots, *size)
        closer = float(lots.uniform(1.6, 2.2)) if take.same_place else float(lots.uniform(1, 1.2))
        aside = float(lots.choice([-0.2, 0.2])) if take.same_place else 0.0
        self._begin = Pose(
            float(lots.uniform(-0.2, 0.2)) + aside, float(lots.uniform(-0.2, 0.2)), closer
        )
        pan, tilt, zoom = lots.normal(0, (0.05, 0.015, 0.03))
        self._way = (0.0, 0.0, 0.0) if take.still else (float(pan), float(tilt), float(zoom))
        self._movers = () if take.still else movers(lots, 4)
        self._hand: NDArray[np.float64] = lots.uniform(0, 2 * np.pi, (2, 3))
        self._text = lettering(lots, *size)
        self._gain = float(lots.choice([0.6, 0.75, 1.3, 1.5]))
        self._side = float(lots.choice([-1.0, 1.0]))
        self._passer = tuple(int(v) for v in lots.integers(15, 120, 3))

    def frame(self, number: int) -> Pixels:
        width, height = self._size
        pose = self._pose(number)
        pixels = view(self.place, width, height, pose)
        at_s = (number - self._take.start) / self._fps
        for mover in self._movers:
            mover.paint(pixels, at_s)
        blur = round(abs(pose.right - self._pose(number - 1).right) * width * 0.5)
        if blur > 3:
            pixels = cv2.blur(pixels, (blur, 1)).astype(np.uint8, copy=False)
        for stir in self._take.stirs:
            pixels = self._stirred(pixels, stir, number)
        return pixels

    def _pose(self, number: int) -> Pose:
        at_s = (number - self._take.start) / self._fps
        right, down, zoom = (way * at_s for way in self._way)
        for stir in self._take.stirs:
            if stir.kind == "whip":
                right += 0.75 * self._side * _progress(stir, number)
        # Three slow tremors, of which none is in step with another.
        tremors = np.sin(np.array([[7.0, 11.0, 17.0]]) * at_s + self._hand).mean(axis=1)
        shake = tremors * self._take.shake
        begin = self._begin
        return Pose(
            right=begin.right + right + float(shake[0]),
            down=begin.down + down + float(shake[1]),
            zoom=begin.zoom * float(np.exp(zoom)),
        )

    def _stirred(self, pixels: Pixels, stir: Disturbance, number: int) -> Pixels:
        within = stir.start <= number < stir.end
        if stir.kind == "flash" and within:
            return _mixed(pixels, np.full_like(pixels, 255), _FLASH[number - stir.start])
        if stir.kind == "light":
            return _lit(pixels, 1 + (self._gain - 1) * _progress(stir, number))
        if stir.kind == "caption" and within:
            letter(pixels, *self._text)
        if stir.kind == "passer" and within:
            width, height = self._size
            done = (number - stir.start + 1) / (stir.end - stir.start + 1)
            middle = (round(width * (0.5 + self._side * (done - 0.5) * 2)), round(height * 0.65))
            half = (round(width * 0.24), round(height * 0.6))
            cv2.ellipse(pixels, middle, half, 0, 0, 360, self._passer, -1)
        return pixels


def _progress(stir: Disturbance, number: int) -> float:
    """0 before it and 1 after it, and gently from one to the other."""
    share = min(1.0, max(0.0, (number - stir.start + 1) / (stir.end - stir.start)))
    return share * share * (3 - 2 * share)


def _mixed(one: Pixels, other: Pixels, share: float) -> Pixels:
    return cv2.addWeighted(one, 1 - share, other, share, 0).astype(np.uint8, copy=False)


def _lit(pixels: Pixels, gain: float) -> Pixels:
    return cv2.convertScaleAbs(pixels, alpha=gain).astype(np.uint8, copy=False)


def _enlarged(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    return cv2.resize(pixels, size, interpolation=cv2.INTER_LINEAR).astype(np.uint8, copy=False)
