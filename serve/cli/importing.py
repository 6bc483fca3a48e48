"""The command `import`: an agency's own storyboard becomes a production. Uses the client."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from pydantic import ValidationError
from rich.table import Table
from rich.text import Text

from conte.brief import AspectRatio
from conte.storyboards.adopting import Adopting
from conte.storyboards.lawful import RULES
from conte.storyboards.sheet import Seen, StoryboardSheet
from conte.storyboards.words import LAYOUTS, MARKS, field_name, heard_text, seen_text
from conte.vocabulary import Language
from serve.cli.address import Home, Key, Url, address_of
from serve.cli.revising import agreed, followed
from serve.cli.round_words import RoundWords
from serve.cli.terminal import REFUSED, WRONG, fail, out, said, tell, tell_json
from serve.client import Client
from serve.ingress.storyboard_views import StoryboardView
from serve.pages.fonts import fonts_beside
from serve.storyboards.page import ShownSheet, sheets_page
from serve.whole import write_whole

_CAMERA = ("size", "angle", "move")
_MOST_UNREAD = 20


def import_storyboard(
    file: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, help="A .pptx, .xlsx, .pdf, .docx or .csv."),
    ],
    product: Annotated[str, typer.Option(help="Its name, if the sheet gives none.")] = "",
    advertiser: Annotated[str, typer.Option(help="If the sheet gives none.")] = "",
    title: Annotated[str, typer.Option(help="If the sheet gives none.")] = "",
    fps: Annotated[int | None, typer.Option(help="24, 25 or 30.")] = None,
    ratio: Annotated[AspectRatio | None, typer.Option(help="Of the film.")] = None,
    duration_s: Annotated[float | None, typer.Option("--seconds", help="Of the film.")] = None,
    cuts: Annotated[str, typer.Option(help="Which cuts of the sheet, such as 1-6.")] = "",
    settle: Annotated[
        Literal["cuts", "total"] | None,
        typer.Option(help=f"How lengths are settled that make no whole film: {RULES}."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Accept the report unseen.")] = False,
    report: Annotated[
        Path | None, typer.Option(help="Write what was read as a page (.html) as well.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="The report as JSON; nothing is made.")
    ] = False,
    url: Url = None,
    key: Key = None,
    home: Home = Path(".sian"),
) -> None:
    """Bring your own storyboard: it is read and reported, and becomes version 1 if you accept it.

    Its panels are kept as the cuts' pictures in the draft film. What the sheet does not say stays
    empty or has a plain value, and is listed.
    """
    try:
        told = Adopting.model_validate(
            {
                "product": product, "advertiser": advertiser, "title": title, "fps": fps,
                "aspect_ratio": ratio, "duration_s": duration_s, "cuts": cuts, "settle": settle,
            }
        )  # fmt: skip
    except ValidationError as error:
        one = error.errors(include_url=False)[0]
        fail(f"--{'.'.join(map(str, one['loc']))}: {one['msg']}", WRONG)
    with said(), Client(address_of(url, home), key) as client:
        found = client.import_storyboard(file, told)
        if as_json:
            tell_json(found)
            return
        _show(found, file.name)
        if report is not None:
            _write(report, file.name, found.sheet)
        if found.obstacles:
            for one in found.obstacles:
                tell(f"no conte can be made of it: {one.told}")
            raise typer.Exit(REFUSED)
        words = RoundWords(found.sheet.language)
        if not yes and not agreed("make_production", words):
            tell(words.say("nothing_made"))
            return
        made = client.import_storyboard(file, told, accept=found.accept).production
        assert made is not None
        tell(f"production     {made.id}")
        if made.brief is not None:
            followed(client, made.id, 0, made.brief)
        tell(f"exports        sian export {made.id}")


def _write(path: Path, name: str, sheet: StoryboardSheet) -> None:
    write_whole(path, sheets_page(name, [ShownSheet(name, sheet)], sheet.language))
    fonts_beside(path)
    tell(f"report         {path}")


def _show(found: StoryboardView, name: str) -> None:
    sheet, language = found.sheet, found.sheet.language
    tell(f"{name}: {LAYOUTS[sheet.layout].of(language)}, {len(sheet.cuts)} cuts, "
         f"{found.pictures} pictures")  # fmt: skip
    for field in ("title", "advertiser", "product", "total", "fps", "ratio"):
        seen: Seen[Any] | None = getattr(sheet, field)
        if seen is not None:
            tell(f"{field_name(field, language)}: {_text(seen, language)}")
    out.print(sheet_table(sheet))
    tell("~ likely, ? guessed; without a mark it is as the sheet says")
    for one in sheet.unread[:_MOST_UNREAD]:
        tell(f"not read: {one.place}: {one.reason}")
    if len(sheet.unread) > _MOST_UNREAD:
        tell(f"not read: {len(sheet.unread) - _MOST_UNREAD} more; see --report or --json")
    for one in found.assumed:
        tell(f"instead: {one.place}: {one.reason}")
    if found.duration_s is not None:
        tell(f"as a film: {found.duration_s:g} s, {sum(found.num_frames)} frames of {found.fps}")


def sheet_table(sheet: StoryboardSheet) -> Table:
    """Return a table of the cuts as they were read, one row each."""
    language = sheet.language
    heads = ("number", "size", "action", "narration", "caption", "length", "picture")
    named = {name: field_name(name, language) for name in heads}
    named["narration"] = "오디오" if language == "ko" else "Audio"
    table = Table(*named.values(), show_lines=True)
    for at, cut in enumerate(sheet.cuts, 1):
        camera = (seen for name in _CAMERA if (seen := getattr(cut, name)))
        table.add_row(
            Text(cut.number.value if cut.number else f"({at})"),
            Text("\n".join(_text(seen, language) for seen in camera)),
            Text(_text(cut.action, language)),
            Text(heard_text(cut, language)),
            Text(_text(cut.caption, language)),
            Text(_text(cut.length, language)),
            Text("●" if cut.picture else ""),
        )
    return table


def _text(seen: Seen[Any] | None, language: Language) -> str:
    return "" if seen is None else seen_text(seen, language) + MARKS[seen.sure]
