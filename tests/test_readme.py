"""The README does what it says: its code runs, its settings exist, its links lead somewhere."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel, SecretStr

from conte.brief import Brief
from serve.client import Client
from serve.settings import Settings
from tests.cluster import TestCluster

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
URL = "http://127.0.0.1:8000"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_the_brief_it_shows_is_one() -> None:
    (shown,) = blocks("yaml")
    assert Brief.model_validate(yaml.safe_load(shown)).product.name == "윈터그립"


def test_it_names_every_setting_with_its_default() -> None:
    told = dict(re.findall(r"^\| `([a-z0-9_.]+)` \| (?:`(.*?)`)? *\| .*\|$", README, re.MULTILINE))
    # What a tier's engine is told is listed once, for the final tier.
    twice = ("draft.diffusers.", "draft.videos.")
    settings = _settings(Settings(home=Path(".sian")))
    assert told == {name: v for name, v in settings.items() if not name.startswith(twice)}


def _settings(part: BaseModel, prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for name in type(part).model_fields:
        value: Any = getattr(part, name)
        if isinstance(value, BaseModel):
            found |= _settings(value, f"{prefix}{name}.")
        elif isinstance(value, SecretStr) or value in ("", {}):
            found[prefix + name] = ""
        else:
            found[prefix + name] = (
                json.dumps(value) if not isinstance(value, str | Path) else str(value)
            )
    return found


def test_its_links_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert links
    assert not [link for link in links if "://" not in link and not (ROOT / link).exists()]


def test_every_make_target_it_names_exists() -> None:
    makefile = (ROOT / "Makefile").read_text()
    named = set(re.findall(r"`make ([a-z]+)", README))
    assert named <= set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))


@pytest.mark.cluster
def test_its_python_runs(cluster: TestCluster, tmp_path: Path) -> None:
    (code,) = blocks("python")
    ran = subprocess.run(
        [sys.executable, "-c", code.replace(URL, cluster.url)],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert "production.done" in ran.stdout
    assert (tmp_path / "film.mp4").stat().st_size > 0


@pytest.mark.cluster
def test_its_shell_runs(cluster: TestCluster) -> None:
    (code,) = blocks("bash")
    ran = subprocess.run(
        ["bash", "-euc", code.replace(URL, cluster.url)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    with Client(cluster.url) as client:
        assert client.get(json.loads(ran.stdout)["id"]).brief.product.name == "시안"
