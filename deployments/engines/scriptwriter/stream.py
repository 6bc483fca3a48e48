"""JSON in pieces -> its members, each as soon as it closes. Knows JSON, not contes.

Looked at and not taken: jiter and pydantic parse a prefix from its start again for every piece
(quadratic over a stream); ijson's push mode is linear, but yields events to build values from, and
stops at the first non-JSON text, such as the fence that an unguided model writes around it. Here
quotes, brackets and commas are scanned once; `json` parses what they enclose.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_IN_TEXT = re.compile(r'["\\]')
_BETWEEN = re.compile(r'["{}\[\],:]')
_CLOSES = {"{": "}", "[": "]"}


@dataclass(frozen=True)
class Member:
    """A member of the document, or an item of its streamed array (`index` from 0)."""

    key: str
    value: Any
    index: int | None = None
    wrong: str = ""
    """Reason why it is not JSON; then there is no value. Empty: it is JSON."""


class MemberStream:
    """Reads a JSON object's text in pieces split anywhere; yields its members in order.

    The array under `streamed` is yielded item by item. Text before and after the object is ignored.
    Time is linear in the text; memory holds one member.
    """

    def __init__(self, streamed: str = "") -> None:
        self._streamed = streamed
        self._open: list[str] = []
        self._base = 1
        """Number of open brackets around a yielded member: 1, or 2 within the streamed array."""
        self._in_text = self._escaped = self._lost = False
        self._pieces: list[str] = []
        """Pieces of the current key or value."""
        self._key: str | None = None
        self._items = 0
        self.ended = False
        """True once the object is complete."""

    def feed(self, text: str) -> Iterator[Member]:
        """Yield the members that this piece of text completes."""
        start = 0
        for mark, end in self._marks(text):
            at_base = len(self._open) == self._base
            if mark in "{[":
                self._open.append(mark)
                if len(self._open) == 1 or self._opens_streamed(mark):
                    self._base = len(self._open)
                    self._pieces.clear()
                    start = end
            elif mark in "}]":
                if _CLOSES[self._open.pop()] != mark:
                    # Its place in the document is unknown: the rest is lost.
                    self._lost = True
                elif at_base:
                    yield from self._take(text[start : end - 1])
                    self._base, start = 1, end
                    self.ended = not self._open
                elif len(self._open) == self._base:
                    yield from self._take(text[start:end])
                    start = end
            elif at_base:
                yield from self._take(text[start : end - (mark != '"')])
                start = end
                if mark == "," and self._base == 1:
                    self._key = None
            if self.ended or self._lost:
                return
        self._pieces.append(text[start:])

    def _marks(self, text: str) -> Iterator[tuple[str, int]]:
        """Yield each bracket, comma, colon and closing quote outside of strings, and its end."""
        at = 0
        while at < len(text) and not (self.ended or self._lost):
            if self._escaped:
                self._escaped, at = False, at + 1
                continue
            if not self._open:
                at = text.find("{", at) + 1
                if not at:
                    return
                yield "{", at
                continue
            found = (_IN_TEXT if self._in_text else _BETWEEN).search(text, at)
            if found is None:
                return
            mark, at = found.group(), found.end()
            if mark == "\\":
                self._escaped = True
                continue
            if mark == '"':
                self._in_text = not self._in_text
                if self._in_text:
                    continue
            yield mark, at

    def _opens_streamed(self, mark: str) -> bool:
        return mark == "[" and len(self._open) == 2 and self._key == self._streamed

    def _take(self, text: str) -> Iterator[Member]:
        """Yield the member that this text completes, if it is one."""
        self._pieces.append(text)
        whole = _paired("".join(self._pieces).strip())
        self._pieces.clear()
        if not whole:
            return
        value, wrong = None, ""
        try:
            value = json.loads(whole)
        except (ValueError, RecursionError) as error:
            wrong = f"no JSON: {error}"
        if self._base == 1 and self._key is None:
            self._key = value if isinstance(value, str) else whole
        elif self._base == 1:
            yield Member(self._key or "", value, wrong=wrong)
        else:
            yield Member(self._streamed, value, self._items, wrong)
            self._items += 1


def _paired(text: str) -> str:
    """Return the text with split surrogate pairs joined; lone surrogates become U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
