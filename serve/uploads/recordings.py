"""An uploaded recording -> 48 kHz, stereo, FLAC. For the bounded child: decodes all of it.

Only WAV, MP3, M4A, AAC, FLAC and Ogg are opened, with the demuxer for their first bytes. Tags and
cover pictures are dropped: the stored file is made from the samples alone.
"""

import io
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import av
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError

from conte.frozen import Frozen
from conte.sound import RATE
from serve.bounded.limits import MIB, CallLimits
from serve.bounded.outcome import FunctionResult, Unusable

if TYPE_CHECKING:
    from serve.settings import UploadSettings  # the bounded child does not need it

WANTED_KINDS = "WAV, MP3, M4A, AAC, FLAC or Ogg"
CODECS = (
    "mp3", "mp3float", "aac", "aac_fixed", "alac", "flac", "vorbis", "libvorbis", "opus", "libopus",
)  # fmt: skip
"""Codecs that are accepted, besides those whose names begin with `pcm_`."""
LEAST_RATE, MOST_RATE = 8_000, 192_000
MOST_CHANNELS = 8
LIMITS = CallLimits(
    memory_bytes=768 * MIB,
    cpu_s=60,
    wall_s=180,
    answer_bytes=256 * MIB,
    file_bytes=1,
    open_files=64,
)


@dataclass(frozen=True)
class RecordingBounds:
    max_s: float = 600

    @property
    def wanted(self) -> str:
        """Return the limits as text for people."""
        return (
            f"a {WANTED_KINDS} recording of at most {self.max_s:g} s, {MOST_CHANNELS} channels and"
            f" {MOST_RATE} samples a second"
        )


def recording_bounds(settings: "UploadSettings") -> RecordingBounds:
    return RecordingBounds(settings.max_sound_s)


class NoRecording(Unusable):
    """A recording that cannot be used; the message is a sentence about it."""


class Recorded(Frozen):
    """Properties of an uploaded file, and its length as stored."""

    num_samples: int
    """Length in samples at 48 kHz."""
    channels: int
    rate: int


def format_of(head: bytes) -> str | None:
    """Return FFmpeg's name of the format by a file's first 12 bytes; None for anything else."""
    if head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE":
        return "wav"
    if head[4:8] == b"ftyp":
        return "mp4"
    if head[:4] == b"fLaC":
        return "flac"
    if head[:4] == b"OggS":
        return "ogg"
    if head[:3] == b"ID3":
        return "mp3"
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        # The layer's bits are 0 in AAC, and never in MP3.
        return "aac" if head[1] & 0x06 == 0 else "mp3"
    return None


def recorded(path: str, bounds: RecordingBounds) -> FunctionResult:
    """Return JSON of `Recorded`, and the recording as FLAC.

    Raises:
        NoRecording: naming what was got.
    """
    try:
        with _opened(path) as source:
            if not source.streams.audio:
                raise NoRecording("it has no sound")
            stream = source.streams.audio[0]
            _check(source, stream, bounds)
            made, num_samples = _as_flac(source, stream, bounds)
            found = Recorded(
                num_samples=num_samples,
                channels=stream.codec_context.channels,
                rate=stream.codec_context.sample_rate,
            )
    except (FFmpegError, ValueError, OverflowError) as error:
        # Its text names a file of ours.
        why = error.strerror if isinstance(error, FFmpegError) else error
        raise NoRecording(f"it cannot be decoded: {why}") from None
    return FunctionResult(found.model_dump_json(), [made])


def _opened(path: str) -> InputContainer:
    with open(path, "rb") as file:
        kind = format_of(file.read(12))
    if kind is None:
        raise NoRecording(f"it is neither {WANTED_KINDS.replace(' or ', ' nor ')}")
    return av.open(path, "r", format=kind)


def _check(source: InputContainer, stream: AudioStream, bounds: RecordingBounds) -> None:
    """Check the header before anything is decoded."""
    context = stream.codec_context
    name = context.name
    if name not in CODECS and not name.startswith("pcm_"):
        raise NoRecording(f"its codec is {name}")
    _check_form(context.sample_rate, context.channels)
    lasts = stream.duration and stream.time_base and stream.duration * stream.time_base
    lasts = lasts or (source.duration and Fraction(source.duration, 1_000_000))
    if lasts and lasts > bounds.max_s:
        raise NoRecording(f"it lasts {float(lasts):.1f} s")


def _check_form(rate: int, channels: int) -> None:
    if not LEAST_RATE <= rate <= MOST_RATE:
        raise NoRecording(f"it has {rate} samples a second")
    if not 1 <= channels <= MOST_CHANNELS:
        raise NoRecording(f"it has {channels} channels")


def _as_flac(
    source: InputContainer, stream: AudioStream, bounds: RecordingBounds
) -> tuple[bytes, int]:
    made, most = io.BytesIO(), round(bounds.max_s * RATE)
    to_stored = AudioResampler(format="s32", layout="stereo", rate=RATE)
    num_samples = 0
    with av.open(made, "w", format="flac") as target:
        kept = target.add_stream("flac", rate=RATE, layout="stereo", format="s32")

        def keep(frame: av.AudioFrame | None) -> int:
            num = 0
            for one in to_stored.resample(frame):
                one.pts = num_samples + num
                one.time_base = Fraction(1, RATE)
                num += one.samples
                target.mux(kept.encode(one))
            return num

        for frame in source.decode(stream):
            # What the header says need not be true.
            _check_form(frame.sample_rate, frame.layout.nb_channels)
            num_samples += keep(frame)
            if num_samples > most:
                raise NoRecording(f"it lasts more than {bounds.max_s:g} s")
        num_samples += keep(None)
        target.mux(kept.encode(None))
    if not num_samples:
        raise NoRecording("none of its samples can be decoded")
    return made.getvalue(), num_samples
