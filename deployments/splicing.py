"""Pieces of a film -> the film: concatenated, frame-exact, without encoding again.

The pieces come from one encoder with one set of options, so that one header fits all.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import av
import numpy as np
from av import AudioFrame

from deployments.sound.signals import Stereo

AUDIO_RATE = 48_000
AUDIO_FRAME = 1024
"""Samples in a frame of AAC."""


Audio = Stereo | Literal["silent", "none"]
"""Samples as long as the film, a track of silence, or no track."""


def splice(
    pieces: Sequence[Path],
    out: Path,
    fps: int,
    *,
    audio: Audio,
    tags: Mapping[str, str],
    bit_rate: int = 128_000,
) -> None:
    """Raises ValueError if the pieces come from different encoders."""
    with av.open(out, "w", format="mp4", options={"movflags": "+faststart"}) as film:
        film.metadata.update(tags)
        with av.open(pieces[0]) as first:
            video = film.add_stream_from_template(first.streams.video[0])
            header = video.codec_context.extradata
        track = (
            None
            if isinstance(audio, str) and audio == "none"
            else _Track(film, fps, audio, bit_rate)
        )
        num_frames = 0
        for path in pieces:
            with av.open(path) as piece:
                source = piece.streams.video[0]
                if source.codec_context.extradata != header:
                    raise ValueError(f"{path.name} has another header than {pieces[0].name}")
                at = num_frames
                for packet in piece.demux(source):
                    if packet.pts is None or packet.dts is None:
                        continue  # the flush packet at the end
                    later = int(Fraction(at, fps) / packet.time_base)
                    packet.pts, packet.dts = packet.pts + later, packet.dts + later
                    packet.stream = video
                    film.mux(packet)
                    num_frames += 1
                    if track is not None and num_frames % fps == 0:
                        track.until(num_frames)
        if track is not None:
            track.until(num_frames, last=True)


def header_of(piece: Path) -> tuple[int, int, bytes]:
    """Return width, height and the encoder's header."""
    with av.open(piece) as source:
        context = source.streams.video[0].codec_context
        return context.width, context.height, context.extradata or b""


class _Track:
    def __init__(self, film: Any, fps: int, audio: Audio, bit_rate: int) -> None:
        self._film, self._fps = film, fps
        self._samples = None if isinstance(audio, str) else audio
        self._audio = film.add_stream("aac", rate=AUDIO_RATE, layout="stereo")
        self._audio.bit_rate = bit_rate
        self._num_samples = 0

    def until(self, num_frames: int, *, last: bool = False) -> None:
        # An integer, because 48,000 is a multiple of 24, 25 and 30.
        until = num_frames * AUDIO_RATE // self._fps
        while self._num_samples < until:
            size = min(AUDIO_FRAME, until - self._num_samples)
            if size < AUDIO_FRAME and not last:
                return
            frame = self._frame(size)
            frame.rate, frame.pts = AUDIO_RATE, self._num_samples
            frame.time_base = Fraction(1, AUDIO_RATE)
            self._film.mux(self._audio.encode(frame))
            self._num_samples += size
        if last:
            self._film.mux(self._audio.encode(None))

    def _frame(self, size: int) -> AudioFrame:
        if self._samples is not None:
            heard = self._samples[:, self._num_samples : self._num_samples + size]
            # What is missing at the end is silent: the film's length is that of its pictures.
            heard = np.pad(heard, ((0, 0), (0, size - heard.shape[1])))
            return AudioFrame.from_ndarray(np.ascontiguousarray(heard), "fltp", "stereo")
        frame = AudioFrame(format="fltp", layout="stereo", samples=size)
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        return frame
