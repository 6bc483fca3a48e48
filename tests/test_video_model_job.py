"""The job as a person starts it, on a Ray cluster of its own: killed, started again, whole."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml
from safetensors.torch import load_file
from typer.testing import CliRunner

from tests.tiny_checkpoints import checkpoint
from tests.video_samples import build, cache, dataset, quick
from training.video_model import __main__ as command
from training.video_model import running
from training.video_model.cache.building import Encoded, EncodingWork, Item
from training.video_model.curves import read_curves
from training.video_model.errors import TrainingStopped
from training.video_model.job import run_job
from training.video_model.ranks import Ranks
from training.video_model.run import Run
from training.video_model.running import only_run, work
from training.video_model.trainer import train

torch.set_num_threads(1)

SETTINGS = quick(steps=40, save_every=4, valid_every=8, render_every=40)
"""One rank: what two do when they are killed is in test_video_model_training.py."""


class Job:
    """`python -m training.video_model` in a process group of its own."""

    def __init__(self, folder: Path) -> None:
        self.out, self._folder = folder / "out", folder
        self._settings = folder / "settings.yaml"
        self._settings.write_text(yaml.safe_dump(SETTINGS.model_dump(mode="json")))
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *more: str) -> None:
        command = [
            sys.executable, "-m", "training.video_model", "--dataset", os.path.relpath(dataset()),
            "--base", os.path.relpath(checkpoint("wan")), "--out", str(self.out), "--cache",
            str(self._folder / "cache"), "--settings", str(self._settings), *more,
        ]  # fmt: skip
        with (self._folder / "said.txt").open("ab") as said:
            self._process = subprocess.Popen(
                command, stdout=said, stderr=said, start_new_session=True,
                env=os.environ | {"PYTHONPATH": os.getcwd(), "OMP_NUM_THREADS": "1"},
            )  # fmt: skip

    def said(self) -> str:
        return (self._folder / "said.txt").read_text()

    def reach(self, step: int, timeout_s: float = 400) -> None:
        assert self._process is not None
        deadline = time.monotonic() + timeout_s
        while not any(row["step"] >= step for row in read_curves(self.out)):
            assert self._process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.1)

    def kill_a_worker(self) -> None:
        workers = [pid for pid, title in self._processes() if "RayTrainWorker" in title]
        assert workers, self.said()
        os.kill(max(workers), signal.SIGKILL)

    def kill_the_driver(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self.kill_all()

    def kill_all(self) -> None:
        """What Ray started for it: all carry the folder's name in their environment's cwd."""
        for pid, _ in self._processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _processes(self) -> Iterator[tuple[int, str]]:
        """Those whose session is the driver's: Ray's own groups stay in it."""
        assert self._process is not None
        for place in Path("/proc").iterdir():
            if not place.name.isdigit():
                continue
            with suppress(OSError, ProcessLookupError):
                pid = int(place.name)
                mark = f"{self._folder}/cache".encode()
                title = (place / "cmdline").read_bytes().replace(b"\0", b" ")
                if os.getsid(pid) == self._process.pid or mark in title:
                    yield pid, title.decode(errors="replace")


@pytest.fixture
def job(tmp_path: Path) -> Iterator[Job]:
    job = Job(tmp_path)
    yield job
    job.kill_all()


@pytest.mark.prove
def test_a_job_whose_worker_and_driver_are_killed_ends_as_if_nothing_had_happened(
    job: Job, tmp_path: Path
):
    job.start()
    job.reach(6)
    job.kill_a_worker()
    job.reach(11)
    assert "goes on after step" in job.said()
    job.kill_the_driver()

    # What a second start does, but for Ray.
    said: list[str] = []
    place, base = tmp_path / "cache", str(checkpoint("wan"))

    def fit(run: Run, say: Callable[[str], None]) -> Path:
        return train(run, Ranks(), say)

    def never(_work: EncodingWork, _items: Sequence[Item]) -> Encoded:
        pytest.fail("the first job encoded all of it")

    adapter = run_job(
        str(dataset()), base, job.out, SETTINGS, said.append, encode=never, fit=fit, cache=place
    )
    assert any(line.startswith("goes on after step") for line in said)
    whole = tmp_path / "whole"
    whole.mkdir()
    shutil.copy(job.out / "samples.parquet", whole)
    other = train(Run(base, whole, place, SETTINGS), Ranks(), lambda _line: None)
    assert read_curves(job.out) == read_curves(whole)
    ours, theirs = (load_file(f / "pytorch_lora_weights.safetensors") for f in (adapter, other))
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)
    page = (job.out / "report.html").read_text()
    assert "<video" in page and "따로 둔 클립" in page


def test_what_stops_by_itself_is_a_worker_s_answer_which_ray_does_not_try_again(tmp_path: Path):
    wild = quick(optimiser={"learning_rate": 1e30, "warm_up": 0}, render_every=100)
    build(cache(), tmp_path / "samples.parquet", wild)
    alone = Run(str(checkpoint("wan")), tmp_path, cache(), wild)
    answer = work({"run": alone})
    assert answer["folder"] == ""
    assert "no number" in answer["stopped"]
    assert "loss at fixed noise" in (tmp_path / "log.txt").read_text()


def test_a_line_that_cannot_be_logged_stops_nothing_and_a_file_that_cannot_be_written_does(
    tmp_path: Path,
):
    few = quick(steps=1, render_every=100)
    build(cache(), tmp_path / "samples.parquet", few)
    run = Run(str(checkpoint("wan")), tmp_path, cache(), few)
    (tmp_path / "log.txt").symlink_to("/dev/full")
    (tmp_path / "curves.jsonl").mkdir()
    assert "the curves cannot be written" in work({"run": run})["stopped"]
    (tmp_path / "curves.jsonl").rmdir()
    (tmp_path / ".lock").unlink()
    (tmp_path / ".lock").mkdir()
    assert "IsADirectoryError" in work({"run": run})["stopped"]
    (tmp_path / ".lock").rmdir()
    assert work({"run": run})["folder"]


def test_two_runs_never_work_in_one_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(running, "BUSY_S", 0.3)
    with (
        only_run(tmp_path),
        pytest.raises(TrainingStopped, match="another run works in"),
        only_run(tmp_path),
    ):
        pass
    with only_run(tmp_path):
        pass


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        (["--set", "steps=0"], "steps: Input should be greater than or equal to 1"),
        (["--set", "data.condition=reference"], "data.condition: Wan 2.1 T2V takes no picture"),
        (["--set", "nonsense"], "--set: nonsense names no value"),
        (["--dataset", "/nowhere"], "dataset: there is no folder /nowhere"),
    ],
)
def test_a_wrong_command_says_what_is_wanted(
    more: list[str], wanted: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def no_cluster(_address: Any) -> Any:
        return nullcontext()

    monkeypatch.setattr(command, "joined", no_cluster)
    given = {"--dataset": str(dataset()), "--base": str(checkpoint("wan")), "--out": str(tmp_path)}
    arguments = [part for pair in given.items() for part in pair if pair[0] not in more]
    found = CliRunner().invoke(command.app, [*arguments, *more])
    assert found.exit_code == 2
    assert wanted in found.output
