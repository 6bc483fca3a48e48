"""Places of encoded groups: the pieces that an editor cut last from each clip.

A memory, not a record: after a restart the groups are encoded again.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from deployments.groups import Group
from deployments.splicing import Stretch

CLIPS = 1000
PIECES = 4
"""Largest number of clips, and of pieces per clip. Few pieces suffice, because versions differ in
one thing at a time."""


class KnownGroups:
    def __init__(self) -> None:
        self._pieces = OrderedDict[str, OrderedDict[str, tuple[Group, ...]]]()

    def add(self, clip: str, piece: str, groups: tuple[Group, ...]) -> None:
        """Remember the groups of a piece. `clip`, `piece`: vault keys."""
        pieces = self._pieces.setdefault(clip, OrderedDict())
        self._pieces.move_to_end(clip)
        pieces[piece] = groups
        pieces.move_to_end(piece)
        if len(pieces) > PIECES:
            pieces.popitem(last=False)
        if len(self._pieces) > CLIPS:
            self._pieces.popitem(last=False)

    def pieces(self, clip: str) -> Sequence[str]:
        """Return the vault keys of a clip's remembered pieces."""
        return tuple(self._pieces.get(clip, ()))

    def within(self, clip: str, paths: Mapping[str, Path]) -> dict[str, Stretch]:
        """Return the places of a clip's groups by group key. `paths`: files of pieces by
        vault key."""
        return dict(self._lying(clip, paths))

    def _lying(self, clip: str, paths: Mapping[str, Path]) -> Iterator[tuple[str, Stretch]]:
        for piece, groups in self._pieces.get(clip, {}).items():
            if piece in paths:
                for group in groups:
                    frames = group.frames
                    yield group.key, Stretch(paths[piece], frames.start, len(frames))
