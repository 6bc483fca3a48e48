"""Kinds of key frames: whether decoding can start there, and whether all later frames are exact.

A container's flag only means that a player may start there. In H.264 later pictures may still refer
to pictures before it; only an IDR forbids that (ITU-T H.264, 7.4.1.2.4). In H.265 all pictures that
follow an IRAP picture in both decoding and output order are exact (ITU-T H.265, 3.69), and the key
frames of VP9 and AV1 reset all references.
"""

from collections.abc import Iterator
from enum import IntEnum

from av import Packet


class Access(IntEnum):
    NONE = 0
    """Decoding cannot start here."""
    FLAGGED = 1
    """The container flags it; decoding must prove it."""
    CLEAN = 2
    """The standard guarantees that every frame shown from here on is exact."""


_H264_SLICES, _H264_IDR = frozenset(range(1, 6)), 5
_H265_IRAP = frozenset(range(16, 22))
_CLEAN_CODECS = ("vp8", "libvpx", "vp9", "libvpx-vp9", "av1", "libdav1d")
_INTRA_CODECS = ("mjpeg", "prores", "dnxhd", "ffv1")


def access_of(packet: Packet, codec: str, extradata: bytes | None) -> Access:
    """Return the kind of access point that a packet is.

    Args:
        codec: FFmpeg's name of its decoder.
        extradata: of the decoder; it says how H.264 and H.265 units are delimited.
    """
    if not packet.is_keyframe or packet.is_corrupt or packet.has_sidedata("new_extradata"):
        return Access.NONE
    if codec in _CLEAN_CODECS or codec in _INTRA_CODECS:
        return Access.CLEAN
    if codec == "h264":
        for unit in units_of(packet, length_size(codec, extradata)):
            if (kind := unit[0] & 0x1F) in _H264_SLICES:
                return Access.CLEAN if kind == _H264_IDR else Access.FLAGGED
    if codec == "hevc":
        for unit in units_of(packet, length_size(codec, extradata)):
            if (kind := unit[0] >> 1 & 0x3F) < 32:
                return Access.CLEAN if kind in _H265_IRAP else Access.FLAGGED
    return Access.FLAGGED


def length_size(codec: str, extradata: bytes | None) -> int:
    """Return the size in bytes of the length before each unit; 0 for start codes (Annex B)."""
    place = 4 if codec == "h264" else 21
    if not extradata or len(extradata) <= place or extradata[0] != 1:
        return 0
    return (extradata[place] & 3) + 1


def units_of(packet: Packet, size: int) -> Iterator[memoryview]:
    """Yield the NAL units of a packet, without lengths or start codes, up to the first invalid
    one."""
    return annex_b_units(memoryview(packet)) if not size else _sized(memoryview(packet), size)


def _sized(data: memoryview, size: int) -> Iterator[memoryview]:
    while len(data) > size:
        length = int.from_bytes(data[:size], "big")
        unit = data[size : size + length]
        if not length or len(unit) < length:
            return
        yield unit
        data = data[size + length :]


def annex_b_units(data: memoryview) -> Iterator[memoryview]:
    """Yield the units between start codes."""
    raw = bytes(data)
    start = raw.find(b"\0\0\1")
    while start >= 0:
        start += 3
        following = raw.find(b"\0\0\1", start)
        unit = raw[start : following if following >= 0 else len(raw)]
        # The first byte of a long start code, and padding zeros, are not part of the unit.
        unit = unit.rstrip(b"\0")
        if unit:
            yield memoryview(unit)
        start = following
