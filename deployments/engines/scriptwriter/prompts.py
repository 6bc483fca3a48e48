"""The prompts: files, one a language, each with its version. Knows no model.

A brief goes in as data: JSON between marks that it cannot close, and never into an instruction.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import resources
from string import Template
from typing import Any

from conte.vocabulary import Language

SECTIONS = ("system", "conte", "treatment", "cuts", "cut")
_FILE = re.compile(r"\A---\nversion: (?P<version>\d+)\n---\n(?P<body>.*)\Z", re.DOTALL)
_SECTION = re.compile(r"^## (\w+)\n", re.MULTILINE)


@dataclass(frozen=True)
class Prompt:
    """What a model is told in one language; `version` names the very text."""

    version: str
    sections: dict[str, Template]

    def say(self, section: str, **values: object) -> str:
        """A section with its values, each of which is put in once and read no further.

        Raises:
            KeyError: if a value is missing.
        """
        return self.sections[section].substitute(values)


@cache
def prompt_in(language: Language) -> Prompt:
    """The prompt of a language, as the file beside this module has it."""
    text = (resources.files(__package__ or "") / "prompts" / f"{language}.md").read_text("utf-8")
    return read_prompt(language, text)


def read_prompt(language: str, text: str) -> Prompt:
    """A prompt from its file's text.

    Raises:
        ValueError: if there is no version, or not the sections wanted.
    """
    text = text.replace("\r\n", "\n")
    found = _FILE.match(text)
    if found is None:
        raise ValueError(f"prompt {language}: wanted `---`, `version: <number>`, `---` at its top")
    _, *parts = _SECTION.split(found["body"])
    sections = {
        name: Template(body.strip()) for name, body in zip(parts[::2], parts[1::2], strict=True)
    }
    if tuple(sections) != SECTIONS:
        raise ValueError(f"prompt {language}: has {list(sections)}, wanted {list(SECTIONS)}")
    seal = sha256(text.encode()).hexdigest()[:8]
    return Prompt(version=f"{language}/{found['version']}-{seal}", sections=sections)


def as_data(value: Any) -> str:
    """JSON in which no mark such as `</brief>` can stand: `<` and `>` are written as escapes."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return text.replace("<", "\\u003c").replace(">", "\\u003e")
