"""The scriptwriter's prompts: one file per language, each with its version. Knows no model."""

from functools import cache
from importlib import resources
from pathlib import Path

from conte.vocabulary import Language
from deployments.engines import prompt_file
from deployments.engines.prompt_file import Prompt, as_data

__all__ = [
    "ADDITIONS",
    "SECTIONS",
    "Prompt",
    "additions_in",
    "as_data",
    "prompt_at",
    "prompt_in",
    "read_prompt",
]

SECTIONS = ("system", "conte", "treatment", "cuts", "cut")
ADDITIONS = ("ideas", "direction", "variant")


@cache
def prompt_in(language: Language) -> Prompt:
    """Return the prompt of a language, from the file beside this module."""
    return prompt_file.prompt_beside(__package__ or "", language, SECTIONS)


@cache
def additions_in(language: Language) -> Prompt:
    """Return the sections for briefs with ideas and for further directions.

    In a separate file, so that prompts written or tuned before ideas existed stay valid.
    """
    file = resources.files(__package__ or "") / "prompts" / f"additions.{language}.md"
    return prompt_file.read_prompt(f"additions/{language}", file.read_text("utf-8"), ADDITIONS)


def read_prompt(language: str, text: str) -> Prompt:
    """Parse a prompt from its file's text.

    Raises:
        ValueError: if there is no version, or the sections are not the wanted ones.
    """
    return prompt_file.read_prompt(language, text, SECTIONS)


def prompt_at(path: str, language: Language) -> Prompt:
    """Read the prompt of a language from a file.

    Raises:
        ValueError: naming the setting, if the file is missing or is not a prompt.
    """
    try:
        return read_prompt(language, Path(path).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"conte.prompts.{language}: {error}") from error
