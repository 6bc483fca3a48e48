"""Reads a folder of prompt files, one for each language, that replace the packaged prompts."""

from collections.abc import Mapping
from pathlib import Path
from typing import get_args

from conte.production import Sampling
from conte.vocabulary import Language
from deployments.engines.scriptwriter.prompts import Prompt, read_prompt
from training.scripts.requests import ScriptRequests

_SAMPLING = Sampling(temperature=0.9, top_p=0.95, max_tokens=6000)
"""Required by the type; no message contains it."""


def questions_of(folder: Path | None) -> ScriptRequests:
    """Return the scriptwriter's messages with the folder's prompts; None: with the packaged ones.

    Raises:
        ValueError: if the folder has no prompt, or an invalid one.
    """
    return ScriptRequests(_SAMPLING, prompts=_prompts_in(folder) if folder is not None else None)


def _prompts_in(folder: Path) -> Mapping[Language, Prompt]:
    found: dict[Language, Prompt] = {}
    for language in get_args(Language):
        path = folder / f"{language}.md"
        if path.is_file():
            try:
                found[language] = read_prompt(language, path.read_text("utf-8"))
            except (OSError, ValueError) as error:
                raise ValueError(f"prompts: {path}: {error}") from error
    if not found:
        raise ValueError(f"prompts: {folder} has no prompt file, wanted ko.md or en.md")
    return found
