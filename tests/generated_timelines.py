"""What happens when in a generated video: its shots, the joints between them, and what is no joint
but looks like one (flashes, whip pans, something that passes before the camera). No pixels.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np

Lots = np.random.Generator
Kind = Literal["cut", "dissolve", "fade"]
Stir = Literal["flash", "whip", "passer", "light", "caption"]

RATES = (24, 25, 30, Fraction(30_000, 1001), 60)
SIZES = ((640, 360), (360, 640), (854, 480), (1280, 720), (480, 360), (720, 1280))
_SIZE_ODDS = (0.58, 0.13, 0.13, 0.08, 0.06, 0.02)
PICTURES = (None, Fraction(239, 100), Fraction(4, 3), Fraction(9, 16))
"""What lies within black bars; None: there are none."""


@dataclass(frozen=True)
class Joint:
    """Frames `start` up to but not including `end` are mixed or darkened; a cut has none."""

    kind: Kind
    start: int
    end: int


@dataclass(frozen=True)
class Disturbance:
    """What is no joint. Frames `start` up to but not including `end`."""

    kind: Stir
    start: int
    end: int


@dataclass(frozen=True)
class Take:
    """A shot, with the frames that it shares with its neighbours."""

    start: int
    end: int
    stirs: tuple[Disturbance, ...]
    shake: float
    """Shake of a hand, in frame widths."""
    still: bool
    """Neither the camera nor anything else moves."""
    same_place: bool
    """The place of the shot before, seen from elsewhere."""


@dataclass(frozen=True)
class Encoding:
    codec: str
    suffix: str
    options: dict[str, str]


@dataclass(frozen=True)
class Timeline:
    width: int
    height: int
    fps: Fraction
    num_frames: int
    takes: tuple[Take, ...]
    joints: tuple[Joint, ...]
    eased: bool
    """Dissolves begin and end gently, not in even steps."""
    black: int
    """Frames of black in the middle of a fade."""
    picture: Fraction | None
    """Width over height of what lies within black bars."""
    encoding: Encoding

    @property
    def disturbances(self) -> tuple[Disturbance, ...]:
        return tuple(stir for take in self.takes for stir in take.stirs)


def timeline(lots: Lots) -> Timeline:
    width, height = SIZES[int(lots.choice(len(SIZES), p=_SIZE_ODDS))]
    fps = Fraction(RATES[int(lots.choice(len(RATES), p=(0.24, 0.24, 0.24, 0.18, 0.1)))])
    duration_s = lots.uniform(6, 10) if fps == 60 or width * height > 500_000 else _length_s(lots)
    total, rate = round(duration_s * fps), float(fps)
    black = int(lots.integers(0, 9))
    joints: list[Joint] = []
    at = round(rate * lots.uniform(1.3, 4))
    while total - at > 1.3 * rate:
        joint = _joint(lots, at, rate, black)
        if total - joint.end < 1.2 * rate:
            break
        joints.append(joint)
        at = joint.end + round(rate * lots.uniform(1.2, 4.5))
    starts = [0, *(joint.start for joint in joints)]
    ends = [*(joint.end for joint in joints), total]
    takes: list[Take] = []
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        after_cut = number > 0 and joints[number - 1].kind == "cut"
        clear = range(
            joints[number - 1].end if number else 0,
            joints[number].start if number < len(joints) else total,
        )
        still = bool(lots.random() < 0.08)
        takes.append(
            Take(
                start=start,
                end=end,
                stirs=() if still else _stirs(lots, clear, rate),
                shake=float(lots.uniform(0.001, 0.008)) if lots.random() < 0.3 else 0.0,
                still=still,
                same_place=bool(after_cut and lots.random() < 0.12),
            )
        )
    return Timeline(
        width=width,
        height=height,
        fps=fps,
        num_frames=total,
        takes=tuple(takes),
        joints=tuple(joints),
        eased=bool(lots.random() < 0.2),
        black=black,
        picture=_picture(lots, Fraction(width, height)),
        encoding=_encoding(lots, width * height, rate),
    )


def _length_s(lots: Lots) -> float:
    return float(lots.uniform(6, 14) if lots.random() < 0.85 else lots.uniform(14, 25))


def _joint(lots: Lots, at: int, rate: float, black: int) -> Joint:
    drawn = lots.random()
    if drawn < 0.66:
        return Joint("cut", at, at)
    if drawn < 0.86:
        return Joint("dissolve", at, at + max(6, round(rate * lots.uniform(0.28, 1.1))))
    return Joint("fade", at, at + 2 * max(5, round(rate * lots.uniform(0.25, 0.7))) + black)


def _stirs(lots: Lots, clear: range, rate: float) -> tuple[Disturbance, ...]:
    """At most one, where the shot has room for it and for a quiet half second on either side."""
    drawn = lots.random()
    lengths: tuple[tuple[Stir, float, int], ...] = (
        ("flash", 0.09, int(lots.integers(1, 4))),
        ("whip", 0.18, round(rate * lots.uniform(0.2, 0.4))),
        ("passer", 0.26, round(rate * lots.uniform(0.4, 0.9))),
        ("light", 0.32, round(rate * lots.uniform(0.3, 1))),
        ("caption", 0.42, round(rate * lots.uniform(0.8, 2))),
    )
    for kind, until, length in lengths:
        if drawn < until:
            first, last = clear.start + round(rate / 2), clear.stop - round(rate / 2) - length
            if last <= first:
                return ()
            start = int(lots.integers(first, last))
            return (Disturbance(kind, start, start + length),)
    return ()


def _picture(lots: Lots, frame: Fraction) -> Fraction | None:
    drawn = PICTURES[int(lots.choice(len(PICTURES), p=(0.82, 0.1, 0.04, 0.04)))]
    return None if drawn is None or abs(float(drawn / frame) - 1) < 0.1 else drawn


def _encoding(lots: Lots, pixels: int, rate: float) -> Encoding:
    drawn = lots.random()
    crf = str(int(lots.integers(20, 31)))
    if drawn < 0.05 and pixels < 250_000:
        return Encoding(
            "libvpx-vp9", ".webm", {"deadline": "realtime", "cpu-used": "8", "crf": crf}
        )
    if drawn < 0.09 and pixels < 250_000:
        x265 = "log-level=none:pools=none:frame-threads=1"
        return Encoding("libx265", ".mp4", {"preset": "ultrafast", "crf": crf, "x265-params": x265})
    if drawn < 0.13:
        return Encoding("mpeg4", ".mp4", {"qscale": "4", "flags": "+qscale", "g": "60"})
    # Key frames at fixed places, as a streaming site cuts them: few of them lie at a cut.
    keys = max(12, round(rate * lots.choice([1, 2, 4])))
    gop = f"keyint={keys}:min-keyint={keys}:scenecut=0" if lots.random() < 0.5 else "keyint=250"
    gop += ":open-gop=1:bframes=3" if lots.random() < 0.3 else ":bframes=2"
    # What sites serve has CABAC and a loop filter, which ultrafast leaves out.
    gop += ":cabac=1:deblock=0,0"
    preset = "veryfast" if lots.random() < 0.15 else "ultrafast"
    suffix = str(lots.choice([".mp4", ".mp4", ".mp4", ".mkv", ".mov"]))
    return Encoding("libx264", suffix, {"preset": preset, "crf": crf, "x264-params": gop})
