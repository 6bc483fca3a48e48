"""Pieces -> the film, and groups -> a piece: concatenated without encoding again.

All of them come from one encoder with one set of options, so that one header fits all.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any, Literal, NamedTuple

import av
import numpy as np
from av import AudioFrame, CodecContext, Packet

from deployments.recent import Recent
from deployments.sound.signals import Stereo

AUDIO_RATE = 48_000
AUDIO_FRAME = 1024
"""Samples in an AAC frame."""


BIT_RATE = 128_000
KEPT = 8
"""Number of encoded tracks that a process remembers; each takes 16 kB per second of film."""


@dataclass(frozen=True)
class Sound:
    """Sound of a film: samples as long as the film, computed only if its encoded track is not in
    memory."""

    key: str
    """Everything that shapes the samples, as text."""
    samples: Callable[[], Stereo]
    bit_rate: int = BIT_RATE
    """Bit rate of the AAC track, in bits per second."""


Audio = Sound | Literal["silent", "none"]
"""A sound, a silent track, or no track."""


class Stretch(NamedTuple):
    """Frames of a file, from `first` on, that were encoded independently of the others."""

    path: Path
    first: int = 0
    num_frames: int | None = None
    """Number of frames; None: all that follow."""


def splice(
    pieces: Sequence[Path | Stretch],
    out: Path,
    fps: int,
    num_frames: int,
    *,
    audio: Audio,
    tags: Mapping[str, str],
) -> None:
    """Join pieces that have `num_frames` together.

    Raises:
        ValueError: if the pieces come from different encoders.
    """
    with av.open(out, "w", format="mp4", options={"movflags": "+faststart"}) as film:
        film.metadata.update(tags)
        stretches = [Stretch(one) if isinstance(one, Path) else one for one in pieces]
        with av.open(stretches[0].path) as first:
            video = film.add_stream_from_template(first.streams.video[0])
            header = video.codec_context.extradata
        track = None if audio == "none" else _Track(film, fps, num_frames, audio)
        there = 0
        for stretch in stretches:
            with av.open(stretch.path) as piece:
                source = piece.streams.video[0]
                if source.codec_context.extradata != header:
                    names = stretch.path.name, stretches[0].path.name
                    raise ValueError(f"{names[0]} has another header than {names[1]}")
                at = there - stretch.first
                for packet in _packets(piece, source, stretch):
                    later = int(Fraction(at, fps) / packet.time_base)
                    packet.pts, packet.dts = packet.pts + later, packet.dts + later
                    packet.stream = video
                    film.mux(packet)
                    there += 1
                    if track is not None and there % fps == 0:
                        track.until(there)
        if track is not None:
            track.until(there, last=True)


def _packets(piece: Any, source: Any, stretch: Stretch) -> Iterator[Any]:
    # The flush packet at the end has no times.
    packets = (packet for packet in piece.demux(source) if None not in (packet.pts, packet.dts))
    # What was encoded by itself also lies together in the order of decoding.
    end = None if stretch.num_frames is None else stretch.first + stretch.num_frames
    return islice(packets, stretch.first, end)


def header_of(piece: Path) -> tuple[int, int, bytes]:
    """Return width, height and the encoder's header of a piece."""
    with av.open(piece) as source:
        context = source.streams.video[0].codec_context
        return context.width, context.height, context.extradata or b""


class _Heard(NamedTuple):
    """A packet of an encoded track."""

    data: bytes
    pts: int
    duration: int


_ENCODED = Recent[tuple[_Heard, ...]](KEPT)
"""Encoded tracks by everything that shapes them: versions of a film differ in their pictures,
seldom in their sound."""


def _track_of(audio: Sound | Literal["silent"], num_samples: int) -> tuple[_Heard, ...]:
    name, samples = (audio.key, audio.samples) if isinstance(audio, Sound) else (audio, None)
    bit_rate = _bit_rate(audio)
    return _ENCODED.get(
        (name, bit_rate, num_samples),
        lambda: _encoded(samples() if samples else None, num_samples, bit_rate),
    )


def remember(audio: Sound | Literal["silent"], fps: int, num_frames: int) -> None:
    """Encode a track if it is not known, so that `splice` finds it."""
    _track_of(audio, num_frames * AUDIO_RATE // fps)


def _bit_rate(audio: Sound | Literal["silent"]) -> int:
    return audio.bit_rate if isinstance(audio, Sound) else BIT_RATE


def _encoded(samples: Stereo | None, num_samples: int, bit_rate: int) -> tuple[_Heard, ...]:
    """Encode samples to AAC packets, padded with silence or cut off to `num_samples`, the length of
    the pictures."""
    heard = np.zeros((2, num_samples), np.float32)
    if samples is not None:
        there = min(samples.shape[1], num_samples)
        heard[:, :there] = samples[:, :there]
    encoder = CodecContext.create("aac", "w")
    encoder.sample_rate, encoder.layout, encoder.format = AUDIO_RATE, "stereo", "fltp"
    encoder.bit_rate, encoder.time_base = bit_rate, Fraction(1, AUDIO_RATE)
    # Takes 0.6 of the time of FFmpeg's default, and was closer to a synthesised track (24.0 dB, not
    # 21.5, at 128 kbit/s).
    encoder.options = {"aac_coder": "fast"}
    packets: list[Packet] = []
    for at in range(0, num_samples, AUDIO_FRAME):
        part = np.ascontiguousarray(heard[:, at : at + AUDIO_FRAME])
        frame = AudioFrame.from_ndarray(part, "fltp", "stereo")
        frame.rate, frame.pts, frame.time_base = AUDIO_RATE, at, Fraction(1, AUDIO_RATE)
        packets += encoder.encode(frame)
    packets += encoder.encode(None)
    return tuple(_Heard(bytes(one), one.pts or 0, one.duration or 0) for one in packets)


class _Track:
    def __init__(
        self, film: Any, fps: int, num_frames: int, audio: Sound | Literal["silent"]
    ) -> None:
        self._film, self._fps = film, fps
        self._stream = film.add_stream("aac", rate=AUDIO_RATE, layout="stereo")
        self._stream.bit_rate = _bit_rate(audio)
        # An integer, because 48,000 is a multiple of 24, 25 and 30.
        packets = _track_of(audio, num_frames * AUDIO_RATE // fps)
        self._left = list(reversed(packets))

    def until(self, num_frames: int, *, last: bool = False) -> None:
        until = num_frames * AUDIO_RATE // self._fps
        while self._left and (last or self._left[-1].pts < until):
            heard = self._left.pop()
            packet = Packet(heard.data)
            packet.time_base = Fraction(1, AUDIO_RATE)
            packet.pts = packet.dts = heard.pts
            packet.duration = heard.duration
            packet.is_keyframe = True
            packet.stream = self._stream
            self._film.mux(packet)
