"""Dialogue as text: a line each, `who: what`. How files that people edit carry it."""

from collections.abc import Sequence
from typing import Any

from conte.cut import DialogueLine


def dialogue_text(lines: Sequence[DialogueLine]) -> str:
    return "\n".join(f"{line.speaker}: {line.text}" for line in lines)


def dialogue_of(text: str) -> list[dict[str, Any]]:
    """Return the lines as JSON values; one without a speaker has an empty one, which none takes."""
    found: list[dict[str, Any]] = []
    for line in filter(None, (line.strip() for line in text.split("\n"))):
        speaker, colon, said = line.partition(":")
        spoken = {"speaker": speaker.strip(), "text": said.strip()}
        found.append(spoken if colon else {"speaker": "", "text": line})
    return found
