"""A model's folder: refused by name where it is none, and another revision when its files change."""

from pathlib import Path

import pytest

from deployments.engines.checkpoint import checked
from serve import revision
from serve.revision import revision_of
from serve.settings import Adapter, ClipSettings, ConteSettings, DiffusersSettings, Settings
from serve.settings import VllmSettings as Vllm


def make(folder: Path, **files: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "wanted the folder of a checkpoint"),
        ("nowhere", "there is no folder"),
        ("empty", "has no config.json"),
    ],
)
def test_what_is_no_checkpoint_is_refused_by_the_setting_s_name(
    tmp_path: Path, given: str, said: str
) -> None:
    make(tmp_path / "empty")
    path = given and str(tmp_path / given)
    with pytest.raises(ValueError, match=rf"^conte\.vllm\.checkpoint: .*{said}"):
        checked(path, "config.json", "conte.vllm.checkpoint")


def test_a_revision_is_the_name_and_what_the_files_hold(tmp_path: Path) -> None:
    first = revision_of(make(tmp_path / "a" / "alpha", config=b"1", weights=b"abc"))
    assert first.startswith("alpha@")
    assert first == revision_of(make(tmp_path / "b" / "alpha", config=b"1", weights=b"abc"))
    assert first != revision_of(make(tmp_path / "c" / "alpha", config=b"1", weights=b"abd"))
    assert first != revision_of(make(tmp_path / "d" / "alpha", config=b"1", other=b"abc"))


def test_of_large_weights_the_ends_and_the_size_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revision, "WHOLE", 10)
    monkeypatch.setattr(revision, "END", 4)
    revisions = {
        revision_of(make(tmp_path / str(i) / "m", weights=data))
        for i, data in enumerate(
            (b"head....tail", b"HEAD....tail", b"head....TAIL", b"head.....tail")
        )
    }
    assert len(revisions) == 4


def test_an_adapter_may_be_one_file(tmp_path: Path) -> None:
    file = make(tmp_path, lora=b"1") / "lora"
    before = revision_of(file)
    file.write_bytes(b"2")
    assert revision_of(file) != before


def test_folders_of_models_lie_under_the_home_unless_they_are_absolute(tmp_path: Path) -> None:
    settings = Settings(
        home=tmp_path,
        conte=ConteSettings(
            vllm=Vllm(checkpoint="models/conte"), adapters={"a": Adapter(path="/b/a")}
        ),
        final=ClipSettings(
            diffusers=DiffusersSettings(
                checkpoint="/models/wan", adapters={"noir": Adapter(path="noir")}
            )
        ),
    ).at_home()
    assert settings.conte.vllm.checkpoint == str(tmp_path / "models/conte")
    assert settings.conte.adapters["a"].path == "/b/a"
    assert settings.final.diffusers.checkpoint == "/models/wan"
    assert settings.final.diffusers.adapters["noir"].path == str(tmp_path / "noir")
    assert settings.draft.diffusers.checkpoint == ""
