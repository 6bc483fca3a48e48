"""A checkpoint that has learnt nothing says so wherever what it makes is shown."""

from pathlib import Path

from deployments.engines.checkpoint import RANDOM, label_of, mark_random
from deployments.engines.tiny.conte import make_tiny_conte


def test_a_checkpoint_that_has_learnt_is_called_by_its_name_alone(tmp_path: Path) -> None:
    assert label_of(tmp_path, "alpha", "language model on vLLM") == "alpha (language model on vLLM)"
    mark_random(tmp_path)
    assert label_of(tmp_path, "tiny", "diffusers") == f"tiny (diffusers; {RANDOM})"


def test_a_model_that_stands_where_a_small_one_would_be_made_is_not_marked(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    make_tiny_conte(tmp_path)
    assert RANDOM not in label_of(tmp_path, "real", "vLLM")
