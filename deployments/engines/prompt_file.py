"""A prompt: one file per language, with a version and sections. Knows no model.

Untrusted text is inserted as data: JSON between marks that it cannot close, never in an
instruction.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib import resources
from string import Template
from typing import Any

_FILE = re.compile(
    r"\A---\nversion: (?P<version>\d+)\n(?:[a-z_]+: [^\n]*\n)*---\n(?P<body>.*)\Z", re.DOTALL
)
"""A prompt file. Lines on its origin may follow the version: `parent: ko/1-9f2c81d0`."""
_SECTION = re.compile(r"^## (\w+)\n", re.MULTILINE)


@dataclass(frozen=True)
class Prompt:
    """A prompt in one language; `version` identifies the exact text."""

    version: str
    sections: dict[str, Template]

    def say(self, section: str, **values: object) -> str:
        """Return a section with its values, each inserted once and not expanded further.

        Raises:
            KeyError: if a value is missing.
        """
        return self.sections[section].substitute(values)


def prompt_beside(package: str, language: str, sections: Sequence[str], kind: str = "") -> Prompt:
    """Return the prompt of a language, from the file in `prompts/` of that package.

    `kind`: prefix of its version, where several engines have prompts of one language.
    """
    text = (resources.files(package) / "prompts" / f"{language}.md").read_text("utf-8")
    return read_prompt(f"{kind}/{language}" if kind else language, text, sections)


def read_prompt(name: str, text: str, sections: Sequence[str]) -> Prompt:
    """Parse a prompt from its file's text.

    Raises:
        ValueError: if there is no version, or the sections are not the wanted ones.
    """
    text = text.replace("\r\n", "\n")
    found = _FILE.match(text)
    if found is None:
        raise ValueError(f"prompt {name}: wanted `---`, `version: <number>`, `---` at its top")
    _, *parts = _SECTION.split(found["body"])
    read = {
        name: Template(body.strip()) for name, body in zip(parts[::2], parts[1::2], strict=True)
    }
    if tuple(read) != tuple(sections):
        raise ValueError(f"prompt {name}: has {list(read)}, wanted {list(sections)}")
    seal = sha256(text.encode()).hexdigest()[:8]
    return Prompt(version=f"{name}/{found['version']}-{seal}", sections=read)


def as_data(value: Any) -> str:
    """Return JSON that cannot contain marks such as `</brief>`: `<` and `>` are escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return text.replace("<", "\\u003c").replace(">", "\\u003e")


def unmarked(text: str) -> str:
    """Return the text with `<` and `>` replaced, so that it can open or close no mark."""
    return text.replace("<", "‹").replace(">", "›")
