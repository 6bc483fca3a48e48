"""Change and ChangeTable (수정대조표): differences between two versions, one row per field."""

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
"""Key of a row: cut id ("" for the conte and the brief) and field.

The field is `title`, `look.style`, `sheet.driver.prompt` or `brief.product.name` without a cut;
`whole` or `order` if a cut was added, removed or moved.
"""
Causes = Mapping[ChangeKey, str]
"""Comments and feedback that asked for changes, by the key of the row."""

WHOLE = "whole"
"""Field of a row about a whole cut or sheet entry: added, removed, split, merged."""
ORDER = "order"
"""Field of a row about a cut's place."""


class Change(Frozen):
    part: Part
    happened: Happened
    kind: ChangeKind
    """Kind of the change: words that are said or read, lengths, cuts and their order, or the
    picture."""
    cut: MaybeCutId = ""
    """Id of the cut; empty if the row is about no cut."""
    entry: str = ""
    """Id of the sheet entry; empty if the row is about none."""
    number_before: int | None = None
    number_after: int | None = None
    field: str
    """Name of the field, path in the brief such as `product.name`, `whole` or `order`."""
    label: str
    """Label of the field for people, in the table's language."""
    before: Any = None
    """Old value as JSON: the whole cut if it was removed, its number if it was moved."""
    after: Any = None
    text_before: str = ""
    """`before` for people, in the table's language; empty: nothing."""
    text_after: str = ""
    runs: tuple[Run, ...] = ()
    """Comparison by words, if both are texts."""
    other: MaybeCutId = ""
    """Id of the cut from which it was split, or into which it was merged."""
    origin: Origin | None = None
    """Cut of another direction from which it was borrowed."""
    internal: bool = False
    """True: for makers only, such as a video prompt: a client's table omits it, and says so."""
    cause: str | None = None
    """Comment or feedback that asked for the change; null: none."""

    @property
    def for_clients(self) -> bool:
        """Return whether guests of a share link see the row."""
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
    """An unchanged cut, whose number may differ."""

    cut: MaybeCutId
    number_before: int
    number_after: int


class ChangeTable(Frozen):
    """Rows in order: the brief's, the conte's, the look's, the sheet's, then cut by cut."""

    language: Language
    rows: tuple[Change, ...]
    untouched: tuple[Untouched, ...]
    num_untouched: int
    num_cuts_before: int
    num_cuts_after: int
