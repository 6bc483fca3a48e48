"""The text of a prompt file and its sections; a child is its parent with some sections replaced.

Knows no model. The format is that of `deployments/engines/prompt_file.py`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from deployments.engines.prompt_file import Prompt, read_prompt

_SECTION = re.compile(r"^## (\w+)\n", re.MULTILINE)
_VERSION = re.compile(r"\A---\nversion: (\d+)\n", re.MULTILINE)


@dataclass(frozen=True)
class PromptText:
    """Text of a prompt. `name` begins its version string, such as `ko` or `rewriter/en`."""

    name: str
    version: int
    sections: Mapping[str, str]

    @classmethod
    def read(cls, name: str, text: str, wanted: Sequence[str]) -> Self:
        """Parse a prompt file.

        Raises:
            ValueError: if it has no version, or lacks one of the sections wanted.
        """
        text = text.replace("\r\n", "\n")
        read_prompt(name, text, wanted)
        found = _VERSION.match(text)
        _, *parts = _SECTION.split(text)
        if found is None:
            raise ValueError(f"prompt {name}: has no version")
        bodies = (body.strip() for body in parts[1::2])
        return cls(name, int(found[1]), dict(zip(parts[::2], bodies, strict=True)))

    def with_sections(self, changed: Mapping[str, str]) -> Self:
        """Return a copy with some sections replaced.

        Raises:
            KeyError: if there is no such section.
        """
        if unknown := changed.keys() - self.sections.keys():
            raise KeyError(f"prompt {self.name} has no section {', '.join(sorted(unknown))}")
        return type(self)(self.name, self.version, {**self.sections, **changed})

    def as_file(self, version: int | None = None, made: Mapping[str, str] | None = None) -> str:
        """Return the file's text. `made`: fields about its origin, one line each below the
        version."""
        head = "".join(f"{name}: {what}\n" for name, what in (made or {}).items())
        body = "\n".join(f"## {name}\n{text}" for name, text in self.sections.items())
        return f"---\nversion: {version or self.version}\n{head}---\n{body}\n"

    def prompt(self) -> Prompt:
        """Return the prompt as the served engine parses it.

        Raises:
            ValueError: if a section's text breaks the file, such as a heading within it.
        """
        return read_prompt(self.name, self.as_file(), tuple(self.sections))
