"""`sian export`: a version as files for agencies, clients and editors. Uses the client."""

from pathlib import Path
from typing import Annotated

import typer

from conte.export import Captions, Document, Layout
from conte.sound import Loudness
from serve.cli.address import Home, Key, ProductionId, Url, address_of
from serve.cli.saving import folder_of
from serve.cli.terminal import REFUSED, WRONG, fail, said, tell
from serve.client import Client

Version = Annotated[int | None, typer.Argument(min=1, help="콘티 1, 2, 3; the newest if left out.")]

FILMS = Path("films")
_ENDINGS = {"fcp7xml": "xml", "stems": "zip", "png": "zip"}
"""File endings that differ from their format's name."""
_NAMES = {"stems": "stems", "png": "panels"}


def export(
    production: ProductionId,
    version: Version = None,
    formats: Annotated[
        list[str] | None,
        typer.Option("--format", help="Such as pdf, xlsx, pptx or mp4; pdf if left out."),
    ] = None,
    layout: Annotated[Layout, typer.Option(help="Of a PDF's pages.")] = "landscape",
    document: Annotated[
        Document,
        typer.Option(help="Of a PDF: the conte, the change table, or the page that is signed."),
    ] = "sheet",
    captions: Annotated[
        Captions, typer.Option(help="Of an MP4: in the picture, or a clean film (클린본).")
    ] = "burned",
    loudness: Annotated[
        Loudness | None,
        typer.Option(help="Of an MP4 and of stems: -24 LKFS, or -14 LUFS for the web."),
    ] = None,
    to: Annotated[
        Path, typer.Option("--out", help="The file, or the folder that films go into.")
    ] = FILMS,
    url: Url = None,
    key: Key = None,
    home: Home = Path(".sian"),
) -> None:
    """Save a version as a sheet, a workbook, a deck, a timeline, a film, its sound or panels."""
    wanted = formats or ["pdf"]
    named = bool(to.suffix) and not to.is_dir()
    if named and len(wanted) > 1:
        fail("--out: one file cannot take several formats; name a folder", WRONG)
    with said(), Client(address_of(url, home), key) as client:
        found = client.get(production)
        number = version or found.version
        if not number:
            fail(f"the production is {found.state}; it has no conte yet", REFUSED)
        folder = folder_of(found, number, to)
        for one in wanted:
            # An option goes to the formats that accept it. If a single format does not, it reports
            # so itself.
            mine: dict[str, Layout | Document | Captions | Loudness | None] = {}
            if one == "pdf" or len(wanted) == 1:
                mine = {"layout": layout, "document": document}
            if one == "mp4" or len(wanted) == 1:
                mine["captions"] = captions
            if one in ("mp4", "stems") or len(wanted) == 1:
                mine["loudness"] = loudness
            name = _NAMES.get(one, "sheet")
            if one in ("pdf", "mp4"):
                name = document if one == "pdf" else f"film-{captions}"
            if one in ("mp4", "stems") and loudness is not None:
                name += f"-{loudness}"
            place = to if named else folder / f"{name}.{_ENDINGS.get(one, one)}"
            client.export(production, number, one, place, **mine)  # pyright: ignore[reportArgumentType]
            tell(f"{one:<15}{place}")
