"""The bench of half a million videos: each of its arms runs over a few."""

from pathlib import Path

from tests.bench import caption_scale
from tests.bench_smoke import COMMAND, smokes


@smokes("scale", ["listing"])
def test_the_cost_of_a_manifest_is_told(tmp_path: Path) -> None:
    (row,) = caption_scale.listing(tmp_path, (20,))
    assert row.startswith("| 20 | ")


@smokes("scale", ["stages"])
@smokes(COMMAND, ["caption_scale"])
def test_a_job_that_was_killed_in_its_middle_goes_on_and_is_compared_with_its_plan(
    tmp_path: Path,
) -> None:
    rows = list(caption_scale.stages(tmp_path, 24))
    assert rows[0].endswith("| twice: 0 |")
    assert rows[1].endswith("| lost: 0 |")
    assert any(row.startswith("| GET and HEAD a video, by the plan | ") for row in rows)


@smokes("scale", ["rounds"])
def test_the_time_that_rounds_cost_is_told(tmp_path: Path) -> None:
    (row,) = caption_scale.rounds(20, ((2, 10),))
    assert row.startswith("| 2 | 10 | ")
