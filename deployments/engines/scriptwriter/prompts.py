"""The scriptwriter's prompts: files, one a language, each with its version. Knows no model."""

from functools import cache
from pathlib import Path

from conte.vocabulary import Language
from deployments.engines import prompt_file
from deployments.engines.prompt_file import Prompt, as_data

__all__ = ["SECTIONS", "Prompt", "as_data", "prompt_at", "prompt_in", "read_prompt"]

SECTIONS = ("system", "conte", "treatment", "cuts", "cut")


@cache
def prompt_in(language: Language) -> Prompt:
    """The prompt of a language, as the file beside this module has it."""
    return prompt_file.prompt_beside(__package__ or "", language, SECTIONS)


def read_prompt(language: str, text: str) -> Prompt:
    """A prompt from its file's text.

    Raises:
        ValueError: if there is no version, or not the sections wanted.
    """
    return prompt_file.read_prompt(language, text, SECTIONS)


def prompt_at(path: str, language: Language) -> Prompt:
    """
    Raises:
        ValueError: naming the setting, if there is no such file or it is no prompt.
    """
    try:
        return read_prompt(language, Path(path).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"conte.prompts.{language}: {error}") from error
