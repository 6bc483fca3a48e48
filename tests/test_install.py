"""The wheel alone, without the checkout, on the newest Python at hand: it installs, and it films."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import av
import pytest

from tests.newest_python import SUPPORTED, newest_python
from tests.ports import free_port

ROOT = Path(__file__).parent.parent
BRIEF = "product: {name: 시안}\nduration_s: 5\ncuts: 4\nfps: 24\n"
SETTINGS = {"SIAN_DRAFT__SHORT_SIDE": "144"}

pytestmark = pytest.mark.cluster


def uv(*words: str | Path) -> None:
    subprocess.run([sys.executable, "-m", "uv", "--quiet", *words], check=True, cwd=ROOT)


def test_the_wheel_films_without_the_checkout(tmp_path: Path) -> None:
    uv("build", "--wheel", "--out-dir", tmp_path / "dist")
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    uv("venv", "--python", newest_python(), tmp_path / "venv")
    python = tmp_path / "venv" / "bin" / "python"
    uv("pip", "install", "--constraint", "constraints.txt", "--python", python, wheel)
    alone = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    alone.pop("PYTHONDONTWRITEBYTECODE", None)
    # Compiled once what its cluster imports: else each process does it for itself. All that came
    # with it would be five times as much.
    subprocess.run([python, "-c", "import graphs.build"], cwd=tmp_path, env=alone, check=True)
    (tmp_path / "brief.yaml").write_text(BRIEF, "utf-8")
    command = [
        python.with_name("sian"), "film", "brief.yaml", "--seed", "7", "--out", "films",
        "--port", str(free_port()),
    ]  # fmt: skip
    ran = subprocess.run(
        command, cwd=tmp_path, env=alone | SETTINGS, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    (film,) = (tmp_path / "films").glob("*/film.mp4")
    with av.open(str(film)) as made:
        assert made.streams.video[0].frames == 5 * 24


def test_the_versions_that_are_tried_are_those_that_are_promised() -> None:
    promised = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    least, beyond = SUPPORTED[0], SUPPORTED[-1] + 1
    assert promised["requires-python"] == f">=3.{least},<3.{beyond}"
