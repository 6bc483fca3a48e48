"""Change and ChangeTable (수정대조표): what differs between two versions, a field a row."""

from collections.abc import Mapping
from typing import Any, Literal

from conte.cut import MaybeCutId
from conte.frozen import Frozen
from conte.revision.origins import Origin
from conte.revision.words import Run
from conte.vocabulary import Language

Part = Literal["brief", "conte", "look", "sheet", "cut"]
Happened = Literal["edited", "added", "removed", "moved", "split", "merged"]
ChangeKind = Literal["words", "time", "order", "picture"]

ChangeKey = tuple[str, str]
"""What a row is about: cut id ("" for the conte and the brief) and field.

The field is `title`, `look.style`, `sheet.driver.prompt` or `brief.product.name` where there is no
cut; `whole` or `order` where a cut was added, removed or moved.
"""
Causes = Mapping[ChangeKey, str]
"""The comments and feedback that asked for changes."""

WHOLE = "whole"
"""The field of a row that is about a whole cut or sheet entry: added, removed, split, merged."""
ORDER = "order"
"""The field of a row that is about its place."""


class Change(Frozen):
    part: Part
    happened: Happened
    kind: ChangeKind
    """What it touches: words that are said or read, lengths, the cuts and their order, or the
    picture."""
    cut: MaybeCutId = ""
    """Empty for all but a cut's."""
    entry: str = ""
    """The sheet entry's id, if it is a sheet entry's."""
    number_before: int | None = None
    number_after: int | None = None
    field: str
    """A field's name, a brief's path such as `product.name`, `whole` or `order`."""
    label: str
    """The field's label for people, in the table's language."""
    before: Any = None
    """JSON, as it was. A whole cut where it was removed; its number where it was moved."""
    after: Any = None
    text_before: str = ""
    """`before` for people, in the table's language; empty: nothing."""
    text_after: str = ""
    runs: tuple[Run, ...] = ()
    """Both texts compared by words, where both are texts."""
    other: MaybeCutId = ""
    """The cut that it was split from, or was merged into."""
    origin: Origin | None = None
    """The cut of another direction that it was borrowed from."""
    internal: bool = False
    """For makers only, such as a video prompt: a client's table leaves it out, and says so."""
    cause: str | None = None
    """The comment or feedback that asked for it."""

    @property
    def for_clients(self) -> bool:
        """False: guests of a share link are not shown the row."""
        return not self.internal and self.part != "brief"

    @property
    def key(self) -> ChangeKey:
        match self.part:
            case "cut":
                return self.cut, self.field
            case "sheet":
                return "", ".".join(filter(None, ("sheet", self.entry, self.field)))
            case "conte":
                return "", self.field
            case _:
                return "", f"{self.part}.{self.field}"


class Untouched(Frozen):
    """A cut that is as it was, whatever its number has become."""

    cut: MaybeCutId
    number_before: int
    number_after: int


class ChangeTable(Frozen):
    """The brief's rows first, then the conte's, the look's and the sheet's, then cut by cut."""

    language: Language
    rows: tuple[Change, ...]
    untouched: tuple[Untouched, ...]
    num_untouched: int
    num_cuts_before: int
    num_cuts_after: int
