"""Two frames -> one between them, by optical flow. Knows no rates or sizes.

After S. Baker et al., "A Database and Evaluation Methodology for Optical Flow" (IJCV 2011), section
3.3.2: the motion is projected from both sides to the wanted time; what only one frame shows is
taken from that frame, so that nothing appears twice. Flow: T. Kroeger et al., "Fast Optical Flow
using Dense Inverse Search" (ECCV 2016).
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from deployments.engines.protocols import Frame

Flow = NDArray[np.float32]
"""[height, width, 2]: pixels to the right and down."""
Plane = NDArray[Any]
"""[height, width]"""

FLOW_SIDE = 216
"""Shorter side in pixels at which the flow is computed; a finer one finds grain, not motion."""
HARD_CHANGE = 22.0
"""Mean difference in grey levels of two motion-compensated frames above which there is a cut
between them: a frame between two different pictures would be a ghost.
"""
DISAGREE = 24.0, 64.0
"""Differences in grey levels between a pixel's two sources: up to the first they are mixed by time,
from the second on only the nearer one is taken.
"""
CRACK = np.ones((3, 3), np.uint8)


@dataclass(frozen=True)
class Pair:
    """Two consecutive frames, or a single one."""

    later: Frame
    earlier: Frame | None = None

    def followed_by(self, frame: Frame) -> "Pair":
        return Pair(frame, self.later)

    def at(self, time: float) -> Frame:
        """Return the frame at `time`, 0..1 of the way from the earlier frame to the later."""
        earlier, later = self.earlier, self.later
        nearer = later if earlier is None or time >= 0.5 else earlier
        motion = self._motion
        if earlier is None or motion is None:
            return nearer
        velocity, seen_before, seen_after = motion.at(time)
        sure = motion.agree(velocity, time)
        share = np.select(
            [seen_before & ~seen_after, seen_after & ~seen_before],
            [0.0, 1.0],
            sure * time + (1 - sure) * float(time >= 0.5),
        ).astype(np.float32)
        height, width, _ = later.shape
        weight = cv2.blur(share, (3, 3))
        weight = cv2.resize(weight, (width, height), interpolation=cv2.INTER_LINEAR)
        velocity = _enlarged(velocity, width, height)
        before = _moved(earlier, velocity, -time)
        after = _moved(later, velocity, 1 - time)
        return cv2.blendLinear(before, after, 1 - weight, weight).astype(np.uint8, copy=False)

    @cached_property
    def _motion(self) -> "_Motion | None":
        return None if self.earlier is None else _Motion.between(self.earlier, self.later)


@dataclass(frozen=True)
class _Motion:
    """Motion between two frames in both directions, at the resolution of the flow."""

    before: Frame
    """Grey frame, as is `after`."""
    after: Frame
    forth: Flow
    back: Flow
    forth_sure: Plane
    """[height, width] bool: forward and backward flow are consistent."""
    back_sure: Plane

    @classmethod
    def between(cls, earlier: Frame, later: Frame) -> "_Motion | None":
        """Return the motion from `earlier` to `later`, or None across a cut."""
        height, width, _ = later.shape
        scale = min(1.0, FLOW_SIDE / min(height, width))
        size = max(16, round(width * scale)), max(16, round(height * scale))
        a, b = _grey(earlier, size), _grey(later, size)
        dis = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
        dis.setFinestScale(1)
        nothing = np.zeros((*a.shape, 2), np.float32)
        forth = dis.calc(a, b, nothing.copy()).astype(np.float32, copy=False)
        back = dis.calc(b, a, nothing.copy()).astype(np.float32, copy=False)
        undone = _moved(b, forth)
        if float(cv2.absdiff(a, undone).mean()) > HARD_CHANGE:
            return None
        return cls(a, b, forth, back, _consistent(forth, back), _consistent(back, forth))

    def at(self, time: float) -> tuple[Flow, Plane, Plane]:
        """Return the flow at that time, and for each frame where it shows the pixel (bool)."""
        from_before, seen_before = _carried(self.forth, time, self.forth_sure)
        from_after, seen_after = _carried(self.back, 1 - time, self.back_sure)
        velocity = np.where(seen_before[..., None], from_before, -from_after)
        known = seen_before | seen_after
        if not known.all():
            velocity = _filled(velocity, known)
        return velocity, seen_before, seen_after

    def agree(self, velocity: Flow, time: float) -> Plane:
        """Return for each pixel how well both frames agree, 0..1."""
        before, after = _moved(self.before, velocity, -time), _moved(self.after, velocity, 1 - time)
        apart = cv2.absdiff(before, after).astype(np.float32)
        return np.clip((DISAGREE[1] - apart) / (DISAGREE[1] - DISAGREE[0]), 0, 1)


def _grey(pixels: Frame, size: tuple[int, int]) -> Frame:
    small = pixels
    if (pixels.shape[1], pixels.shape[0]) != size:
        small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)


@lru_cache(maxsize=4)
def _grid(height: int, width: int) -> Flow:
    across, down = np.meshgrid(
        np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)
    )
    return np.dstack([across, down])


def _moved(pixels: Plane, by: Flow, times: float = 1.0) -> Any:
    """Sample the plane at each position plus `times` * `by`."""
    where = cv2.scaleAdd(by, times, _grid(*pixels.shape[:2]))
    return cv2.remap(pixels, where, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)  # pyright: ignore[reportCallIssue, reportArgumentType]


def _consistent(forth: Flow, back: Flow) -> Plane:
    """Return where forward and backward flow cancel; the tolerance grows with the distance.

    Source: N. Sundaram et al., "Dense Point Trajectories by GPU-Accelerated Large Displacement
    Optical Flow" (ECCV 2010), equation 5.
    """
    returned = _moved(back, forth)
    off = ((forth + returned) ** 2).sum(axis=2)
    way = (forth**2).sum(axis=2) + (returned**2).sum(axis=2)
    return off <= 0.01 * way + 0.5


def _carried(flow: Flow, time: float, sure: Plane) -> tuple[Flow, Plane]:
    """Project the flow to `time`. Also returns the pixels that received a value (bool)."""
    height, width, _ = flow.shape
    to = np.rint(cv2.scaleAdd(flow, time, _grid(height, width))).astype(np.int32)
    across, down = to[..., 0], to[..., 1]
    inside = (across >= 0) & (across < width) & (down >= 0) & (down < height)
    carried = np.zeros_like(flow)
    arrived = np.zeros((height, width), np.uint8)
    # Consistent flow last, so that it stays on top. Inconsistent flow belongs to parts that only
    # this frame shows, and is projected as well.
    for which in (inside & ~sure, inside & sure):
        carried[down[which], across[which]] = flow[which]
        arrived[down[which], across[which]] = 1
    # Cracks appear where parts spread apart, as in a zoom; nothing is hidden there.
    closed = cv2.morphologyEx(arrived, cv2.MORPH_CLOSE, CRACK).astype(bool)
    cracks = closed & ~arrived.astype(bool)
    if cracks.any():
        carried[cracks] = _filled(carried, arrived.astype(bool))[cracks]
    return carried, closed


def _filled(flow: Flow, known: Plane) -> Flow:
    """Fill the flow's holes from the pixels around them."""
    weight = known.astype(np.float32)
    filled, size = flow * weight[..., None], 3
    while True:
        around = cv2.blur(weight, (size, size))
        near = (around > 1e-6) & ~known
        guess = cv2.blur(filled, (size, size)) / np.maximum(around, 1e-6)[..., None]
        flow = np.where(near[..., None], guess, flow)
        known = known | near
        if known.all() or size > max(weight.shape):
            return flow.astype(np.float32, copy=False)
        size = size * 2 + 1


def _enlarged(flow: Flow, width: int, height: int) -> Flow:
    rows, columns, _ = flow.shape
    if (columns, rows) == (width, height):
        return flow
    scaled = flow * np.array([width / columns, height / rows], np.float32)
    return cv2.resize(scaled, (width, height), interpolation=cv2.INTER_LINEAR).astype(
        np.float32, copy=False
    )
