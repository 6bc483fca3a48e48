"""How far the caption job is: lines for people, a file for others."""

import json
from io import StringIO
from pathlib import Path

from crawl.caption.progress import Progress
from crawl.caption.stage_end import StageEnd


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def begun(folder: Path, **counts: int) -> tuple[Progress, StringIO, Clock]:
    out, clock = StringIO(), Clock()
    progress = Progress(folder / "progress.json", out, every_s=5, clock=clock)
    progress.begun(counts)
    return progress, out, clock


def last(out: StringIO) -> str:
    return out.getvalue().splitlines()[-1]


def test_it_is_told_now_and_then_and_moves_with_every_stage(tmp_path: Path) -> None:
    progress, out, clock = begun(tmp_path, waiting=4)
    assert last(out) == "4 videos, 4 of them not ended"
    progress.ended("analyse", "a", StageEnd("analysed", 1.0))
    assert last(out) == "4 videos, 4 of them not ended", "not for each"
    clock.now = 10
    progress.ended("analyse", "b", StageEnd("filtered", 1.0, "too short"))
    assert last(out).startswith("42.5%: 1 analysed, 1 filtered, 2 waiting; ")
    told = json.loads((tmp_path / "progress.json").read_text())
    assert told["states"] == {"analysed": 1, "filtered": 1, "waiting": 2}
    assert told["seconds"] == {"analyse": 2.0}


def test_why_videos_were_filtered_is_told_the_most_frequent_reason_first(tmp_path: Path) -> None:
    progress, out, _ = begun(tmp_path, waiting=10)
    progress.ended("analyse", "a", StageEnd("filtered", 1.0, "the file is empty"))
    for number in range(5):
        progress.ended("analyse", str(number), StageEnd("filtered", 1.0, f"fps {number} < 12"))
    progress.told()
    assert "; filtered: 5 fps < 12, 1 the file is empty" in last(out)
    told = json.loads((tmp_path / "progress.json").read_text())
    assert told["filtered"] == {"fps < 12": 5, "the file is empty": 1}


def test_what_is_left_is_told_by_the_rate_of_this_run(tmp_path: Path) -> None:
    progress, out, clock = begun(tmp_path, done=50, waiting=10)
    for n in range(5):
        progress.ended("analyse", str(n), StageEnd("filtered", 1.0))
    clock.now = 60
    progress.told()
    assert last(out).endswith("; 1 min 0 s left at 300 videos/h")


def test_videos_that_are_all_duplicates_are_ended(tmp_path: Path) -> None:
    progress, out, _ = begun(tmp_path, analysed=3)
    progress.filtered(2)
    progress.told()
    assert ": 1 analysed, 2 filtered" in last(out)


def test_a_video_that_is_given_up_is_named_at_once(tmp_path: Path) -> None:
    progress, out, _ = begun(tmp_path, waiting=1)
    progress.ended("analyse", "file:a.mp4", StageEnd("quarantined", 0.0, "its decoder crashed"))
    assert "file:a.mp4: given up: its decoder crashed" in out.getvalue()


def test_an_empty_manifest_is_done(tmp_path: Path) -> None:
    progress, out, _ = begun(tmp_path)
    progress.told()
    assert last(out).startswith("100.0%")


def test_what_a_manifest_leaves_out_and_names_otherwise_is_told_at_the_beginning(
    tmp_path: Path,
) -> None:
    out = StringIO()
    progress = Progress(tmp_path / "progress.json", out)
    progress.begun(
        {"waiting": 2, "filtered": 3}, {"an empty file": 1, "not a file": 2}, list("abcd")
    )
    assert out.getvalue().splitlines() == [
        "5 videos, 2 of them not ended",
        "3 left out by the manifest: 2 not a file, 1 an empty file",
        "4 ids of the manifest are those of other files in the dataset, which keeps its own:"
        " a, b, c, ...",
    ]
