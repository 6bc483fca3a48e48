"""The manifest of a caption job: three formats, and errors that name the row."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from crawl.caption.manifest import ManifestError, SourceVideo, read_manifest
from tests.caption_rows import OWNED

ROWS = [
    {"id": "site:1", "uri": "a.mp4", "language": "en", "permission": OWNED.model_dump_json()},
    {"id": "site:2", "uri": "b.mp4", "language": "", "permission": ""},
]


def write(folder: Path, suffix: str) -> Path:
    path = folder / f"videos{suffix}"
    match suffix:
        case ".parquet":
            pq.write_table(pa.Table.from_pylist(ROWS), path)
        case ".csv":
            quoted = [[str(v).replace('"', '""') for v in row.values()] for row in ROWS]
            lines = [",".join(f'"{v}"' for v in row) for row in quoted]
            path.write_text("\n".join([",".join(ROWS[0]), *lines]), encoding="utf-8-sig")
        case _:
            path.write_text("\n\n".join(json.dumps(row) for row in ROWS))
    return path


def read(path: Path) -> list[SourceVideo]:
    return [video for batch in read_manifest(path) for video in batch]


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".jsonl"])
def test_every_format_says_the_same(tmp_path: Path, suffix: str) -> None:
    first, second = read(write(tmp_path, suffix))
    assert (first.id, first.language, first.permission) == ("site:1", "en", OWNED)
    assert (second.language, second.permission) == ("ko", None)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"uri": "a.mp4"}, "row 1: id"),
        ({"id": "a b", "uri": "a.mp4"}, "row 1: id"),
        ({"id": "a#1", "uri": "a.mp4"}, "row 1: id"),
        ({"id": "a", "uri": "a.mp4", "colour": "red"}, "row 1: colour"),
        ({"id": "a", "uri": "a.mp4", "permission": "{"}, "row 1: permission"),
        ({"id": "a", "uri": "a.mp4", "permission": {"kind": "found"}}, "row 1: permission.kind"),
        ([1, 2], "row 1: wanted an object"),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, row: object, said: str) -> None:
    path = tmp_path / "videos.jsonl"
    path.write_text(json.dumps(row))
    with pytest.raises(ManifestError, match=said):
        read(path)


@pytest.mark.parametrize("name", ["videos.jsonl", "videos.parquet", "videos.csv", "videos.txt"])
def test_what_is_no_manifest_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with pytest.raises(ManifestError, match=name):
        read(path)
    path.write_bytes(b"\xff\xfe\x00not a manifest")
    with pytest.raises(ManifestError, match=name):
        read(path)
