"""A folder -> a manifest: each file that is seen is a row or is counted by its name."""

import json
import os
from pathlib import Path

import pytest
import typer

from crawl.caption.fetching import Fetching
from crawl.caption.folder import main
from crawl.caption.folder_listing import SUFFIXES, Listing, listing_of
from crawl.caption.manifest import SourceVideo, read_manifest
from tests.caption_rows import OWNED


def laid(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode("utf-8", "surrogateescape"))
    return folder


def listed(folder: Path, before: dict[str, str] | None = None) -> Listing:
    return listing_of(folder, OWNED, before=before)


def ids(folder: Path) -> dict[str, str]:
    """By path."""
    found = listed(folder).videos
    assert len({video.id for video in found}) == len(found)
    return {str(Path(video.uri).relative_to(folder)): video.id for video in found}


def test_an_id_that_one_file_has_is_what_it_always_was(tmp_path: Path) -> None:
    laid(tmp_path, "a b.mkv", "sub/c#1.mp4", f"{'d' * 120}/{'e' * 120}.mp4")
    assert ids(tmp_path) == {
        "a b.mkv": "file:a_b.mkv",
        f"{'d' * 120}/{'e' * 120}.mp4": f"file:{'d' * 65}/{'e' * 120}.mp4",
        "sub/c#1.mp4": "file:sub/c_1.mp4",
    }


def test_files_that_would_have_one_id_have_ids_of_their_own(tmp_path: Path) -> None:
    deep = ["d" * 10 + "/" + "e" * 230 + "/" + "f" * 80 + ".mp4",
            "x" * 10 + "/" + "e" * 230 + "/" + "f" * 80 + ".mp4"]  # fmt: skip
    laid(tmp_path, "a b.mkv", "a_b.mkv", "a#b.mkv", "c.mkv", *deep)
    found = ids(tmp_path)
    assert len(found) == 6
    assert found["c.mkv"] == "file:c.mkv"
    assert all(found[f"a{c}b.mkv"].startswith("file:a_b.mkv~") for c in " _#")
    assert ids(tmp_path) == found


def test_a_file_keeps_its_id_when_another_comes_that_would_have_it(tmp_path: Path) -> None:
    out = tmp_path / "videos.jsonl"
    folder = laid(tmp_path / "films", "a_b.mkv")

    def written() -> dict[str, str]:
        main(folder, "tests", out)
        (rows,) = read_manifest(out)
        return {Path(video.uri).name: video.id for video in rows}

    assert written() == {"a_b.mkv": "file:a_b.mkv"}
    laid(folder, "a b.mkv")
    both = written()
    assert both["a_b.mkv"] == "file:a_b.mkv"
    assert both["a b.mkv"].startswith("file:a_b.mkv~")
    (folder / "a_b.mkv").unlink()
    assert written() == {"a b.mkv": both["a b.mkv"]}


def test_what_two_files_shared_in_an_older_manifest_neither_keeps(tmp_path: Path) -> None:
    laid(tmp_path, "a b.mkv", "a_b.mkv")
    before = {str(tmp_path / name): "file:a_b.mkv" for name in ("a b.mkv", "a_b.mkv")}
    found = [video.id for video in listed(tmp_path, before).videos]
    assert len(set(found)) == 2 and "file:a_b.mkv" not in found


@pytest.mark.parametrize(
    "suffix",
    [".wmv", ".flv", ".3gp", ".m2ts", ".mts", ".mpeg", ".mpg", ".vob", ".ts", ".ogv", ".mxf",
     ".MP4", ".asf", ".divx", ".f4v", ".mod"],
)  # fmt: skip
def test_a_film_of_any_common_kind_is_taken(tmp_path: Path, suffix: str) -> None:
    laid(tmp_path, f"film{suffix}")
    (video,) = listed(tmp_path).videos
    assert (video.left_out, video.size_bytes) == ("", len(f"film{suffix}"))
    assert suffix.lower() in SUFFIXES


def test_every_file_that_is_seen_is_a_row_or_counted_by_name(tmp_path: Path) -> None:
    outside = laid(tmp_path / "elsewhere", "z.mp4", "more/y.mp4")
    folder = laid(tmp_path / "films", "a.mp4", "b.mp4", "notes.TXT", "b.srt", "c.srt", "README")
    (folder / "empty.mp4").touch()
    (folder / "nowhere.mp4").symlink_to("not-there.mp4")
    (folder / "circle.mp4").symlink_to("circle.mp4")
    (folder / "0-again.mp4").symlink_to("a.mp4")
    (folder / "0-linked.mp4").symlink_to(outside / "z.mp4")
    (folder / "c-hard.mp4").hardlink_to(folder / "b.mp4")
    (folder / "linked").symlink_to(outside / "more")
    (folder / "folder.mp4").mkdir()
    laid(folder, "folder.mp4/inside.mkv")
    os.mkfifo(folder / "pipe.mp4")
    found = listed(folder)
    why = {Path(video.uri).name: video.left_out for video in found.videos}
    assert why == {
        "0-again.mp4": "another name of 'a.mp4'",
        "0-linked.mp4": "",
        "a.mp4": "",
        "b.mp4": "",
        "c-hard.mp4": "another name of 'b.mp4'",
        "circle.mp4": "a link that leads nowhere: Too many levels of symbolic links",
        "empty.mp4": "the file is empty",
        "inside.mkv": "",
        "nowhere.mp4": "a link that leads nowhere: No such file or directory",
        "pipe.mp4": "not a file",
    }
    assert found.others == {".srt": 2, ".txt": 1, "without a suffix": 1}
    assert found.not_entered == ("linked: a link to a folder",)
    seen = sum(len(names) for _, _, names in os.walk(folder))
    assert len(found.videos) + sum(found.others.values()) == seen
    said = str(found)
    assert said.startswith("10 videos, 6 left out\n  2 another name of …\n")
    assert (
        "4 files that are no videos: 2 .srt, 1 .txt, 1 without a suffix\nnot entered: linked"
        in said
    )


def test_a_name_that_is_not_utf_8_is_a_row_and_its_file_is_found(tmp_path: Path) -> None:
    name = os.fsdecode("광고".encode("cp949") + b".mp4")
    laid(tmp_path, name)
    (video,) = listed(tmp_path).videos
    assert video.id == r"file:\xb1\xa4\xb0\xed.mp4"
    row = SourceVideo.model_validate_json(video.model_dump_json())
    fetching = Fetching(None, None, 1000, tmp_path / "scratch")  # pyright: ignore[reportArgumentType]
    with fetching.fetched(row.uri) as path:
        assert path == tmp_path / name and path.stat().st_size == video.size_bytes


def test_a_path_too_long_for_a_manifest_is_a_row_with_its_reason(tmp_path: Path) -> None:
    laid(tmp_path, "/".join(["d" * 240] * 9) + "/film.mp4")
    (video,) = listed(tmp_path).videos
    assert video.left_out == "a path of more than 2000 characters"
    assert video.uri.endswith("d/film.mp4")


def test_what_is_no_manifest_is_not_overwritten(tmp_path: Path) -> None:
    out = laid(tmp_path, "letter.txt") / "letter.txt"
    with pytest.raises(typer.BadParameter, match="is no manifest"):
        main(laid(tmp_path / "films", "a.mp4"), "tests", out)
    assert out.read_text() == "letter.txt"


def test_rows_of_a_folder_are_lines_of_json_with_their_reasons(tmp_path: Path) -> None:
    folder = laid(tmp_path / "films", "a.mp4")
    (folder / "b.mp4").touch()
    main(folder, "tests", tmp_path / "videos.jsonl", "en")
    rows = [json.loads(line) for line in (tmp_path / "videos.jsonl").read_text().splitlines()]
    assert [(row["id"], row["left_out"]) for row in rows] == [
        ("file:a.mp4", ""),
        ("file:b.mp4", "the file is empty"),
    ]
    assert {row["language"] for row in rows} == {"en"}
