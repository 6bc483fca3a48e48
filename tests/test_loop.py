"""The closed loop in its shorter form, by real components: both models learn, pass, and serve."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import av
import pytest

from serve.database.schema import open_database
from serve.ledger.tables import LEDGER
from serve.registry.entry import EntryKind
from serve.registry.registry import Registry
from tests.ports import free_port
from training.conte_model.chats import samples_of
from training.loop.commands import run
from training.loop.loop import CONTE, FILM
from training.loop.steps import OtherLoop, StepFailed, Steps
from training.measured import read_measured


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Home of a loop that was stopped after its first step, as by a kill, and then resumed."""
    home = tmp_path_factory.mktemp("loop")
    recipe = Path(__file__).parents[1] / "training" / "loop" / "loop-short.yaml"
    command = [
        sys.executable, "-m", "training.loop", "--home", str(home), "--settings", str(recipe),
        "--port", str(free_port()), "--jobs-port", str(free_port()),
    ]  # fmt: skip
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("conte model: registered ..."):
                process.kill()
                break
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, f"{ended.stderr}\n{(home / 'loop.log').read_text()[-4000:]}"
    assert "conte model: scripts" not in ended.stderr, "what was done is not done again"
    return home


@pytest.fixture(scope="module")
def steps(home: Path) -> dict[str, Any]:
    return json.loads((home / "loop.json").read_text("utf-8"))["steps"]


pytestmark = pytest.mark.cluster


def test_the_conte_model_learns(home: Path) -> None:
    rows = [json.loads(line) for line in (home / CONTE / "model" / "curve.jsonl").open()]
    losses = [row["loss"] for row in rows if "loss" in row]
    assert losses[-1] < losses[0] / 3
    trained, untrained = read_measured(home / CONTE / "evaluation.json")
    assert untrained is not None
    assert sum(untrained.scores["passed"]) == 0
    assert sum(trained.scores["passed"]) >= 3
    goals = json.loads((home / "loop.json").read_text())["steps"]["conte"]["goals"]
    assert len(goals) == 6
    assert (home / "report.html").read_text("utf-8").count("이룸 / met") == 6


def test_the_video_adapter_learns(home: Path) -> None:
    after, before = read_measured(home / "video-evaluation.json")
    assert before is not None
    assert after.ids == before.ids
    assert all(
        new > old for new, old in zip(*(m.scores["value"] for m in (after, before)), strict=True)
    )


def test_both_passed_the_gate_and_serve(home: Path, steps: dict[str, Any]) -> None:
    registry = Registry(open_database(f"sqlite:///{home / 'ledger.db'}", LEDGER))
    serving = {slot: one.entry for slot, one in registry.serving().items()}
    assert serving == {
        EntryKind.CONTE_MODEL: steps["conte-entry"]["entry"],
        EntryKind.VIDEO_ADAPTER: steps["video-entry"]["entry"],
    }
    for gate in ("conte-gate", "video-gate"):
        assert "better than" in steps[gate]["told"]


def test_it_ends_in_a_film_of_a_held_out_brief_by_what_was_learnt(
    home: Path, steps: dict[str, Any]
) -> None:
    film = steps["film"]["film"]
    assert steps["conte-entry"]["entry"] in film["by"]["engine"]["revision"]
    scripts = home / CONTE / "scripts"
    (held_out,) = [one for one in samples_of(scripts, "test") if one.id == steps["film"]["sample"]]
    assert held_out.id not in {one.id for one in samples_of(scripts, "train")}
    with av.open(str(home / FILM / film["folder"] / "film.mp4")) as made:
        assert made.streams.video[0].frames == held_out.brief.num_frames
    page = (home / "report.html").read_text("utf-8")
    assert film["folder"] in page
    assert "<svg" in page


def test_a_step_is_done_once_and_another_recipe_wants_another_folder(tmp_path: Path) -> None:
    done: list[int] = []
    for _ in range(2):
        steps = Steps(tmp_path, "recipe", print)
        assert steps.step("one", "one", lambda: done.append(1) or {"found": 1})["found"] == 1
    assert done == [1]
    with pytest.raises(OtherLoop, match="another recipe"):
        Steps(tmp_path, "other", print)


def test_a_step_that_fails_tells_its_last_lines_and_stands_for_nothing(tmp_path: Path) -> None:
    with pytest.raises(StepFailed, match=r"ended with 2(.|\n)*nowhere has no manifest\.json"):
        run(tmp_path / "log", ["training.register", "prompt", "nowhere", "--use", "commercial"])
    assert "training.register" in (tmp_path / "log").read_text()
