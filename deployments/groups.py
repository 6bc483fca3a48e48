"""A cut -> its groups: runs of frames that are encoded independently, each keyed by a hash of its
content.

A group begins where the cut's clip has a key frame, however the cut is trimmed. So a change encodes
only the groups that it touches, and several groups can be encoded at once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal, NamedTuple

import av
from av import VideoFrame

from conte.cut import Cut
from conte.frozen import digest
from deployments.cut_overlays import CutOverlays
from deployments.encoding import Mp4Writer, Preset
from deployments.fitting import Size
from deployments.footage import Footage
from deployments.overlays import amount_of
from deployments.transitions import Blend, edited_frames

SHORTEST_S = 0.3
"""Shortest group in seconds. A shorter run at a cut's end is merged with its neighbour, because a
key frame is as large as ten others."""


class Encoder(NamedTuple):
    """Settings of the encoder."""

    preset: Preset
    crf: int
    """CRF, or the quantizer of a draft (`Mp4Writer`)."""
    fps: int


@dataclass(frozen=True)
class Group:
    frames: range
    """Indices of its frames within the cut."""
    key: str
    """Hash of everything that shapes its pixels and its encoding."""


@dataclass(frozen=True)
class EditedCut:
    """Everything that shapes a cut's frames in the film."""

    cut: Cut
    footage: Footage
    before: Footage | None
    """The cut before it, if a dissolve joins them."""
    after: Footage | None
    """The cut after it, if a dissolve joins them."""
    mixed: Sequence[Blend]
    overlays: CutOverlays
    size: Size
    encoder: Encoder

    @property
    def groups(self) -> tuple[Group, ...]:
        found = runs(self.footage.first, self.cut.num_frames, self.encoder.fps)
        return tuple(Group(frames, self._key(frames)) for frames in found)

    def encode(self, group: Group, path: Path) -> Iterator[VideoFrame]:
        """Write a group to a file; yield once per encoded frame."""
        takes = [self.mixed[i].of for i in group.frames]
        before = after = ()
        if self.before is not None and "before" in takes:
            before = self.before.tail(self._taken("before"), self.size)
        if self.after is not None and "after" in takes:
            after = self.after.head(self._taken("after"), self.size)
        clip = self.footage.shown(self.size, group.frames)
        preset, crf, fps = self.encoder
        # One thread: other groups are encoded beside it, and its bytes are the same on any machine.
        with Mp4Writer(path, *self.size, fps, crf=crf, preset=preset, threads=1) as writer:
            for edited in edited_frames(group.frames, clip, self.mixed, before, after):
                self.overlays.onto(edited)
                writer.write(edited.frame)
                yield edited.frame

    def _taken(self, of: Literal["before", "after"]) -> int:
        return sum(blend.of == of for blend in self.mixed)

    def _key(self, frames: range) -> str:
        takes = {self.mixed[i].of for i in frames}
        neighbours = [
            other
            for of, other in (("before", self.before), ("after", self.after))
            if of in takes and other is not None
        ]
        window = self.footage.clip.window
        spec: list[object] = [
            av.__version__,
            self.encoder,
            self.size,
            _clip(self.footage),
            # A window that moves is somewhere else in a cut that begins or ends elsewhere.
            _place(self.footage) if window and window.to else [],
            [[*_clip(one), one.clip.num_frames, *_place(one)] for one in neighbours],
            [self._frame(i) for i in frames],
        ]
        return digest(spec)

    def _frame(self, i: int) -> list[object]:
        blend = self.mixed[i]
        layers = [
            [overlay.digest, amount]
            for overlay, strength in self.overlays.layers(i, blend.light)
            if (amount := amount_of(strength))
        ]
        mixed = [blend.of, blend.index, amount_of(blend.share)] if blend.of else []
        return [self.footage.first + i, mixed, layers]


def runs(first: int, num_frames: int, fps: int) -> tuple[range, ...]:
    """Divide a cut's frames at its clip's key frames, one a second.

    `first`: index in the clip of the first frame that the cut shows.
    """
    shortest = round(SHORTEST_S * fps)
    joints = range(fps - first % fps, num_frames, fps)
    kept = [at for at in joints if shortest <= at <= num_frames - shortest]
    return tuple(range(a, b) for a, b in pairwise([0, *kept, num_frames]))


def _clip(footage: Footage) -> list[object]:
    window = footage.clip.window
    return [footage.clip.key, window and window.model_dump()]


def _place(footage: Footage) -> list[int]:
    return [footage.first, footage.cut.num_frames]
