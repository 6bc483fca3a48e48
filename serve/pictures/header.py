"""Reads a picture's header without decoding it, and checks it against limits.

A few bytes can make a decoder take a gigabyte or an hour: so pixels, channels and their depth, the
scans of a JPEG and the frames of an animation are counted first. Pure, and quick for any file.
"""

import re
import struct
from dataclasses import dataclass
from typing import Literal

from serve.bounded.outcome import Unusable

MAX_BYTES = 10 << 20
MAX_PIXELS = 40_000_000
MAX_SIDE = 12_000
MAX_DECODED = 192 << 20
"""Most bytes of decoded pixels; 16 bits per channel take twice as many as 8."""
MAX_SCANS = 100
"""Most scans of a JPEG. Each is a pass over all pixels; cameras and encoders write 1 to 12."""
MAX_PARTS = 20_000
"""Most segments of a JPEG, or chunks of a PNG or WebP."""
WANTED = f"a PNG, JPEG or WebP picture of at most {MAX_PIXELS // 1_000_000} megapixels"

Kind = Literal["PNG", "JPEG", "WebP"]


class NoPicture(Unusable):
    """The bytes are not a supported picture; the message names what was got and what is wanted."""

    def __init__(self, got: str) -> None:
        super().__init__(f"{got}, wanted {WANTED}")
        self.got = got


@dataclass(frozen=True)
class Header:
    kind: Kind
    width: int
    height: int
    channels: int
    """Decoded channels, including alpha: a palette image has three or four."""
    bits: int
    """Bits per decoded channel: 8 or 16."""
    scans: int = 1
    frames: int = 1
    """Number of frames; more than 1 for an animation."""

    @property
    def num_bytes(self) -> int:
        """Bytes of the decoded pixels."""
        return self.width * self.height * self.channels * (self.bits // 8)


def taken(data: bytes) -> Header:
    """Return the header of a picture that may be decoded and is displayed correctly.

    Raises:
        NoPicture: naming the format found, or the limit exceeded.
    """
    found = within_bounds(header_of(data))
    if found.kind == "JPEG" and found.channels > 3:
        # Without the printer's profile the colours are undefined.
        raise NoPicture("got a JPEG in the four colours of print (CMYK); save it as RGB")
    return found


def within_bounds(found: Header) -> Header:
    """Return the header unchanged.

    Raises:
        NoPicture: naming the limit exceeded.
    """
    width, height, kind = found.width, found.height, found.kind
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE and width * height <= MAX_PIXELS):
        raise NoPicture(f"got {width}x{height} pixels")
    if found.frames != 1:
        raise NoPicture(f"got an animated {kind} of {found.frames} pictures")
    if found.num_bytes > MAX_DECODED:
        raise NoPicture(
            f"got {width}x{height} pixels of {found.channels} channels with {found.bits} bits,"
            f" {found.num_bytes >> 20} MiB of them where {MAX_DECODED >> 20} are taken"
        )
    if found.scans > MAX_SCANS:
        raise NoPicture(f"got a JPEG of more than {MAX_SCANS} scans")
    return found


def header_of(data: bytes) -> Header:
    """Read the header of a PNG, JPEG or WebP file.

    Raises:
        NoPicture: if the file is of another kind, or its header is broken.
    """
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        found = _png(data)
    elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        found = _webp(data)
    elif data[:2] == b"\xff\xd8":
        found = _jpeg(data)
    else:
        raise NoPicture(f"got {_named(data)}")
    if found is None:
        raise NoPicture("the picture is broken")
    return found


_PNG_CHANNELS = {0: 1, 2: 3, 3: 3, 4: 4, 6: 4}
"""PNG colour type -> decoded channels; grey with alpha is decoded as four."""


def _png(data: bytes) -> Header | None:
    """Read a PNG's header; None if it is broken. https://www.w3.org/TR/png-3"""
    if len(data) < 29 or data[12:16] != b"IHDR":
        return None
    width, height, depth, colour = struct.unpack(">IIBB", data[16:26])
    channels, frames, told = _PNG_CHANNELS.get(colour), 0, 0
    if channels is None:
        return None
    at, num_chunks = 8, 0
    while at + 8 <= len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        if kind == b"acTL":
            told = int.from_bytes(data[at + 8 : at + 12], "big")
        elif kind == b"fcTL":
            frames += 1
        elif kind == b"tRNS" and colour in (2, 3):
            channels = 4
        elif kind == b"IEND":
            break
        at += 12 + length
        num_chunks = _counted(num_chunks, "PNG")
    # Frames without an acTL chunk are no animation: decoders ignore them.
    frames = max(told, frames, 1) if told else 1
    return Header("PNG", width, height, channels, 16 if depth == 16 else 8, frames=frames)


def _webp(data: bytes) -> Header | None:
    """Read a WebP's header; None if it is broken.

    https://developers.google.com/speed/webp/docs/riff_container
    """
    canvas: tuple[int, int] | None = None
    size: tuple[int, int] | None = None
    at, num_chunks, frames, channels = 12, 0, 0, 3
    while at + 8 <= len(data):
        kind, length = struct.unpack("<4sI", data[at : at + 8])
        body = data[at + 8 : at + 8 + min(length, 16)]
        if kind == b"VP8X" and len(body) >= 10:
            across, down = body[4:7], body[7:10]
            canvas = int.from_bytes(across, "little") + 1, int.from_bytes(down, "little") + 1
            frames += bool(body[0] & 2)  # the flag of an animation
        elif kind == b"ANMF":
            frames += 1
        elif kind == b"ALPH":
            channels = 4
        elif kind in (b"VP8 ", b"VP8L") and size is None:
            size = _vp8(body) if kind == b"VP8 " else _vp8l(body)
            channels = 4 if kind == b"VP8L" else channels
            if size is None:
                return None
        at += 8 + length + length % 2
        num_chunks = _counted(num_chunks, "WebP")
    if frames:
        width, height = canvas or size or (1, 1)
        return Header("WebP", width, height, 4, 8, frames=max(2, frames - 1))
    if size is None:
        return None
    if canvas is not None and canvas != size:
        told = (
            f"{canvas[0]}x{canvas[1]} pixels in its header and {size[0]}x{size[1]} in its picture"
        )
        raise NoPicture(f"got a WebP that tells two sizes, {told}")
    return Header("WebP", *size, channels, 8)


def _vp8(body: bytes) -> tuple[int, int] | None:
    """Return width and height of a lossy frame (RFC 6386, 9.1); None if it is broken."""
    if len(body) < 10 or body[3:6] != b"\x9d\x01\x2a":
        return None
    across, down = struct.unpack("<HH", body[6:10])
    return across & 0x3FFF, down & 0x3FFF


def _vp8l(body: bytes) -> tuple[int, int] | None:
    """Return width and height of a lossless frame (RFC 9649, 3.4); None if it is broken."""
    if len(body) < 5 or body[0] != 0x2F:
        return None
    bits = int.from_bytes(body[1:5], "little")
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1


_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
"""A marker (ITU-T T.81, B.1.1.2), except stuffed zeros, restarts and fill bytes, which occur within
scans and have no segment.
"""
_SOI, _EOI, _SOS, _TEM = 0xD8, 0xD9, 0xDA, 0x01


def _jpeg(data: bytes) -> Header | None:
    """Read the size from the start of frame (B.2.2); None if the header is broken.

    If there are several, which no camera writes, the largest counts: decoders differ on which they
    use.
    """
    width = height = channels = scans = num_segments = 0
    bits, at = 8, 2
    while (found := _MARKER.search(data, at)) is not None:
        marker, at = data[found.end() - 1], found.end()
        if marker == _EOI:
            break
        num_segments = _counted(num_segments, "JPEG")
        if marker in (_SOI, _TEM):
            continue
        segment = data[at : at + 10]
        if marker == _SOS:
            scans += 1
            if scans > MAX_SCANS:
                break
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC) and len(segment) >= 8:
            depth, down, across, parts = struct.unpack(">BHHB", segment[2:8])
            channels, bits = max(channels, parts), 16 if depth > 8 else bits
            if across * down >= width * height:
                width, height = across, down
        at += max(2, int.from_bytes(segment[:2], "big"))
    if not channels:
        return None
    # Grey is decoded as colour.
    return Header("JPEG", width, height, max(3, channels), bits, scans=scans)


def _counted(num_parts: int, kind: Kind) -> int:
    if num_parts >= MAX_PARTS:
        raise NoPicture(f"got a {kind} of more than {MAX_PARTS} parts")
    return num_parts + 1


_OTHERS = (
    (0, b"BM", "a BMP"),
    (0, b"II*\0", "a TIFF"),
    (0, b"MM\0*", "a TIFF"),
    (0, b"%PDF", "a PDF"),
    (0, b"<svg", "an SVG"),
    (4, b"ftyphe", "a HEIC picture"),
    (4, b"ftypmif1", "a HEIC picture"),
    (4, b"ftypavi", "an AVIF picture"),
    (4, b"ftyp", "a video"),
    (0, b"\x1a\x45\xdf\xa3", "a video"),
)


def _named(data: bytes) -> str:
    """Name an unsupported format, for the error message."""
    if data[:6] in (b"GIF87a", b"GIF89a"):
        frames = frames_of_gif(data)
        return f"an animated GIF of {frames} pictures" if frames > 1 else "a GIF"
    for at, beginning, name in _OTHERS:
        if data[at:].startswith(beginning):
            return name
    return f"{len(data)} bytes of something else"


def frames_of_gif(data: bytes) -> int:
    """Count a GIF's frames, up to its end, the first fault, or `MAX_PARTS` blocks.

    https://www.w3.org/Graphics/GIF/spec-gif89a.txt
    """
    frames, at = 0, 13 + _table(data[10:11])
    for _ in range(MAX_PARTS):
        match data[at : at + 1]:
            case b"\x2c":
                frames += 1
                at += 11 + _table(data[at + 9 : at + 10])
            case b"\x21":
                at += 2
            case _:
                return frames
        while length := data[at] if at < len(data) else 0:
            at += 1 + length
        at += 1
    return frames


def _table(flags: bytes) -> int:
    """Return the size in bytes of the colour table that the packed flags announce."""
    return 3 << ((flags[0] & 7) + 1) if flags and flags[0] & 0x80 else 0
