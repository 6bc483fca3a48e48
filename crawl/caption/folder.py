"""A folder of videos -> a manifest, for videos that you already have.

python -m crawl.caption.folder videos --evidence "our own films" --out videos.jsonl
"""

import json
import time
from pathlib import Path
from typing import Annotated

import typer

from conte.vocabulary import Language
from crawl.caption.folder_listing import Listing, listing_of
from crawl.permission import Permission
from serve.whole import write_whole


def manifest_of(folder: Path, permission: Permission, language: Language = "ko") -> list[str]:
    """Return lines of JSON, one per video, ordered by path."""
    return _lines(listing_of(folder, permission, language))


def _lines(listing: Listing) -> list[str]:
    return [video.model_dump_json() for video in listing.videos]


def main(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False)],
    evidence: Annotated[str, typer.Option(help="Why these videos may be learnt from.")],
    out: Annotated[Path, typer.Option(help="The manifest to write: .jsonl")] = Path("videos.jsonl"),
    language: Annotated[str, typer.Option(help="Of the captions: ko or en.")] = "ko",
) -> None:
    """Write a manifest of your own videos."""
    if language not in ("ko", "en"):
        raise typer.BadParameter("wanted ko or en", param_hint="--language")
    permission = Permission(kind="owned", evidence=evidence, at=time.time())
    listing = listing_of(folder, permission, language, _ids_before(out))
    lines = (f"{line}\n" for line in _lines(listing))
    write_whole(out, "".join(lines))
    print(f"{out}: {listing}")


def _ids_before(out: Path) -> dict[str, str]:
    """Ids by URI in the manifest that is replaced, because datasets were made with these ids."""
    if not out.exists():
        return {}
    try:
        lines = out.read_text(encoding="utf-8").split("\n")
        rows = [json.loads(line) for line in lines if line.strip()]
        return {row["uri"]: row["id"] for row in rows}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise typer.BadParameter(
            f"{out} is there, and is no manifest: {error or type(error).__name__}",
            param_hint="--out",
        ) from error


if __name__ == "__main__":
    typer.run(main)
