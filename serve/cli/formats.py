"""`sian formats`: films of other lengths and ratios from an approved version. Uses the client."""

import re
from pathlib import Path
from typing import Annotated, get_args

import typer
from pydantic import ValidationError
from rich.table import Table
from rich.text import Text

from conte.brief import AspectRatio
from conte.formats.format import Format
from conte.vocabulary import Language
from serve.cli.address import AsJson, Home, Key, ProductionId, Url, address_of
from serve.cli.change_sheet import TIERS, sums
from serve.cli.revising import agreed
from serve.cli.round_words import RoundWords
from serve.cli.terminal import WRONG, fail, id_column, out, said, tell, tell_json
from serve.client import Client
from serve.ingress.format_views import FormatsView

app = typer.Typer(
    help="Films of other lengths and ratios from an approved version.", no_args_is_help=True
)
_FORMAT = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:s|초)?[\s,/x]+(\d+:\d+)\s*")
_WORDS: dict[str, dict[Language, str]] = {
    "cut": {"ko": "컷", "en": "Cut"},
    "source": {"ko": "원래 컷", "en": "Of cut"},
    "clip": {"ko": "클립", "en": "Clip"},
    "left_out": {"ko": "빠진 컷: {numbers}", "en": "Left out: cuts {numbers}"},
}

Wanted = Annotated[
    list[str],
    typer.Option("-f", "--format", help="A length and a ratio, such as '15s 9:16'."),
]
Version = Annotated[int | None, typer.Option(min=1, help="콘티 1, 2, 3; the newest if left out.")]


@app.command()
def quote(
    production: ProductionId,
    formats: Wanted,
    version: Version = None,
    as_json: AsJson = False,
    url: Url = None,
    key: Key = None,
    home: Home = Path(".sian"),
) -> None:
    """Show the cuts of each film, and what it would render, take and cost."""
    with said(), Client(address_of(url, home), key) as client:
        number = version or client.get(production).version
        found = client.quote_formats(production, number, _formats(formats))
        if as_json:
            tell_json(found)
            return
        _show(found, _language(client, production, number))


@app.command()
def order(
    production: ProductionId,
    formats: Wanted,
    version: Version = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Make them without asking.")] = False,
    url: Url = None,
    key: Key = None,
    home: Home = Path(".sian"),
) -> None:
    """Make a film in each format, as a separate production."""
    with said(), Client(address_of(url, home), key) as client:
        number = version or client.get(production).version
        wanted = _formats(formats)
        quoted = client.quote_formats(production, number, wanted)
        words = RoundWords(_language(client, production, number))
        _show(quoted, words.language)
        if not yes and not agreed("make_them", words):
            tell(words.say("nothing_made"))
            return
        made = client.make_formats(production, number, wanted, quote=quoted.hash)
        for one, view in zip(wanted, made.productions, strict=True):
            tell(words.say("format_made", format=_name(one), id=view.id))
        tell(words.say("own_films"))


@app.command("list")
def listed(
    production: ProductionId,
    version: Version = None,
    as_json: AsJson = False,
    url: Url = None,
    key: Key = None,
    home: Home = Path(".sian"),
) -> None:
    """List the productions made of a version in other formats."""
    with said(), Client(address_of(url, home), key) as client:
        number = version or client.get(production).version
        found = client.formats(production, number)
        if as_json:
            tell_json(found)
            return
        if not found.productions:
            tell(f"no film in another format was made of 콘티 {number}")
            return
        table = Table("format", id_column("id"), "state", "cuts", box=None, pad_edge=False)
        for view in found.productions:
            brief = view.brief
            name = f"{brief.duration_s:g} s {brief.aspect_ratio}" if brief else "unreadable"
            ready = f"{view.progress.cuts_ready}/{view.progress.cuts or '?'}"
            table.add_row(*map(Text, (name, view.id, view.state.value, ready)))
        out.print(table)


def _show(found: FormatsView, language: Language) -> None:
    words = {name: labels[language] for name, labels in _WORDS.items()}
    for made in found.formats:
        tell(_name(made.format))
        table = Table(words["cut"], words["source"], words["clip"], box=None, pad_edge=False)
        for cut in made.cuts:
            clips = [clip for clip in made.clips if clip.cut == cut.cut]
            said = "\n".join(f"{TIERS[clip.tier][language]}: {clip.reason}" for clip in clips)
            table.add_row(*map(Text, (str(cut.number), str(cut.source), said)))
        out.print(table)
        if made.left_out:
            tell(words["left_out"].format(numbers=", ".join(map(str, made.left_out))))
        for finding in made.findings:
            tell(f"- [{finding.severity}] {finding.field}: {finding.message}")
        out.print(sums(made, language))


def _language(client: Client, production: str, number: int) -> Language:
    brief = client.conte(production, number).brief
    return brief.language if brief else "ko"


def _formats(texts: list[str]) -> list[Format]:
    """Parse formats such as `15s 9:16`. Exits if one is malformed."""
    found: list[Format] = []
    for text in texts:
        matched = _FORMAT.fullmatch(text)
        try:
            given = {"duration_s": matched[1], "aspect_ratio": matched[2]} if matched else {}
            found.append(Format.model_validate(given))
        except ValidationError:
            ratios = ", ".join(get_args(AspectRatio))
            wanted = f"5 to 120 seconds and one of {ratios}, such as '15s 9:16'"
            fail(f"-f: got {text!r}, wanted {wanted}", WRONG)
    return found


def _name(format: Format) -> str:  # noqa: A002
    return f"{format.duration_s:g} s {format.aspect_ratio}"
