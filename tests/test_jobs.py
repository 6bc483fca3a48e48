"""Jobs of the data team on the cluster that films: submitted, followed, beside a film."""

import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from conte.production import State
from crawl.caption.folder import manifest_of
from serve.cli.job import JobError, submit
from serve.client import Client
from serve.dataset import Dataset
from tests.caption_rows import OWNED
from tests.cluster import TestCluster
from tests.generated_videos import make_videos

pytestmark = pytest.mark.cluster


def run(cluster: TestCluster, *command: str) -> tuple[int, str]:
    """The job's exit code, and all that it said.

    By the command itself: Ray reads how it is to authenticate once, when a process imports it.
    """
    sian = str(Path(sys.executable).with_name("sian"))
    ran = subprocess.run(
        [sian, "job", "--home", str(cluster.home), "--", *command],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    return ran.returncode, ran.stdout + ran.stderr


def test_a_job_s_words_and_its_exit_code_come_back(cluster: TestCluster) -> None:
    code, said = run(cluster, "python", "-c", "import sys; print('하나'); sys.exit(3)")
    assert code == 3
    assert "하나" in said


def test_a_job_is_told_where_the_films_are_remembered(cluster: TestCluster) -> None:
    asked = "from crawl.caption.settings import CaptionJobSettings as S; print(S().films_ledger)"
    code, said = run(cluster, "python", "-c", asked)
    assert code == 0
    assert f"{cluster.home}/ledger.db" in said


def test_a_cluster_that_went_away_is_said(cluster: TestCluster) -> None:
    gone = type(cluster.running)(0, "", "", "http://127.0.0.1:9")
    with pytest.raises(JobError, match=r"127\.0\.0\.1:9"):
        submit(gone, cluster.home, ["python", "-c", "1"], lambda _: None)


def test_videos_are_captioned_while_a_film_is_made(cluster: TestCluster, tmp_path: Path) -> None:
    make_videos(tmp_path / "videos", seed=5, count=4)
    manifest = tmp_path / "videos.jsonl"
    manifest.write_text("\n".join(manifest_of(tmp_path / "videos", OWNED)), encoding="utf-8")
    out = tmp_path / "out"
    ended: list[tuple[int, str]] = []
    job = threading.Thread(target=lambda: ended.append(run(cluster, *captions(manifest, out))))
    job.start()
    with Client(cluster.url) as client:
        brief = {"product": {"name": "시안"}, "duration_s": 5, "cuts": 4, "fps": 24}
        film = client.wait(client.create(brief, seed=77).id)
    job.join()
    assert film.state is State.DONE
    code, said = ended[0]
    assert code == 0, said
    assert "100.0%" in said
    assert list(Dataset.open(str(out / "datasets" / "clips")).rows())


def captions(manifest: Path, out: Path) -> Sequence[str]:
    return [sys.executable, "-m", "crawl.caption", "--manifest", str(manifest), "--out", str(out)]
