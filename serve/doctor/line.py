"""A line of the report: the checked part, its state, and what to do about it."""

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "look", "wrong"]


@dataclass(frozen=True)
class Line:
    part: str
    state: State
    """Result of the check. look: no error was found, but only a person can decide whether it is as
    intended."""
    said: str
    todo: str = ""


def ok(part: str, said: str) -> Line:
    return Line(part, "ok", said)


def look(part: str, said: str, todo: str) -> Line:
    return Line(part, "look", said, todo)


def wrong(part: str, said: str, todo: str) -> Line:
    return Line(part, "wrong", said, todo)
