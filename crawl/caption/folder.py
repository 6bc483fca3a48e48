"""A folder of videos -> a manifest, for who has the films already.

python -m crawl.caption.folder videos --evidence "our own films" --out videos.jsonl
"""

import re
import time
from pathlib import Path
from typing import Annotated

import typer

from conte.vocabulary import Language
from crawl.caption.manifest import SourceVideo
from crawl.permission import Permission

SUFFIXES = (".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".ts", ".mpg")


def manifest_of(folder: Path, permission: Permission, language: Language = "ko") -> list[str]:
    """Lines of JSON, one a video, in the order of their paths."""
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    return [
        SourceVideo(
            id=_id(path.relative_to(folder)),
            uri=str(path.absolute()),
            language=language,
            permission=permission,
            size_bytes=path.stat().st_size,
        ).model_dump_json()
        for path in found
    ]


def _id(path: Path) -> str:
    return "file:" + re.sub(r"[\s#]", "_", path.as_posix())[-190:]


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
    lines = manifest_of(folder, permission, language)
    out.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    print(f"{len(lines):,} videos in {out}")


if __name__ == "__main__":
    typer.run(main)
