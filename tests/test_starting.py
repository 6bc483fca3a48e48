"""What is said when a graph cannot start: the setting, and what is wanted."""

from configparser import ConfigParser
from pathlib import Path

import pytest
from typer.testing import CliRunner

from conte.checks.timefit import Rates
from deployments.engines.load import conte_engine, video_engine
from serve.cli.commands import app
from serve.cluster import cause
from serve.cluster.starting import STOP_TIMEOUT_S
from serve.settings import ClipSettings, ConteSettings, DiffusersSettings

TRACEBACK = """\
Traceback (most recent call last):
  File "build.py", line 3, in build
    raise ValueError("conte.engine: there is no engine 'x'")
ValueError: conte.engine: there is no engine 'x'
"""


def test_the_last_line_of_a_traceback_is_told_and_not_the_status_around_it() -> None:
    told = [TRACEBACK, "Failed to update the deployments ['ConteWriter']."]
    assert cause(told) == "conte.engine: there is no engine 'x'"
    assert cause(["  \n", "Deploying failed."]) == "Deploying failed."
    assert cause([]) == "unknown"


def test_another_error_keeps_its_name() -> None:
    assert cause(["ModuleNotFoundError: No module named 'vllm'"]).startswith("ModuleNotFoundError")


@pytest.mark.parametrize("tier", ["draft", "final"])
def test_an_engine_s_settings_are_named_with_their_tier(tier: str, tmp_path: Path) -> None:
    missing = DiffusersSettings(checkpoint=str(tmp_path / "none"))
    settings = ClipSettings(engine="diffusers", diffusers=missing)
    with pytest.raises(ValueError, match=rf"^{tier}\.diffusers\.checkpoint: there is no folder"):
        video_engine(settings, f"{tier}.engine")
    with pytest.raises(ValueError, match=rf"^{tier}\.videos\.url"):
        video_engine(ClipSettings(engine="videos"), f"{tier}.engine")


def test_engines_that_there_are_are_named() -> None:
    with pytest.raises(ValueError, match=r"^conte\.engine: .*composer, openai, vllm"):
        conte_engine(ConteSettings(engine="gpt"), Rates())
    with pytest.raises(ValueError, match=r"^final\.engine: .*animatic, diffusers, videos"):
        video_engine(ClipSettings(engine="sora"), "final.engine")
    with pytest.raises(ValueError, match="needs a served model"):
        conte_engine(ConteSettings(engine="vllm"), Rates())


def test_the_systemd_unit_runs_a_command_that_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[tuple[object, ...]] = []
    monkeypatch.setattr("serve.cluster.keep", lambda *given: kept.append(given[:3]))
    monkeypatch.setenv("SIAN_HOME", str(tmp_path))
    unit = ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # pyright: ignore[reportAttributeAccessIssue]
    unit.read(Path(__file__).parents[1] / "operations" / "units" / "sian.service")
    service = unit["Service"]
    program, command, *options = service["ExecStart"].split()
    assert (Path(program).name, command) == ("sian", "up")
    assert CliRunner().invoke(app, [command, *options]).exit_code == 0
    assert [(home, port) for _, home, port in kept] == [(tmp_path, 8000)]
    # `sian up --keep` is stopped alone, and ends with 0 only when it was asked to stop.
    assert service["KillMode"] == "mixed"
    assert service["Restart"] == "always"
    assert service["RestartPreventExitStatus"] == "0"
    assert float(service["TimeoutStopSec"]) >= 2 * STOP_TIMEOUT_S
