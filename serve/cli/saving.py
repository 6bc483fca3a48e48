"""A production -> a folder with its film, contact sheet and conte. Uses the client."""

import re
from pathlib import Path

from serve.cli.conte_sheet import sheet_text
from serve.client import Client
from serve.ingress.views import ProductionView
from serve.whole import write_whole


def save(
    client: Client, production: ProductionView, into: Path, *, clips: bool = False
) -> dict[str, Path]:
    number = production.version
    folder = folder_of(production, number, into)
    view = client.conte(production.id, number)
    saved: dict[str, Path] = {}

    def fetch(name: str, what: str, file: str) -> None:
        saved[name] = client.download(production.id, number, what, folder / file)

    def write(name: str, text: str, file: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / file, text)
        saved[name] = folder / file

    if production.film:
        fetch("film", "film", "film.mp4")
        fetch("contact sheet", "sheet.png", "sheet.png")
        fetch("poster", "poster.png", "poster.png")
    if production.brief is not None:
        write("conte", sheet_text(production.brief, view), "conte.txt")
    write("conte as JSON", view.model_dump_json(indent=2) + "\n", "conte.json")
    if clips:
        for cut in production.cuts:
            if cut.clip:
                fetch(f"cut {cut.cut}", f"cuts/{cut.cut}/clip", f"cut-{cut.cut}.mp4")
    return saved


def folder_of(production: ProductionView, number: int, into: Path) -> Path:
    """Return the folder of a version's files."""
    folder = into / _folder_name(production)
    # 콘티 1 keeps its folder: a revision does not overwrite it.
    return folder / f"v{number}" if number > 1 else folder


def _folder_name(production: ProductionView) -> str:
    product = production.brief.product.name if production.brief else ""
    name = re.sub(r"[^\w]+", "-", product).strip("-") or "film"
    return f"{name[:40]}-{production.id[-6:]}"
