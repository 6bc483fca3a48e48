"""`sian ideas`: ideas for a brief, before there is a conte. Uses the client."""

from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from conte.vocabulary import Language
from serve.cli.address import AsJson, Home, Key, Url, address_of
from serve.cli.brief_file import read_brief
from serve.cli.terminal import out, said, tell, tell_json
from serve.client import Client

_WORDS: dict[str, dict[Language, str]] = {
    "idea": {"ko": "아이디어", "en": "Idea"},
    "place": {"ko": "장소", "en": "Place"},
    "structure": {"ko": "구성", "en": "Structure"},
    "take": {
        "ko": "마음에 드는 아이디어는 브리프의 ideas에 그대로 옮겨 적으세요.",
        "en": "Copy the ones that you like into the brief's ideas.",
    },
    "none": {"ko": "더 낼 아이디어가 없습니다.", "en": "There are no further ideas."},
}


def ideas(
    brief_file: Annotated[
        Path, typer.Argument(metavar="BRIEF", help="A YAML or JSON file; see examples/tire.yaml.")
    ],
    like: Annotated[
        list[str] | None, typer.Option(help="An idea that pleases: those near to it come first.")
    ] = None,
    unlike: Annotated[
        list[str] | None, typer.Option(help="An idea that is known: nothing like it is proposed.")
    ] = None,
    num: Annotated[int, typer.Option("-n", "--num", min=1, max=16, help="How many.")] = 8,
    as_json: AsJson = False,
    url: Url = None,
    key: Key = None,
    home: Home = Path(".sian"),
) -> None:
    """Propose ideas for a brief, each different from the others."""
    with said():
        brief = read_brief(brief_file)
        with Client(address_of(url, home), key) as client:
            found = client.ideas(brief, like=like or (), unlike=unlike or (), num=num)
        if as_json:
            tell_json(found)
            return
        words = {name: labels[brief.language] for name, labels in _WORDS.items()}
        if not found.ideas:
            tell(words["none"])
            return
        table = Table(box=box.SQUARE, show_lines=True, expand=True)
        table.add_column(words["idea"], ratio=6, overflow="fold")
        table.add_column(words["place"], ratio=2, overflow="fold")
        table.add_column(words["structure"], ratio=2, overflow="fold")
        for idea in found.ideas:
            table.add_row(Text(idea.text), Text(idea.place), Text(idea.structure))
        out.print(table)
        tell(words["take"])
