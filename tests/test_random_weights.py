"""A checkpoint that has learnt nothing says so wherever what it makes is shown."""

from pathlib import Path

from conte.clip import EngineId
from conte.production import Provenance
from deployments.deliverables.sheets.base import made_line
from deployments.deliverables.sheets.page_data import page_data
from deployments.engines.checkpoint import RANDOM, label_of, mark_random
from deployments.engines.tiny.conte import make_tiny_conte
from serve.cli.conte_sheet import sheet_text
from serve.ingress.views import VersionView
from tests.exported_editions import written


def test_a_checkpoint_that_has_learnt_is_called_by_its_name_alone(tmp_path: Path) -> None:
    assert label_of(tmp_path, "alpha", "language model on vLLM") == "alpha (language model on vLLM)"
    mark_random(tmp_path)
    assert label_of(tmp_path, "tiny", "diffusers") == f"tiny (diffusers; {RANDOM})"


def test_a_model_that_stands_where_a_small_one_would_be_made_is_not_marked(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    make_tiny_conte(tmp_path)
    assert RANDOM not in label_of(tmp_path, "real", "vLLM")


def test_console_and_sheets_say_it_of_the_conte_and_of_the_clips(tmp_path: Path) -> None:
    mark_random(tmp_path)
    engine = EngineId(name="vllm", revision="1", label=label_of(tmp_path, "tiny", "vLLM"))
    edition = written("tire")
    clips = tuple(clip.model_copy(update={"engine": engine}) for clip in edition.clips)
    edition = edition.model_copy(update={"clips": clips})
    version = VersionView.model_validate(
        {
            "production": edition.production,
            "number": 1,
            "created_at": 0,
            "provenance": Provenance(engine=engine, seed=1).model_dump(),
            "conte": edition.conte.model_dump(),
            "findings": [],
        }
    )
    foot = str(page_data(edition, "portrait", "콘티")["foot"])
    assert RANDOM in " ".join(sheet_text(edition.brief, version).split())
    assert RANDOM in made_line(edition)  # workbooks and decks
    assert [word for word in RANDOM.split() if word not in foot] == []  # the PDF
