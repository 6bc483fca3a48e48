"""The manifest of a caption job: three formats, and errors that name the row."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from crawl.caption.manifest import ManifestError, SourceVideo, listed_as, read_manifest
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


def test_a_row_under_an_id_that_another_has_is_listed_and_left_out(tmp_path: Path) -> None:
    path = tmp_path / "videos.JSONL"
    uris = ["first.mp4", "second.mp4", "third.mp4", "first.mp4"]
    names = ["site:1", "site:1", "site:2", "site:1"]
    lines = [json.dumps({"id": n, "uri": u}) for n, u in zip(names, uris, strict=True)]
    path.write_text("\n".join(lines), encoding="utf-8-sig")
    found = read(path)
    assert [video.uri for video in found] == uris
    assert len({video.id for video in found}) == 4
    assert [found[0].id, found[2].id] == ["site:1", "site:2"]
    assert [video.left_out for video in found] == [
        "", "row 1 has the same id", "", "row 1 has the same id",
    ]  # fmt: skip
    assert {listed_as(video.id) for video in found} == {"site:1", "site:2"}
    # More rows change nothing of those that were there: a dataset that goes on knows them.
    path.write_text("\n".join([json.dumps({"id": "site:0", "uri": "new.mp4"}), *lines]))
    assert [video.id for video in read(path)][1:] == [video.id for video in found]


def test_an_id_of_full_length_is_told_apart_as_well(tmp_path: Path) -> None:
    path = tmp_path / "videos.jsonl"
    path.write_text("\n".join(json.dumps({"id": "a" * 199, "uri": f"{n}.mp4"}) for n in range(3)))
    found = [SourceVideo.model_validate_json(video.model_dump_json()) for video in read(path)]
    assert len({video.id for video in found}) == 3
