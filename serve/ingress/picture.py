"""An uploaded picture -> PNG. Its bytes are hostile until their header has been bounded."""

import struct
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

MAX_BYTES = 10 << 20
MAX_PIXELS = 40_000_000
MAX_SIDE = 12_000
KEPT_SIDE = 3840
"""A larger picture is kept at this size: no film has more pixels."""
WANTED = f"a PNG, JPEG or WebP picture of at most {MAX_PIXELS // 1_000_000} megapixels"


class NoPicture(ValueError):
    """The bytes are no picture that is taken; the message says what is wanted."""


@dataclass(frozen=True)
class Picture:
    png: bytes
    width: int
    height: int


def as_png(data: bytes) -> Picture:
    """The picture, written anew: what else the file held (EXIF, a second file) is left behind.

    It takes up to half a gigabyte for a moment: not to be called many times at once.

    Raises:
        NoPicture: if it is none, is too large, or is broken.
    """
    size = size_of(data)
    if size is None:
        raise NoPicture(f"got {len(data)} bytes of something else, wanted {WANTED}")
    width, height = size
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE and width * height <= MAX_PIXELS):
        raise NoPicture(f"got {width}x{height} pixels, wanted {WANTED}")
    try:
        pixels = _kept(_pixels(data, max(size) >= 2 * KEPT_SIDE))
        _, png = cv2.imencode(".png", pixels)
    except cv2.error as error:
        raise NoPicture(f"the picture is broken, wanted {WANTED}") from error
    return Picture(png.tobytes(), pixels.shape[1], pixels.shape[0])


def _pixels(data: bytes, large: bool) -> NDArray[np.uint8]:
    """[height, width, 3] uint8, BGR. What is cut out stands on white, as in a catalogue."""
    jpeg = data[:2] == b"\xff\xd8"
    # A JPEG by its orientation: a photo from a phone stands as it was taken.
    colour = cv2.IMREAD_REDUCED_COLOR_2 if large else cv2.IMREAD_COLOR
    how = colour if jpeg else cv2.IMREAD_UNCHANGED
    pixels: Any = cv2.imdecode(np.frombuffer(data, np.uint8), how)
    if pixels is None:
        raise NoPicture(f"the picture is broken, wanted {WANTED}")
    if pixels.dtype == np.uint16:
        pixels = (pixels >> 8).astype(np.uint8)
    if pixels.ndim == 2:
        return cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR)
    if pixels.shape[2] == 4:
        for rows in np.array_split(pixels, -(-len(pixels) // 256)):
            seen = rows[..., 3:].astype(np.float32) / 255
            rows[..., :3] = (rows[..., :3] * seen + 255 * (1 - seen)).round()
        return pixels[..., :3]
    return pixels


def _kept(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = pixels.shape[:2]
    scale = KEPT_SIDE / max(width, height)
    if scale >= 1:
        return np.ascontiguousarray(pixels)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def size_of(data: bytes) -> tuple[int, int] | None:
    """Width and height as the header tells them, or None if it is no PNG, JPEG or WebP file."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        if data[12:16] != b"IHDR":
            return None
        return struct.unpack(">II", data[16:24])
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP" and len(data) >= 30:
        return _webp(data)
    if data[:2] == b"\xff\xd8":
        return _jpeg(data)
    return None


def _webp(data: bytes) -> tuple[int, int] | None:
    """https://developers.google.com/speed/webp/docs/riff_container"""
    match data[12:16]:
        case b"VP8X":
            across, down = data[24:27], data[27:30]
            return int.from_bytes(across, "little") + 1, int.from_bytes(down, "little") + 1
        case b"VP8 ":
            across, down = struct.unpack("<HH", data[26:30])
            return across & 0x3FFF, down & 0x3FFF
        case b"VP8L":
            bits = int.from_bytes(data[21:25], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case _:
            return None


def _jpeg(data: bytes) -> tuple[int, int] | None:
    """The start-of-frame marker before the scan (ITU-T T.81, B.2.2) holds the size.

    Of several, which no camera writes, the largest counts: decoders differ on which they believe.
    """
    found: tuple[int, int] | None = None
    at = 2
    while at + 9 <= len(data):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == 0xDA:
            break
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            if found is None or width * height > found[0] * found[1]:
                found = width, height
        if marker == 0x01 or 0xD0 <= marker <= 0xD8:
            at += 2
            continue
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return found
