"""Cuts -> beats: a tempo at which every cut begins on a beat. Knows no sounds."""

from collections.abc import Sequence
from dataclasses import dataclass

from deployments.sound.signals import RATE


@dataclass(frozen=True)
class Bar:
    """The beats of one cut; the next cut begins where the last of them ends."""

    start: int
    """Index of the first sample."""
    num_samples: int
    num_beats: float
    """Number of beats, in halves: a cut may end between two beats, on an eighth of the music."""

    def at(self, beat: float) -> int:
        """Return the sample of a beat, counted from the start of the cut."""
        return self.start + round(beat * self.num_samples / self.num_beats)

    @property
    def beat_s(self) -> float:
        return self.num_samples / self.num_beats / RATE


def on_the_beat(lengths: Sequence[int], fps: int, slowest: float, fastest: float) -> list[Bar]:
    """Return the beats of each cut. `lengths` in frames; `slowest`, `fastest`: beats a minute.

    The tempo is the one at which the cuts' lengths are nearest to whole beats and halves; each
    cut's own tempo is adjusted by the rest.
    """
    cuts_s = [length / fps for length in lengths]
    tempi = [slowest + (fastest - slowest) * step / 96 for step in range(97)]

    def off(tempo: float) -> float:
        wanted = [cut_s * tempo / 60 for cut_s in cuts_s]
        return max(abs(beats / _in_halves(beats) - 1) for beats in wanted)

    best = min(tempi, key=off)
    bars: list[Bar] = []
    frames = 0
    for length, cut_s in zip(lengths, cuts_s, strict=True):
        # An integer: 48,000 is a multiple of 24, 25 and 30.
        start, end = frames * RATE // fps, (frames + length) * RATE // fps
        bars.append(Bar(start, end - start, _in_halves(cut_s * best / 60)))
        frames += length
    return bars


def _in_halves(beats: float) -> float:
    return max(1.0, round(2 * beats) / 2)
