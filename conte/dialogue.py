"""Dialogue as text, one line per speech, `who: what`, for files that people edit."""

from collections.abc import Sequence
from typing import Any

from conte.cut import DialogueLine


def dialogue_text(lines: Sequence[DialogueLine]) -> str:
    return "\n".join(f"{line.speaker}: {line.text}" for line in lines)


def dialogue_of(text: str) -> list[dict[str, Any]]:
    """Parse the lines to JSON values. A line without a speaker gets "" as its speaker: invalid."""
    found: list[dict[str, Any]] = []
    for line in filter(None, (line.strip() for line in text.split("\n"))):
        speaker, colon, said = line.partition(":")
        spoken = {"speaker": speaker.strip(), "text": said.strip()}
        found.append(spoken if colon else {"speaker": "", "text": line})
    return found
