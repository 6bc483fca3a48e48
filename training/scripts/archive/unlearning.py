"""Removes scripts from published datasets, and marks everything that was trained on these
datasets."""

import json
import shutil
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from serve.whole import publish_folder, write_whole
from training.scripts.archive.job import PAGE, SOURCES
from training.scripts.dataset import SCHEMA
from training.scripts.split import SPLITS
from training.whole_folder import MANIFEST, check_whole, read_lines, whole_folder, write_lines

MARK = "learnt_from_removed.json"
"""File beside a manifest that marks training on a dataset from which scripts were removed since."""
_NOTE = "{0} scripts were removed from this dataset since; figures below are of before."


def remove_from(
    folder: Path, ids: Collection[str], learnt: Sequence[Path] = ()
) -> tuple[int, list[Path]]:
    """Rewrite a published dataset without some scripts.

    Args:
        folder: of the dataset.
        ids: of the scripts.
    learnt: folders that contain what was trained on the dataset; it is marked first, so that a
    killed removal loses no mark.

    Returns: Number of removed rows, and the marked folders.

    Raises:
        ValueError: if the dataset is incomplete.
    """
    _finish(folder)
    check_whole(folder)
    about: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
    files: dict[str, str] = about.pop("files")
    rows = {split: read_lines(folder, f"{split}.jsonl") for split in SPLITS}
    kept = {split: [row for row in of if row["id"] not in ids] for split, of in rows.items()}
    gone = sum(len(rows[split]) - len(kept[split]) for split in SPLITS)
    if not gone:
        return 0, []
    about["removed"] = int(about.get("removed", 0)) + gone
    splits = {files[f"{split}.jsonl"] for split in SPLITS}
    marked = [one for root in learnt for one in _mark(root, splits, folder.name, about["removed"])]
    about["samples"] = {split: len(of) for split, of in kept.items()}
    following = folder.with_name(f".{folder.name}.next")
    shutil.rmtree(following, ignore_errors=True)
    with whole_folder(following, about) as making:
        for name in files:
            # The page shows the sheets themselves: it goes with the first that is removed.
            if name != PAGE and not name.startswith(tuple(f"{split}." for split in SPLITS)):
                (making / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(folder / name, making / name)
        for split, of in kept.items():
            write_lines(making / f"{split}.jsonl", of)
            table = pa.Table.from_pylist(of, schema=SCHEMA)
            pq.write_table(table, making / f"{split}.parquet", compression="zstd")
        for name in ("left_out.jsonl", SOURCES):
            if name in files:
                rest = [row for row in read_lines(folder, name) if row["id"] not in ids]
                write_lines(making / name, rest)
        note = _NOTE.format(about["removed"])
        for name, mark in (("card.md", f"> {note}\n\n"), ("card.html", "")):
            if name in files and mark:
                text = (folder / name).read_text("utf-8")
                (making / name).write_text(mark + text, "utf-8")
            elif name in files:
                text = (folder / name).read_text("utf-8")
                told = f'</h1>\n<p class="note">{note}</p>'
                (making / name).write_text(text.replace("</h1>", told, 1), "utf-8")
    # From here on the next one is whole: a removal that is killed is finished by the next.
    _finish(folder)
    return gone, marked


def _finish(folder: Path) -> None:
    following = folder.with_name(f".{folder.name}.next")
    if (following / MANIFEST).exists():
        shutil.rmtree(folder, ignore_errors=True)
        publish_folder(following, folder)


def _mark(root: Path, splits: Collection[str], dataset: str, removed: int) -> Iterator[Path]:
    """Mark every folder below `root` that was trained on these splits, identified by SHA-256."""
    for manifest, about in _trained(root):
        data = about.get("data")
        if isinstance(data, dict) and set(data.values()) & set(splits):
            told = {"dataset": dataset, "removed": removed}
            write_whole(manifest.with_name(MARK), json.dumps(told, ensure_ascii=False, indent=1))
            yield manifest.parent


def _trained(root: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    for manifest in sorted(root.rglob(MANIFEST)):
        try:
            about = json.loads(manifest.read_text("utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(about, dict):
            yield manifest, about
