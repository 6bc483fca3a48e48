"""The submitted job: with worker and driver killed, it ends with the same bytes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
import torch

from tests.small_scripts import small_scripts
from training.conte_model.base import checked_base
from training.conte_model.chats import prompt_versions, samples_of
from training.conte_model.learning import Learned, learn
from training.conte_model.publishing import publish
from training.conte_model.settings import Settings

ROOT = Path(__file__).parent.parent
SIZE = "size: {hidden: 64, layers: 1, vocabulary: 4096}\n"
STEPS = 12
PATIENCE_S = 900


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_scripts(tmp_path_factory.mktemp("scripts") / "small")


class Job:
    def __init__(self, home: Path, scripts: Path, *more: str) -> None:
        self.home = home
        home.mkdir(exist_ok=True)
        (home / "size.yaml").write_text(SIZE)
        self.told = home / "told.txt"
        self._command = [
            sys.executable, "-m", "training.conte_model", "--scripts", str(scripts),
            "--base", "scratch", "--settings", str(home / "size.yaml"),
            "--set", f"steps={STEPS}", "--set", "batch=2", "--set", "checkpoint_every=2",
            "--set", f"storage={home / 'storage'}", "--out", str(home / "model"), *more,
        ]  # fmt: skip
        self.process = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        environment = {name: v for name, v in os.environ.items() if name != "RAY_ADDRESS"}
        with self.told.open("ab") as told:
            self.process = subprocess.Popen(
                self._command, cwd=ROOT, stdout=told, stderr=told, env=environment
            )
        return self.process

    def ended(self) -> tuple[int, str]:
        try:
            return self.process.wait(PATIENCE_S), self.told.read_text()
        finally:
            self.process.kill()

    def newest(self) -> str:
        """The last checkpoint; their names are the times at which they came to be."""
        found = (self.home / "storage" / "model").glob("checkpoint_*/trainer_state.json")
        return max((path.parent.name for path in found), default="")

    def workers(self) -> list[int]:
        return [pid for pid in _below(self.process.pid) if "RayTrainWorker" in _title(pid)]

    def until(self, so: Callable[[], object], what: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not so():
            assert self.process.poll() is None, f"ended before {what}: {self.told.read_text()}"
            assert time.monotonic() < deadline, f"no {what}: {self.told.read_text()}"
            time.sleep(0.02)


def _below(pid: int) -> list[int]:
    """Processes that descend from one, itself left out."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError, IndexError):
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(stat.parent.name))
    found, waiting = list[int](), [pid]
    while waiting:
        waiting += (new := children.get(waiting.pop(), []))
        found += new
    return found


def _title(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0].decode("utf-8", "replace")
    return ""


def uninterrupted(scripts: Path, home: Path) -> Path:
    """The same run, in this very process, with nothing that could die."""
    torch.set_num_threads(1)
    settings = Settings.model_validate(
        {
            "method": "sft", "scripts": str(scripts), "base": "scratch", "steps": STEPS,
            "batch": 2, "checkpoint_every": 2,
            "size": {"hidden": 64, "layers": 1, "vocabulary": 4096},
        }
    )  # fmt: skip
    out = home / "whole"
    work = home / "work"
    work.mkdir()

    def keep(checkpoint: Path, step: int) -> None:
        if step == STEPS:
            checkpoint.rename(home / "last")

    learned: Learned = learn(settings, work, None, keep, lambda line: None)
    prompts = prompt_versions([s for x in ("train", "valid") for s in samples_of(scripts, x)])
    return publish(settings, checked_base(settings), home / "last", vars(learned), prompts, out)


@pytest.mark.prove
def test_killed_worker_and_driver_it_goes_on_to_the_same_curve_and_the_same_bytes(
    scripts: Path, tmp_path: Path
) -> None:
    job = Job(tmp_path / "killed", scripts)
    job.until(lambda: job.newest() and job.workers(), "first checkpoint")
    (worker,) = job.workers()
    os.kill(worker, signal.SIGKILL)
    job.until(lambda: job.workers() not in ([], [worker]), "worker in its place")
    before = job.newest()
    job.until(lambda: job.newest() > before, "checkpoint of its own")
    (worker,) = job.workers()
    left = os.listdir(f"/proc/{worker}/cwd")
    assert left == ["work-0"], "what the killed one left would fill the disk"
    job.process.send_signal(signal.SIGKILL)
    job.process.wait()
    assert not (tmp_path / "killed" / "model").exists()
    job.start()
    code, told = job.ended()
    assert code == 0, told
    assert "goes on from checkpoint_" in told
    whole = uninterrupted(scripts, tmp_path)
    names = {path.name for path in whole.iterdir()}
    assert names == {path.name for path in (tmp_path / "killed" / "model").iterdir()}
    for name in sorted(names):
        assert (whole / name).read_bytes() == (tmp_path / "killed" / "model" / name).read_bytes(), (
            name
        )
    events = list((tmp_path / "killed" / "storage" / "model" / "tensorboard").glob("events*"))
    assert events


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        (["--base", "/nowhere"], "base: there is no folder /nowhere"),
        (["--scripts", "/nowhere"], "has no manifest.json"),
        (["--set", "method=dpo"], "dpo needs a base that can write: got scratch"),
        (["--set", "tune=qlora", "--base", "/x"], "needs a GPU"),
        (["--set", "batch=0"], "batch: Input should be greater than or equal to 1"),
    ],
)
def test_wrong_settings_are_told_before_a_cluster_is_started(
    scripts: Path, tmp_path: Path, more: list[str], wanted: str
) -> None:
    import typer.testing

    from training.conte_model.__main__ import app

    given = ["--scripts", str(scripts), "--base", "scratch", "--out", str(tmp_path / "m"), *more]
    ended = typer.testing.CliRunner().invoke(app, given)
    assert ended.exit_code == 2
    assert wanted in ended.output
