"""What any file format is brought to before it is understood: tables, texts and pictures, in order.

The adapters of formats make it; they know no heading and no cut.
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
    """Lines in clearly smaller letters, if the format shows that."""


Row = Sequence[Cell]


@dataclass(frozen=True)
class Table:
    page: int
    """Number of its slide, page or sheet, from 1."""
    place: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class TextBlock:
    page: int
    place: str
    text: str
    size: float = 0.0
    """Size of its letters, in points; 0 if the format does not say."""


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
    """Frames a second as the file names them; 0 if it does not."""


class Unread:
    """Collects what was not understood."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.found: list[NotRead] = []

    def __call__(self, place: str, reason: str) -> None:
        if len(self.found) < self._most:
            self.found.append(NotRead(place=place[:200] or "-", reason=reason[:500]))
