"""What is said when a graph cannot start: the setting, and what is wanted."""

from pathlib import Path

import pytest

from conte.checks.timefit import Rates
from deployments.engines.load import conte_engine, video_engine
from serve.cluster import cause
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
