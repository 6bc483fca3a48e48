"""MP4 files as nobody writes them: the fields of their boxes changed, their parameter sets forged.

Boxes as in ISO/IEC 14496-12; H.264's sequence parameter set as in ITU-T H.264, 7.3.2.1.1.
"""

import struct
from collections.abc import Sequence
from pathlib import Path

import av


def again(source: Path, path: Path, *, seconds_later: float = 0.0) -> Path:
    """The first video stream's packets in a file of their own."""
    with av.open(source) as whole, av.open(path, "w", format="mp4") as out:
        video = whole.streams.video[0]
        stream = out.add_stream_from_template(video, opaque=True)
        later = round(seconds_later / (video.time_base or 1))
        for packet in whole.demux(video):
            if packet.dts is not None and packet.pts is not None:
                packet.pts, packet.dts = packet.pts + later, packet.dts + later
                packet.stream = stream
                out.mux(packet)
    return path


def box(data: bytes | bytearray, kind: bytes) -> int:
    """Where the content of the first box of this kind begins."""
    return data.index(kind) + 4


def poke(path: Path, kind: bytes, offset: int, *numbers: int, size: int = 4) -> Path:
    """Write numbers of `size` bytes into a box's content."""
    data = bytearray(path.read_bytes())
    place = box(data, kind) + offset
    raw = b"".join(number.to_bytes(size, "big") for number in numbers)
    data[place : place + len(raw)] = raw
    path.write_bytes(data)
    return path


def turn(path: Path, degrees: int) -> Path:
    """Ask players to turn it clockwise: the matrix in `tkhd`, 16.16 fixed point."""
    cosine, sine = {0: (1, 0), 90: (0, 1), 180: (-1, 0), 270: (0, -1)}[degrees]
    return show_by(path, (cosine, sine, -sine, cosine))


def show_by(path: Path, matrix: tuple[int, int, int, int]) -> Path:
    """Ask players to show the point (x, y) at (a x + c y, b x + d y), y downwards.

    Args:
        matrix: a, b, c, d.
    """
    a, b, c, d = matrix
    matrix_of_nine = [a << 16, b << 16, 0, c << 16, d << 16, 0, 0, 0, 1 << 30]
    return poke(path, b"tkhd", 40, *(n % (1 << 32) for n in matrix_of_nine))


def claim_duration(path: Path, seconds: float) -> Path:
    """In the file's headers; its samples' own times stay."""
    if path.suffix == ".mkv":
        data = bytearray(path.read_bytes())
        place = data.index(b"\x44\x89\x88") + 3  # Duration (RFC 9559, 5.1.2.10), a double in ms
        data[place : place + 8] = struct.pack(">d", seconds * 1000)
        path.write_bytes(data)
        return path
    for kind, scale_at, duration_at in ((b"mvhd", 12, 16), (b"mdhd", 12, 16)):
        data = path.read_bytes()
        place = box(data, kind)
        scale = int.from_bytes(data[place + scale_at : place + scale_at + 4], "big")
        poke(path, kind, duration_at, round(seconds * scale))
    return path


def claim_size(path: Path, width: int, height: int) -> Path:
    """In the sample entry, which decoders do not look at if there is a parameter set."""
    data = path.read_bytes()
    entry = next(kind for kind in (b"avc1", b"hvc1", b"hev1", b"mp4v") if kind in data)
    return poke(path, entry, 24, width, height, size=2)


def forge_sps(path: Path, width: int, height: int) -> Path:
    """Another sequence parameter set in `avcC`; what frames there are then fit no more."""
    data = bytearray(path.read_bytes())
    place = box(data, b"avcC")
    length = int.from_bytes(data[place + 6 : place + 8], "big")
    forged = sequence_parameter_set(width, height)
    if len(forged) > length:
        raise ValueError(f"{len(forged)} bytes do not fit into {length}")
    # Zeros after the stop bit are let pass by every decoder.
    data[place + 8 : place + 8 + length] = forged.ljust(length, b"\0")
    path.write_bytes(data)
    return path


def sequence_parameter_set(width: int, height: int) -> bytes:
    """A parameter set of the Main profile, level 6.2, progressive; sides in whole macroblocks."""
    bits = "".join(
        [
            _ue(0),  # seq_parameter_set_id
            _ue(0),  # log2_max_frame_num_minus4
            _ue(2),  # pic_order_cnt_type
            _ue(1),  # max_num_ref_frames
            "0",  # gaps_in_frame_num_value_allowed_flag
            _ue(width // 16 - 1),
            _ue(height // 16 - 1),
            "1",  # frame_mbs_only_flag
            "1",  # direct_8x8_inference_flag
            "0",  # frame_cropping_flag
            "0",  # vui_parameters_present_flag
            "1",  # rbsp_stop_one_bit
        ]
    )
    bits += "0" * (-len(bits) % 8)
    return bytes([0x67, 77, 0, 62]) + int(bits, 2).to_bytes(len(bits) // 8, "big")


def nested(path: Path, depth: int) -> Path:
    """`moov` in `moov`, so deep that a recursive parser runs out of stack."""
    head = b"\0\0\0\x14ftypisom\0\0\2\0isom"
    sizes = range(8 * depth, 0, -8)
    path.write_bytes(head + b"".join(size.to_bytes(4, "big") + b"moov" for size in sizes))
    return path


def without(path: Path, *kinds: bytes) -> Path:
    """Boxes of these kinds made free space."""
    data = path.read_bytes()
    for kind in kinds:
        data = data.replace(kind, b"free")
    path.write_bytes(data)
    return path


def garbled(path: Path, places: Sequence[int]) -> Path:
    """A bit of each of these bytes turned; places count round the file's end."""
    data = bytearray(path.read_bytes())
    for place in places:
        data[place % len(data)] ^= 1 << place % 8
    path.write_bytes(data)
    return path


def _ue(number: int) -> str:
    """Exp-Golomb (9.1)."""
    raw = f"{number + 1:b}"
    return "0" * (len(raw) - 1) + raw
