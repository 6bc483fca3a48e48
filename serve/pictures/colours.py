"""Pixels in the colours of an ICC profile -> sRGB. Supports matrix profiles and grey ones.

Cameras, phones (Display P3) and screens have such profiles; printers' lookup tables are refused.
Source: ICC.1:2022, 8.3, 10.6 and 10.18.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from serve.bounded.outcome import Unusable

Pixels = NDArray[np.uint8]

_SRGB = np.array(
    [
        [0.4360747, 0.3850649, 0.1430804],
        [0.2225045, 0.7168786, 0.0606169],
        [0.0139322, 0.0971045, 0.7141733],
    ]
)
"""Linear sRGB -> XYZ under D50, the reference of ICC profiles."""
_GREY = np.arange(256) / 255
_STEPS = 4096
_ROWS = 128
"""Rows converted at once: as floats they take four times the memory."""


class UnknownColours(Unusable):
    """The profile is not supported. The message names what is wanted instead."""

    def __init__(self, why: str) -> None:
        super().__init__(f"its colours are {why}; save it as sRGB")


@dataclass(frozen=True)
class Profile:
    curves: NDArray[np.float64]
    """[256, 3]: linear light of each level of red, green and blue."""
    to_srgb: NDArray[np.float64]
    """[3, 3]: matrix from linear light to linear sRGB."""

    @property
    def is_srgb(self) -> bool:
        """True if no conversion is needed, within the rounding of profiles."""
        same_light = float(np.abs(self.curves - _light(_GREY)[:, None]).max()) < 0.004
        return same_light and float(np.abs(self.to_srgb - np.eye(3)).max()) < 0.004


def as_srgb(pixels: Pixels, icc: bytes) -> Pixels:
    """Convert [height, width, 3] BGR pixels of the profile to sRGB, clipped to its gamut.

    Raises:
        UnknownColours: if the profile is not supported.
    """
    profile = _profile(icc)
    if profile.is_srgb:
        return pixels
    levels = _level(np.arange(_STEPS) / (_STEPS - 1))
    out = np.empty_like(pixels)
    for start in range(0, len(pixels), _ROWS):
        rows = pixels[start : start + _ROWS, :, ::-1]
        light = np.stack([profile.curves[rows[..., n], n] for n in range(3)], axis=-1)
        steps = np.clip(light @ profile.to_srgb.T, 0, 1) * (_STEPS - 1)
        out[start : start + _ROWS] = levels[steps.round().astype(np.int32)][..., ::-1]
    return out


def _profile(icc: bytes) -> Profile:
    try:
        if icc[36:40] != b"acsp":
            raise UnknownColours("of an ICC profile that cannot be read")
        space, tags = icc[16:20], _tags(icc)
        if space == b"GRAY":
            return Profile(np.stack([_curve(tags["kTRC"])] * 3, axis=-1), np.eye(3))
        if space != b"RGB ":
            raise UnknownColours(f"of an ICC profile for {space.decode(errors='replace').strip()}")
        if not {"rXYZ", "gXYZ", "bXYZ", "rTRC", "gTRC", "bTRC"} <= tags.keys():
            raise UnknownColours("of an ICC profile that has tables alone")
        columns = [_s15(tags[name], 8, 3) for name in ("rXYZ", "gXYZ", "bXYZ")]
        curves = [_curve(tags[name]) for name in ("rTRC", "gTRC", "bTRC")]
    except (struct.error, KeyError, IndexError, ValueError, ZeroDivisionError) as error:
        raise UnknownColours("of an ICC profile that cannot be read") from error
    return Profile(np.stack(curves, axis=-1), np.linalg.inv(_SRGB) @ np.stack(columns, axis=-1))


def _tags(icc: bytes) -> Mapping[str, bytes]:
    (count,) = struct.unpack_from(">I", icc, 128)
    if count > 1000:
        raise ValueError(f"{count} tags")
    found: dict[str, bytes] = {}
    for number in range(count):
        name, start, length = struct.unpack_from(">4sII", icc, 132 + 12 * number)
        found[name.decode("latin-1")] = icc[start : start + length]
    return found


def _curve(tag: bytes) -> NDArray[np.float64]:
    """Return the linear light of each of the 256 levels."""
    if tag[:4] == b"para":
        return np.clip(_parametric(tag), 0, 1)
    if tag[:4] != b"curv":
        raise ValueError(f"a curve of type {tag[:4]!r}")
    (count,) = struct.unpack_from(">I", tag, 8)
    if count == 0:
        return _GREY
    if count == 1:
        return _GREY ** (struct.unpack_from(">H", tag, 12)[0] / 256)
    table = np.frombuffer(tag, ">u2", count, 12) / 65535
    return np.interp(_GREY, np.linspace(0, 1, count), table)


def _parametric(tag: bytes) -> NDArray[np.float64]:
    (kind,) = struct.unpack_from(">H", tag, 8)
    numbers = [1, 3, 4, 5, 7][kind]
    g, *rest = _s15(tag, 12, numbers)
    a, b, c, d, e, f = [*rest, *[0.0] * 6][:6]
    match kind:
        case 0:
            return _GREY**g
        case 1 | 2:
            # Below -b / a the curve is constant.
            return np.where(-b / a <= _GREY, np.maximum(a * _GREY + b, 0) ** g + c, c)
        case 3:
            e = f = 0.0
        case _:
            pass
    return np.where(d <= _GREY, np.maximum(a * _GREY + b, 0) ** g + e, c * _GREY + f)


def _s15(tag: bytes, at: int, count: int) -> list[float]:
    """Read `count` fixed-point numbers (s15Fixed16) from `at` on."""
    return [number / 65536 for number in struct.unpack_from(f">{count}i", tag, at)]


def _light(level: NDArray[Any]) -> NDArray[np.float64]:
    """Convert sRGB levels, 0 to 1, to linear light (IEC 61966-2-1)."""
    return np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)


def _level(light: NDArray[Any]) -> Pixels:
    level = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return (level * 255).round().astype(np.uint8)
