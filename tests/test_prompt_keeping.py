"""A child prompt that breaks the format is refused; one that keeps it is a file that is served."""

import re
from importlib import resources

import pytest

from conte.vocabulary import Language
from deployments.engines.scriptwriter.prompts import SECTIONS, prompt_in, read_prompt
from training.prompts.keeping import broken_in, most_characters
from training.prompts.prompt_text import PromptText


def served(language: Language) -> PromptText:
    file = resources.files("deployments.engines.scriptwriter") / "prompts" / f"{language}.md"
    return PromptText.read(language, file.read_text("utf-8"), SECTIONS)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_prompt_written_back_is_the_same_prompt(language: Language) -> None:
    text = served(language)
    again = read_prompt(language, text.as_file())
    assert again.sections.keys() == prompt_in(language).sections.keys()
    for name, section in prompt_in(language).sections.items():
        assert again.sections[name].template == section.template
        assert broken_in(section.template, section.template, language) == ()


def test_where_it_comes_from_stands_below_its_version() -> None:
    file = served("ko").as_file(2, {"parent": "ko/1-00000000", "valid": "0.9"})
    assert file.startswith("---\nversion: 2\nparent: ko/1-00000000\nvalid: 0.9\n---\n## system\n")
    assert read_prompt("ko", file).version.startswith("ko/2-")
    assert PromptText.read("ko", file, SECTIONS).sections == served("ko").sections


SYSTEM = served("ko").sections["system"]
CONTE = served("ko").sections["conte"]


@pytest.mark.parametrize(
    ("section", "child", "wrong"),
    [
        (SYSTEM, "  \n", "it is empty"),
        (SYSTEM, SYSTEM.replace("$rate", "5.5"), r"the placeholder \$rate is lost"),
        (SYSTEM, SYSTEM + "\n$budget", r"there is no value for \$budget"),
        (SYSTEM, SYSTEM + "\n$ 5", r"a \$ stands alone"),
        (SYSTEM, SYSTEM.replace("<brief>", "브리프"), "the mark <brief> is lost"),
        (SYSTEM, SYSTEM + "\n<admin>", "the mark <admin> is new"),
        (SYSTEM, SYSTEM + "\n## conte\n다른 절", "begins with `## `"),
        (SYSTEM, SYSTEM + "\n---\n", "or is `---`"),
        (SYSTEM, SYSTEM + "\u202e", "cannot be seen"),
        (SYSTEM, SYSTEM * 3, "characters, "),
        (SYSTEM, served("en").sections["system"], "in Korean"),
        (CONTE, "브리프: $brief <brief> </brief> $duration_s $cuts", "between its marks"),
    ],
)
def test_what_breaks_the_format_is_told(section: str, child: str, wrong: str) -> None:
    told = broken_in(child, section, "ko")
    assert any(re.search(wrong, one) for one in told), told


def test_an_english_prompt_stays_english() -> None:
    english = served("en").sections["system"]
    assert broken_in(SYSTEM, english, "en")[-1] == "it has to be in English"
    assert most_characters("a" * 1000) == 1600
