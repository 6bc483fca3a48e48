"""README and docs do what they say: a brief is one, code runs. What they name: test_docs.py."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from conte.brief import Brief
from serve.client import Client
from tests.cluster import TestCluster

ROOT = Path(__file__).parent.parent
README, BRIEFS, HTTP = "README.md", "docs/briefs.md", "docs/http.md"
URL = "http://127.0.0.1:8000"


def blocks(page: str, language: str) -> list[str]:
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


@pytest.mark.parametrize("page", [README, BRIEFS])
def test_the_brief_that_is_shown_is_one(page: str) -> None:
    (shown,) = blocks(page, "yaml")
    assert Brief.model_validate(yaml.safe_load(shown)).product.name == "윈터그립"


@pytest.mark.cluster
@pytest.mark.parametrize("page", [README, HTTP])
def test_the_python_that_is_shown_runs(page: str, cluster: TestCluster, tmp_path: Path) -> None:
    (code,) = blocks(page, "python")
    ran = subprocess.run(
        [sys.executable, "-c", code.replace(URL, cluster.url)],
        cwd=tmp_path, capture_output=True, text=True, timeout=6000, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert "production.done" in ran.stdout
    assert (tmp_path / "film.mp4").stat().st_size > 0


@pytest.mark.cluster
def test_the_shell_commands_run(cluster: TestCluster, tmp_path: Path) -> None:
    (code,) = blocks(HTTP, "bash")
    ran = subprocess.run(
        ["bash", "-euc", code.replace(URL, cluster.url)],
        cwd=tmp_path, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert "event: production.done" in ran.stdout
    assert (tmp_path / "film.mp4").stat().st_size > 0
    (accepted,) = re.findall(r"^data: (.*production\.accepted.*)$", ran.stdout, re.MULTILINE)
    with Client(cluster.url) as client:
        brief = client.get(json.loads(accepted)["production"]).brief
        assert brief is not None
        assert brief.product.name == "시안"
