"""The command `reimport`: merges an edited export into the draft. Uses the client."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from conte.field_words import CUT_FIELDS, field_label
from conte.revision.edited import Unread
from conte.revision.merging import Choice, MergeConflict
from conte.vocabulary import Language
from serve.cli.address import AsJson, Home, Key, ProductionId, Url, address_of
from serve.cli.terminal import REFUSED, WRONG, fail, out, said, tell, tell_json
from serve.client import Client
from serve.ingress.import_views import ImportView

_SHOWN = 60


def reimport(
    production: ProductionId,
    file: Annotated[
        Path,
        typer.Argument(
            exists=True,
            dir_okay=False,
            help="An edited .xlsx, .pptx, .otio, .otioz, .fcpxml, .xml or .edl.",
        ),
    ],
    base: Annotated[
        int | None,
        typer.Option(min=1, help="콘티 1, 2, 3 that it was made of, if the file names none."),
    ] = None,
    choose: Annotated[
        list[str] | None,
        typer.Option(help="A conflict and whose value counts: c_7f2a.caption:theirs."),
    ] = None,
    ours: Annotated[bool, typer.Option("--ours", help="The draft's values, in conflicts.")] = False,
    theirs: Annotated[bool, typer.Option("--theirs", help="The file's, in conflicts.")] = False,
    as_json: AsJson = False,
    url: Url = None,
    key: Key = None,
    home: Home = Path(".sian"),
) -> None:
    """Merge an edited timeline, workbook or deck into the draft, as operations.

    Fields changed on both sides are shown with three values, and nothing is written until each is
    chosen.
    """
    if ours and theirs:
        fail("--ours and --theirs: wanted one of them", WRONG)
    choices = dict[str, Choice](_choice(one) for one in choose or ())
    with said(), Client(address_of(url, home), key) as client:
        found = client.import_edits(production, file, base=base, choices=choices)
        every: Choice | None = "ours" if ours else "theirs" if theirs else None
        if found.conflicts and every is not None:
            choices = dict[str, Choice]((one.key, every) for one in found.conflicts) | choices
            found = client.import_edits(
                production, file, base=base, choices=choices, revision=found.revision
            )
        if as_json:
            tell_json(found)
        else:
            _show(found, client.draft(production).brief.language)
    if found.conflicts:
        raise typer.Exit(REFUSED)


def _choice(text: str) -> tuple[str, Choice]:
    key, _, whose = text.rpartition(":")
    if not key or whose not in ("ours", "theirs"):
        fail(f"--choose: got {text!r}, wanted a conflict's key and ours or theirs", WRONG)
    return key, "theirs" if whose == "theirs" else "ours"


def _show(found: ImportView, language: Language) -> None:
    if found.conflicts:
        out.print(conflict_sheet(found.conflicts, language))
        tell("changed on both sides, so nothing was written; choose with --choose KEY:theirs,")
        tell("or for all of them with --ours or --theirs")
    elif found.applied:
        many = "s" if len(found.operations) > 1 else ""
        tell(f"in the draft: {len(found.operations)} operation{many}")
        tell(f"what they render and cost: sian quote {found.production}")
    else:
        tell(f"the file changes nothing of 콘티 {found.base}")
    for line in _lines(found.unread):
        tell(f"not taken: {line}")


def conflict_sheet(conflicts: Sequence[MergeConflict], language: Language) -> Table:
    """Return a table of the conflicts: the base value, the draft's value and the file's value."""
    table = Table("key", "cut", "field", "before", "ours", "theirs", box=None, pad_edge=False)
    for one in conflicts:
        label = field_label(CUT_FIELDS, one.field, language)
        cells = (one.key, one.number or "", label, one.base, one.ours, one.theirs)
        table.add_row(*(Text(_short(cell)) for cell in cells))
    return table


def _short(value: object) -> str:
    text = "" if value is None else " ".join(str(value).split())
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _lines(unread: Sequence[Unread]) -> list[str]:
    return [f"{one.place}: {one.reason}" for one in unread]
