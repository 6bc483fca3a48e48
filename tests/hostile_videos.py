"""Small files that are no videos or damaged ones, the same each time.

Each comes with what its reason must say.
"""

import random
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import av
import numpy as np

from tests.forged_pictures import animated_webp, apng, gif
from tests.made_videos import still, write_video
from tests.mp4_surgery import (
    claim_duration,
    claim_size,
    forge_sps,
    garbled,
    nested,
    poke,
    sequence_parameter_set,
    without,
)
from tests.videos_of_every_make import H264, SIZE, Make, cut_short, good, written


@dataclass(frozen=True)
class Bad:
    make: Make
    reason: str
    """A regular expression for the reason that a person reads."""
    state: str = "filtered"


def sound_only(folder: Path) -> Path:
    path = folder / "video.mp4"
    with av.open(path, "w") as out:
        stream = out.add_stream("aac", rate=48_000, layout="mono")
        for number in range(100):
            samples = np.zeros((1, 1024), np.float32)
            frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="mono")
            frame.rate, frame.pts = 48_000, 1024 * number
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def sound_with_cover(folder: Path) -> Path:
    """A video stream of one picture, which the file says is its cover."""
    path = folder / "video.mkv"
    with av.open(path, "w") as out, av.open(sound_only(folder)) as sound:
        template: Any = sound.streams.audio[0]
        stream = out.add_stream_from_template(template)
        out.add_attachment("cover.jpg", "image/jpeg", _JPEG)
        for packet in sound.demux(template):
            if packet.dts is not None:
                packet.stream = stream
                out.mux(packet)
    return path


def long(folder: Path, hours: float, name: str = "video.mp4", **given: Any) -> Path:
    """A frame every 20 seconds, as a camera over a building site takes them."""
    return write_video(
        folder / name,
        num_frames=round(hours * 180),
        options={"preset": "ultrafast", "g": "100"},
        draw=still,
        times=[20 * number for number in range(round(hours * 180))],
        time_base=Fraction(1),
        **given,
    )


def bomb(folder: Path, side: int, *, declared: bool) -> Path:
    """Pictures of a few bytes that take a gigabyte when they are decoded.

    Args:
        declared: whether the sample entry says so too; else only the decoder learns of it.
    """
    path = forge_sps(good(folder, num_frames=60), side, side)
    return claim_size(path, side % 65536, side % 65536) if declared else path


def broadcast(folder: Path, side: int) -> Path:
    """A transport stream, in which nothing but H.264's parameter sets says how large it is.

    Args:
        side: 0 leaves them out.
    """
    path = folder / "video.ts"
    sets = b""
    if side:
        sets = b"\0\0\0\1" + sequence_parameter_set(side, side) + b"\0\0\0\1\x68\xce\x38\x80"
    slice_ = b"\0\0\0\1\x65\x88\x84" + random.Random(side).randbytes(500)
    with av.open(good(folder)) as whole, av.open(path, "w") as out:
        stream: Any = out.add_stream_from_template(whole.streams.video[0], opaque=True)
        stream.codec_context.extradata = sets
        for number in range(20):
            packet = av.Packet(sets + slice_)
            packet.pts = packet.dts = number
            packet.time_base, packet.is_keyframe, packet.stream = Fraction(1, 25), True, stream
            out.mux(packet)
    return path


ENCRYPTED = {
    "encryption_scheme": "cenc-aes-ctr",
    "encryption_key": "00112233445566778899aabbccddeeff",
    "encryption_kid": "00112233445566778899aabbccddeeff",
}


def encrypted_webm(folder: Path) -> Path:
    """One track whose ContentEncodings say AES (RFC 9559, 5.1.4.1.31), by hand: no muxer does."""
    packets = bytearray()
    with av.open(good(folder, "clear.webm", "libvpx", options={"g": "48"}, num_frames=60)) as clear:
        stream = clear.streams.video[0]
        width, height = stream.codec_context.width, stream.codec_context.height
        for number, packet in enumerate(clear.demux(stream)):
            if packet.size:
                flags = 0x80 if packet.is_keyframe else 0
                head = b"\x81" + (40 * number).to_bytes(2, "big") + bytes([flags])
                packets += _ebml(b"\xa3", head + bytes(packet))
    key = _ebml(b"\x47\xe1", b"\5") + _ebml(b"\x47\xe2", bytes(range(16)))
    scheme = _ebml(b"\x50\x33", b"\1") + _ebml(b"\x50\x35", key)
    track = _ebml(b"\xd7", b"\1") + _ebml(b"\x73\xc5", b"\1") + _ebml(b"\x83", b"\1")
    track += _ebml(b"\x86", b"V_VP8") + _ebml(b"\x6d\x80", _ebml(b"\x62\x40", scheme))
    sides = _ebml(b"\xb0", width.to_bytes(2, "big")) + _ebml(b"\xba", height.to_bytes(2, "big"))
    tracks = _ebml(b"\x16\x54\xae\x6b", _ebml(b"\xae", track + _ebml(b"\xe0", sides)))
    cluster = _ebml(b"\x1f\x43\xb6\x75", _ebml(b"\xe7", b"\0") + bytes(packets))
    head = _ebml(b"\x1a\x45\xdf\xa3", _ebml(b"\x42\x82", b"webm"))
    return written(folder, head + _ebml(b"\x18\x53\x80\x67", tracks + cluster), "video.webm")


def _ebml(name: bytes, body: bytes) -> bytes:
    return name + (len(body) | 1 << 56).to_bytes(8, "big") + body


def archive(folder: Path) -> Path:
    path = folder / "video.mp4"
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("video.txt", "not here either")
    return path


def sparse(folder: Path, num_bytes: int) -> Path:
    path = folder / "video.mp4"
    with path.open("wb") as file:
        file.truncate(num_bytes)
    return path


_JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")
_SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'
_PLAYLIST = b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"
_NOT_A_VIDEO = "not a video: "

BAD: Mapping[str, Bad] = {
    "nothing": Bad(lambda folder: written(folder, b""), "the file is empty"),
    "a byte": Bad(lambda folder: written(folder, b"\0"), _NOT_A_VIDEO),
    "zeros": Bad(lambda folder: sparse(folder, 1 << 20), _NOT_A_VIDEO),
    "random bytes": Bad(
        lambda folder: written(folder, random.Random(1).randbytes(1 << 16)), _NOT_A_VIDEO
    ),
    "too large a file": Bad(lambda folder: sparse(folder, 9 << 30), "9216 MiB, at most 8192"),
    "text": Bad(lambda folder: written(folder, b"It was a dark and stormy night.\n" * 9), "text"),
    "a text in Korean": Bad(
        lambda folder: written(folder, "옛날 옛적에 호랑이가 담배를 피우던 시절\n".encode() * 9),
        r"text \('옛날 옛적에",
    ),
    "a program": Bad(
        lambda folder: written(folder, Path(sys.executable).read_bytes()[:100_000]), "a program"
    ),
    "an archive": Bad(archive, "a ZIP archive"),
    "a picture": Bad(lambda folder: written(folder, _JPEG), "a JPEG, which is a picture"),
    "a GIF": Bad(lambda folder: written(folder, gif(1, repeated=False)), "a GIF, which is a pict"),
    "an animated GIF": Bad(lambda folder: written(folder, gif(3)), "an animated GIF; wanted a vid"),
    "an animated PNG": Bad(
        lambda folder: written(folder, apng(3)), "an animated PNG; wanted a vid"
    ),
    "an animated WebP": Bad(
        lambda folder: written(folder, animated_webp(3)), "an animated WebP; wanted a video"
    ),
    "an encrypted video": Bad(
        lambda folder: good(folder, container_options=ENCRYPTED),
        "^[^:]*encrypted: it cannot be read",
    ),
    "an encrypted video in fragments": Bad(
        lambda folder: good(
            folder,
            container_options=ENCRYPTED
            | {"movflags": "frag_keyframe+empty_moov+default_base_moof"},
        ),
        "encrypted: it cannot be read",
    ),
    "an encrypted WebM": Bad(encrypted_webm, "encrypted: it cannot be read"),
    "a drawing": Bad(lambda folder: written(folder, _SVG), "an SVG, which is a picture"),
    "a web page": Bad(lambda folder: written(folder, b"<!DOCTYPE html><video src=x>"), "web page"),
    "a playlist": Bad(lambda folder: written(folder, _PLAYLIST, "video.m3u8"), "a playlist"),
    "a playlist named as a video": Bad(lambda folder: written(folder, _PLAYLIST), "a playlist"),
    "a list of files": Bad(
        lambda folder: written(folder, b"ffconcat version 1.0\nfile /etc/passwd\n"), "a playlist"
    ),
    "sound": Bad(sound_only, "no video stream: the file holds audio"),
    "sound with a cover": Bad(sound_with_cover, "no video stream"),
    "a video without its index": Bad(lambda folder: cut_short(folder, 0.6), "cannot be read: "),
    "a video's index without its frames": Bad(
        lambda folder: cut_short(folder, 0.02, index_first=True), "can be decoded|cannot be read"
    ),
    "an empty index": Bad(
        lambda folder: without(good(folder), b"stsz", b"stco"), "can be decoded|cannot be read"
    ),
    "boxes within boxes": Bad(lambda folder: nested(folder / "video.mp4", 20_000), "cannot be"),
    "no size at all": Bad(partial(broadcast, side=0), "its size is 0x0"),
    "no parameter sets": Bad(
        lambda folder: claim_size(without(good(folder), b"avcC"), 0, 0), "cannot be read"
    ),
    "eight hours": Bad(partial(long, hours=8), r"8.0 h long, at most 4 h"),
    "eight hours in a transport stream": Bad(partial(long, hours=8, name="video.ts"), "8.0 h long"),
    "eight hours as they were broadcast": Bad(
        partial(long, hours=8, name="video.mkv", container_options={"live": "1"}), "longer than 4 h"
    ),
    "a claim of eight hours": Bad(
        lambda folder: claim_duration(good(folder, "video.mkv"), 8 * 3600), "8.0 h long, at most"
    ),
    "a film of slides": Bad(partial(long, hours=0.1, size=SIZE), "fps 0.05 < 12"),
    "too short a film": Bad(partial(good, num_frames=30), "duration_s 1.2 < 2"),
    "too small a film": Bad(partial(good, size=(208, 112)), "side 112 < 240"),
    "a size that only the decoder learns": Bad(
        partial(bomb, side=12288, declared=False), "12288x12288"
    ),
    "a size of 12288 x 12288": Bad(
        partial(bomb, side=12288, declared=True), "12288x12288: more than"
    ),
    "a size of 16384 x 16384": Bad(partial(bomb, side=16384, declared=True), "decoded|16384"),
    "a size in a stream": Bad(partial(broadcast, side=12288), "its size is 12288x12288"),
    "a table of four billion durations": Bad(
        lambda folder: poke(good(folder), b"stts", 4, 0xFFFFFFFF),
        "more than 2048 MiB of memory",
        "quarantined",
    ),
    "four billion samples": Bad(
        lambda folder: poke(good(folder), b"stsz", 4, 1, 0xFFFFFFFF), "can be decoded"
    ),
    "170 million samples": Bad(
        lambda folder: poke(good(folder), b"stsz", 4, 1, 170_000_000), "can be decoded"
    ),
    "sixty million samples in one chunk": Bad(
        lambda folder: poke(
            poke(good(folder), b"stsc", 8, 1, 60_000_000), b"stsz", 4, 1, 60_000_000
        ),
        "can be decoded",
    ),
    "a box larger than the file": Bad(
        lambda folder: poke(good(folder), b"stts", -8, 0x7FFFFFFF), "can be decoded"
    ),
}


def damaged(folder: Path, seed: int) -> Path:
    """A good video with bits turned anywhere, the header too."""
    chance = random.Random(seed)
    path = good(
        folder,
        container_options={"movflags": "faststart"} if seed % 2 else {},
        options=H264 | {"g": "12"},
    )
    places = [chance.randrange(1 << 30) for _ in range(chance.choice((1, 10, 100, 1000)))]
    return garbled(path, places)
