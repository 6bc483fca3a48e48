"""Raw content of a storyboard file, the same for every file format: tables, texts and pictures, in
order.

The readers of the formats make it; they know nothing of headings and cuts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from conte.storyboards.sheet import Kind, NotRead


@dataclass(frozen=True)
class Cell:
    text: str = ""
    place: str = ""
    pictures: tuple[int, ...] = ()
    """Indices into the file's pictures."""
    small: tuple[str, ...] = ()
    """Lines in clearly smaller type, if the format has type sizes."""


Row = Sequence[Cell]


@dataclass(frozen=True)
class Table:
    page: int
    """Number of its slide, page or worksheet, from 1."""
    place: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class TextBlock:
    page: int
    place: str
    text: str
    size: float = 0.0
    """Type size in points; 0 if the format has none."""


@dataclass(frozen=True)
class PictureBlock:
    page: int
    place: str
    index: int
    area: float = 0.0
    """Area on its page, in a unit that is the same for the whole file."""


Block = Table | TextBlock | PictureBlock


@dataclass
class RawSheet:
    """A file's content."""

    kind: Kind
    blocks: list[Block] = field(default_factory=list[Block])
    pictures: list[bytes] = field(default_factory=list[bytes])
    unread: list[NotRead] = field(default_factory=list[NotRead])
    fps: int = 0
    """Frames per second named in the file; 0 if none are."""


class Unread:
    """Collects what was not understood."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.found: list[NotRead] = []

    def __call__(self, place: str, reason: str) -> None:
        if len(self.found) < self._most:
            self.found.append(NotRead(place=place[:200] or "-", reason=reason[:500]))
