"""Pictures as nobody's camera writes them: small files that ask for much, or say what is not so.

PNG as in its third edition, JPEG as in ITU-T T.81, WebP as in RFC 9649, GIF89a, ICC.1:2022.
"""

import random
import struct
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import cv2
import numpy as np

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CMYK, GREY, RGB, PALETTE, GREY_ALPHA, RGBA = -1, 0, 2, 3, 4, 6


def encoded(suffix: str, pixels: Any, *how: int) -> bytes:
    """BGR pixels, by OpenCV."""
    found, data = cv2.imencode(suffix, pixels, how)
    assert found
    return data.tobytes()


def chunk(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(
    width: int, height: int, rows: bytes, *before: bytes, depth: int = 8, colour: int = RGB
) -> bytes:
    """`rows`: as they are coded, each with its filter's byte before it. `before`: other chunks."""
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    data = chunk(b"IDAT", zlib.compress(rows, 9))
    return SIGNATURE + chunk(b"IHDR", head) + b"".join(before) + data + chunk(b"IEND")


def flat_png(width: int, height: int, pixel: bytes, *before: bytes, **how: int) -> bytes:
    return png(width, height, (b"\0" + pixel * width) * height, *before, **how)


def with_chunk(whole: bytes, kind: bytes, body: bytes) -> bytes:
    """A PNG with one more chunk after its header."""
    return whole[:33] + chunk(kind, body) + whole[33:]


def apng(frames: int) -> bytes:
    control = struct.pack(">IIIIIHHBB", 0, 8, 8, 0, 0, 1, 10, 0, 0)
    head = chunk(b"acTL", struct.pack(">II", frames, 0)) + chunk(b"fcTL", control)
    return flat_png(8, 8, b"\1\2\3", head)


def gif(frames: int, *, repeated: bool = True) -> bytes:
    """Pictures of one pixel."""
    head = b"GIF89a\1\0\1\0\x80\0\0" + bytes(3) + b"\xff\xff\xff"
    again = b"\x21\xff\x0bNETSCAPE2.0\x03\1\0\0\0" if repeated else b""
    picture = b"\x21\xf9\x04\0\x0a\0\0\0" + b"\x2c" + bytes(4) + b"\1\0\1\0\0" + b"\x02\x02\x44\1\0"
    return head + again + picture * frames + b"\x3b"


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"".join(
        kind + struct.pack("<I", len(data)) + data + bytes(len(data) % 2) for kind, data in chunks
    )
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def canvas(width: int, height: int, flags: int = 0) -> tuple[bytes, bytes]:
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"VP8X", bytes([flags, 0, 0, 0]) + sides


def bitstream(whole: bytes) -> tuple[bytes, bytes]:
    """The picture of a simple WebP."""
    return whole[12:16], whole[20:]


def animated_webp(frames: int) -> bytes:
    kind, data = bitstream(encoded(".webp", np.zeros((8, 8, 3), np.uint8)))
    sides = (7).to_bytes(3, "little") * 2
    frame = bytes(6) + sides + bytes(4) + riff((kind, data))[12:]
    return riff(canvas(8, 8, 2), (b"ANIM", bytes(6)), *[(b"ANMF", frame)] * frames)


def jpeg(segments: Sequence[tuple[int, bytes]], scans: int = 1) -> bytes:
    """Scans without a bit in them."""
    out = b"\xff\xd8"
    for marker, body in segments:
        out += bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body
    return out + scans * (b"\xff\xda" + struct.pack(">H", 8) + b"\1\1\0\0\0\0") + b"\xff\xd9"


def start_of_frame(width: int, height: int, parts: int, depth: int = 8) -> bytes:
    named = b"".join(bytes([n + 1, 0x11, 0]) for n in range(parts))
    return struct.pack(">BHHB", depth, height, width, parts) + named


def with_scans(whole: bytes, count: int) -> bytes:
    """A progressive JPEG whose last scan is repeated."""
    last = whole[whole.rindex(b"\xff\xda") : -2]
    return whole[:-2] + last * count + b"\xff\xd9"


def with_segment(whole: bytes, marker: int, body: bytes) -> bytes:
    """A JPEG with one more segment at its beginning."""
    return whole[:2] + bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body + whole[2:]


def exif(orientation: int) -> bytes:
    """A TIFF file of one entry."""
    return b"II*\0\x08\0\0\0" + struct.pack("<HHHIHHI", 1, 274, 3, 1, orientation, 0, 0)


def with_exif(suffix: str, whole: bytes, orientation: int) -> bytes:
    about = exif(orientation)
    if suffix == ".jpg":
        return with_segment(whole, 0xE1, b"Exif\0\0" + about)
    if suffix == ".png":
        return with_chunk(whole, b"eXIf", about)
    width, height = size_of_lossless(whole)
    return riff(canvas(width, height, 8), bitstream(whole), (b"EXIF", about))


def with_profile(suffix: str, whole: bytes, icc: bytes) -> bytes:
    if suffix == ".jpg":
        return with_segment(whole, 0xE2, b"ICC_PROFILE\0\1\1" + icc)
    if suffix == ".png":
        return with_chunk(whole, b"iCCP", b"p\0\0" + zlib.compress(icc))
    width, height = size_of_lossless(whole)
    return riff(canvas(width, height, 32), (b"ICCP", icc), bitstream(whole))


def size_of_lossless(whole: bytes) -> tuple[int, int]:
    assert whole[12:16] == b"VP8L"
    bits = int.from_bytes(whole[21:25], "little")
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1


DISPLAY_P3 = ((0.51512, 0.2412, -0.00105), (0.29198, 0.69225, 0.04189), (0.1571, 0.06657, 0.78407))
"""Red, green and blue as XYZ under D50."""


def profile(
    colorants: Sequence[Sequence[float]] = DISPLAY_P3,
    curve: Sequence[float] = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045),
    space: bytes = b"RGB ",
) -> bytes:
    """An ICC profile of a matrix and one parametric curve; without `colorants` of tables alone."""
    curved = b"para" + bytes(4) + struct.pack(">HH", 3, 0) + b"".join(map(_s15, curve))
    # libpng takes none that is compressed to a few bytes.
    tags = {b"kTRC": curved, b"text": b"text" + bytes(4) + random.Random(1).randbytes(200)}
    if colorants:
        tags |= {name + b"TRC": curved for name in (b"r", b"g", b"b")}
    for name, xyz in zip((b"r", b"g", b"b"), colorants, strict=False):
        tags[name + b"XYZ"] = b"XYZ " + bytes(4) + b"".join(map(_s15, xyz))
    return _icc(space, tags)


def _icc(space: bytes, tags: Mapping[bytes, bytes]) -> bytes:
    table, body = struct.pack(">I", len(tags)), b""
    start = 132 + 12 * len(tags)
    for name, data in tags.items():
        table += name + struct.pack(">II", start + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    head = struct.pack(
        ">I4sI4s4s4s", start + len(body), bytes(4), 0x04000000, b"mntr", space, b"XYZ "
    )
    head += bytes(12) + b"acsp" + bytes(28) + b"".join(map(_s15, (0.9642, 1.0, 0.8249)))
    return head.ljust(128, b"\0") + table + body


def _s15(number: float) -> bytes:
    return struct.pack(">i", round(number * 65536))
