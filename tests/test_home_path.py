"""A path in settings lies under the home by its type, whichever part of them it stands in."""

from pathlib import Path

import pytest
from pydantic import Field, ValidationError

from serve.home_path import HomePath, OptionalHomePath, at_home
from serve.settings import ConteSettings, Part, RewriterSettings, Settings, VisionSettings


class Inner(Part):
    folder: HomePath = "folder"
    file: OptionalHomePath = ""
    words: str = "words"
    more: dict[str, HomePath] = Field(default_factory=dict)


class Outer(Part):
    one: Inner | None = None
    many: dict[str, Inner] = Field(default_factory=dict)


def test_the_type_alone_makes_a_path_lie_under_the_home() -> None:
    inner = Inner(file="a/b", more={"c": "d", "e": "/f"})
    found = at_home(Outer(one=inner, many={"g": Inner()}), Path("/home"))
    placed = Inner(folder="/home/folder", file="/home/a/b", more={"c": "/home/d", "e": "/f"})
    assert found == Outer(one=placed, many={"g": Inner(folder="/home/folder")})
    assert at_home(Outer(), Path("/home")) == Outer()


def test_files_of_every_part_lie_under_the_home() -> None:
    settings = Settings(
        home=Path("/sian"),
        conte=ConteSettings(prompts={"ko": "ko.md"}, rewriter=RewriterSettings(prompt="re.md")),
        vision=VisionSettings(checkpoint="v"),
        claims="rules.yaml",
        product_types="/table.json",
    ).at_home()
    assert settings.conte.prompts == {"ko": "/sian/ko.md"}
    assert settings.conte.rewriter is not None
    assert settings.conte.rewriter.prompt == "/sian/re.md"
    assert settings.draft.diffusers.cache_folder == "/sian/ratios"
    assert (settings.vision.checkpoint, settings.claims) == ("/sian/v", "/sian/rules.yaml")
    assert (settings.product_types, settings.conte.vllm.checkpoint) == ("/table.json", "")
    assert settings.at_home() == settings


def test_a_path_that_has_to_be_there_is_not_empty() -> None:
    with pytest.raises(ValidationError, match="folder"):
        Inner(folder="")
