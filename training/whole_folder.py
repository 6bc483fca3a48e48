"""A folder that appears complete or not at all, with a manifest of its files written last."""

import json
import shutil
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from serve.whole import publish_folder

MANIFEST = "manifest.json"


class FolderStands(FileExistsError):
    """The folder exists already, with other content."""


@contextmanager
def whole_folder(folder: Path, about: dict[str, Any]) -> Generator[Path]:
    """Yield a folder to write into, which is renamed to `folder` if the context ends well.

    `about`, as it is at the end, goes into the manifest with the SHA-256 of every file.

    Raises:
        FolderStands: if the folder exists with other content.
    """
    making = folder.with_name(f".{folder.name}.making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    try:
        yield making
        files = {
            path.relative_to(making).as_posix(): _sha256(path)
            for path in sorted(making.rglob("*"))
            if path.is_file()
        }
        # Manifest last: its existence means that the folder is complete.
        (making / MANIFEST).write_text(
            json.dumps({**about, "files": files}, ensure_ascii=False, indent=1, sort_keys=True),
            "utf-8",
        )
        _put(making, folder)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def write_lines(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def read_lines(folder: Path, name: str) -> list[dict[str, Any]]:
    """Return the rows of a file in a published folder.

    Raises:
        ValueError: if the folder is incomplete, or the file has been changed.
    """
    manifest = folder / MANIFEST
    if not manifest.exists():
        raise ValueError(f"{folder} has no {MANIFEST}: it is no dataset, or not a whole one")
    path = folder / name
    wanted = json.loads(manifest.read_text("utf-8"))["files"].get(name)
    if wanted is None or not path.exists() or _sha256(path) != wanted:
        raise ValueError(f"{path} is not the file that was published")
    # Not splitlines(), which also splits at U+2028 and the like, unescaped in JSON.
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]


def check_whole(folder: Path) -> None:
    """Check that a folder is complete and unchanged.

    Raises:
        ValueError: if there is no manifest, or a file is missing or changed.
    """
    try:
        files: dict[str, str] = json.loads((folder / MANIFEST).read_text("utf-8"))["files"]
    except (OSError, KeyError, TypeError, ValueError):
        raise ValueError(f"{folder} has no {MANIFEST}: nothing whole was published there") from None
    for name, wanted in files.items():
        path = folder / name
        if not path.is_file() or _sha256(path) != wanted:
            raise ValueError(f"{path} is not the file that was published")


def _put(making: Path, folder: Path) -> None:
    if not folder.exists() and publish_folder(making, folder):
        return
    standing, made = (place / MANIFEST for place in (folder, making))
    if not standing.exists() or standing.read_bytes() != made.read_bytes():
        raise FolderStands(f"{folder} is there already and is another one")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        digest = sha256()
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
