"""The bench of the caption job: each of its arms runs over a video or two."""

from pathlib import Path

import pytest

from conte.brief import Brief
from tests.bench import caption_job
from tests.bench_smoke import smokes
from tests.cluster import TestCluster

pytestmark = [pytest.mark.cluster, pytest.mark.prove]  # each starts a Ray of its own


@smokes("jobs", ["the job"])
def test_the_job_is_compared_with_its_stages_by_hand(tmp_path: Path) -> None:
    (row,) = caption_job.overhead(tmp_path, 1, few=1, many=2)
    assert row.count("|") == 5


@smokes("jobs", ["memory"])
def test_the_job_s_memory_is_told_for_its_rows(tmp_path: Path) -> None:
    (row,) = caption_job.memory(tmp_path, rows=(2,))
    assert row.startswith("| 2 | ")


@smokes("jobs", ["beside films"])
def test_a_film_is_made_alone_and_beside_the_job(cluster: TestCluster, tmp_path: Path) -> None:
    brief = Brief.model_validate({"product": {"name": "시안"}, "duration_s": 6, "cuts": 4})
    (row,) = caption_job.beside_films(cluster, tmp_path, 1, videos=24, brief=brief)
    assert row.endswith("| <= 1.20 |")
