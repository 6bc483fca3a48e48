"""A picture's bytes -> pixels as displayed: upright, in sRGB, on white.

Runs in the bounded child: a hostile file can harm only its own call. The file's other contents
(EXIF, a second file) are dropped.
"""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from serve.bounded.limits import MIB, CallLimits
from serve.bounded.outcome import FunctionResult
from serve.pictures.colours import as_srgb
from serve.pictures.header import Header, NoPicture, taken

Pixels = NDArray[np.uint8]

LIMITS = CallLimits(
    memory_bytes=768 * MIB, cpu_s=20, wall_s=60, answer_bytes=128 * MIB, file_bytes=1, open_files=64
)
KEPT_SIDE = 3840
"""Longest side in pixels; larger pictures are scaled down, since no film has more pixels."""
_BROKEN = "the picture is broken"
_ROWS = 256
"""Rows processed at once where processing takes more memory than the picture."""


def as_png(data: bytes) -> FunctionResult:
    """Re-encode the picture as a PNG of 8 bits.

    Raises:
        NoPicture, UnknownColours: if the picture cannot be shown correctly.
    """
    cv2.setNumThreads(1)
    try:
        found, png = cv2.imencode(".png", pixels_of(data))
    except cv2.error as error:
        raise NoPicture(_BROKEN) from error
    if not found:
        raise NoPicture(_BROKEN)
    return FunctionResult(blobs=[png.tobytes()])


def as_rgb(path: str) -> FunctionResult:
    """Return [height, width, 3] uint8 pixels of a picture file as a blob; the text is "height
    width".

    Raises:
        NoPicture, UnknownColours: if the picture cannot be shown correctly.
    """
    cv2.setNumThreads(1)
    try:
        pixels = pixels_of(Path(path).read_bytes())
    except cv2.error as error:
        raise NoPicture(_BROKEN) from error
    height, width = pixels.shape[:2]
    return FunctionResult(f"{height} {width}", [pixels[..., ::-1].tobytes()])


def pixels_of(data: bytes) -> Pixels:
    """Return [height, width, 3] uint8 pixels, BGR.

    Raises:
        NoPicture, UnknownColours: if the picture cannot be shown correctly.
        cv2.error: if the picture is broken.
    """
    header = taken(data)
    large = header.kind == "JPEG" and max(header.width, header.height) >= 2 * KEPT_SIDE
    colour = cv2.IMREAD_REDUCED_COLOR_2 if large else cv2.IMREAD_COLOR
    how = colour | cv2.IMREAD_IGNORE_ORIENTATION if header.kind == "JPEG" else cv2.IMREAD_UNCHANGED
    decoded: Any = cv2.imdecodeWithMetadata(np.frombuffer(data, np.uint8), how)
    pixels: Any = decoded[0]
    if pixels is None or not _is_of(header, pixels, 2 if large else 1):
        raise NoPicture(_BROKEN)
    known: dict[int, bytes] = {
        kind: np.asarray(what).tobytes() for kind, what in zip(decoded[1], decoded[2], strict=True)
    }
    kept = _kept(_on_white(_of_8_bits(pixels)))
    if icc := known.get(cv2.IMAGE_METADATA_ICCP):
        kept = as_srgb(kept, icc)
    return _upright(kept, _orientation(known.get(cv2.IMAGE_METADATA_EXIF, b"")))


def _is_of(header: Header, pixels: Any, scale: int) -> bool:
    sides = (-(-header.height // scale), -(-header.width // scale))
    return pixels.shape[:2] == sides and pixels.dtype in (np.uint8, np.uint16)


def _of_8_bits(pixels: Any) -> Pixels:
    if pixels.dtype == np.uint8:
        return pixels
    out = np.empty(pixels.shape, np.uint8)
    for start in range(0, len(pixels), _ROWS):
        out[start : start + _ROWS] = (pixels[start : start + _ROWS].astype(np.uint32) + 128) // 257
    return out


def _on_white(pixels: Pixels) -> Pixels:
    """Return [height, width, 3] pixels. Transparent parts become white, as in a catalogue."""
    if pixels.ndim == 2:
        return cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR).astype(np.uint8, copy=False)
    if pixels.shape[2] == 3:
        return pixels
    out = np.empty((*pixels.shape[:2], 3), np.uint8)
    for start in range(0, len(pixels), _ROWS):
        rows = pixels[start : start + _ROWS]
        seen = rows[..., 3:].astype(np.float32) / 255
        out[start : start + _ROWS] = (rows[..., :3] * seen + 255 * (1 - seen)).round()
    return out


def _kept(pixels: Pixels) -> Pixels:
    height, width = pixels.shape[:2]
    scale = KEPT_SIDE / max(width, height)
    if scale >= 1:
        return np.ascontiguousarray(pixels)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


_CW, _CCW = cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_90_COUNTERCLOCKWISE
_TURNS = {3: cv2.ROTATE_180, 4: cv2.ROTATE_180, 5: _CW, 6: _CW, 7: _CCW, 8: _CCW}
_MIRRORED = (2, 4, 5, 7)


def _upright(pixels: Pixels, orientation: int) -> Pixels:
    """Apply EXIF's orientation (tag 274): first rotate, then mirror left to right."""
    if (turn := _TURNS.get(orientation)) is not None:
        pixels = cv2.rotate(pixels, turn).astype(np.uint8, copy=False)
    if orientation in _MIRRORED:
        pixels = np.ascontiguousarray(pixels[:, ::-1])
    return pixels


def _orientation(exif: bytes) -> int:
    """Return EXIF's orientation, by default 1 (upright). EXIF 2.32, 4.6.2: a TIFF's first
    directory.
    """
    if exif[:4] not in (b"II*\0", b"MM\0*"):
        return 1

    def number(at: int, size: int) -> int:
        return int.from_bytes(exif[at : at + size], "little" if exif[:1] == b"I" else "big")

    start = number(4, 4)
    for entry in range(start + 2, start + 2 + 12 * min(number(start, 2), 200), 12):
        if number(entry, 2) == 274:
            return number(entry + 8, 2)
    return 1
