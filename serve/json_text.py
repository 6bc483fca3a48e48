"""JSON text from outside -> its value, or one sentence on where it is wrong. Pure.

Decides what RFC 8259 leaves open. A byte order mark is skipped. A duplicate name in an object is
refused: parsers differ in which value they take. NaN and Infinity are not JSON.
"""

import codecs
import json
import math
import re
from collections.abc import Iterable
from typing import Any

from pydantic_core import from_json

_OTHER_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),  # before UTF-16, whose mark is a prefix of this one
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_PLACE = re.compile(r"(?P<said>.*) at line (?P<line>\d+) column (?P<column>\d+)", re.DOTALL)

_CLEARER = {
    "recursion limit exceeded": "nested too deeply",
    "number out of range": "a number of more digits than any that is wanted",
    "unexpected end of hex escape": "half of a surrogate pair, or a short \\u escape",
    "lone leading surrogate in hex escape": "half of a surrogate pair",
}

Place = tuple[str | int, ...]


class NotUtf8(ValueError):
    """The bytes are not UTF-8."""


class NotJson(ValueError):
    """The text is not JSON. `line` and `column` count from 1; 0 if unknown."""

    def __init__(self, said: str, line: int = 0, column: int = 0) -> None:
        super().__init__(said + (f" at line {line} column {column}" if line else ""))
        self.said, self.line, self.column = said, line, column


class GivenTwice(NotJson):
    """An object has a duplicate name. `place`: the path to it, such as `("brief", "fps")`."""

    def __init__(self, place: Place) -> None:
        super().__init__(f"{place[-1]!r} is given twice")
        self.place = place


def utf8(data: bytes) -> str:
    """Decode the text, without the byte order mark that editors on Windows add.

    Raises:
        NotUtf8: naming the encoding, or the first wrong byte.
    """
    for mark, name in _OTHER_MARKS:
        if data.startswith(mark):
            raise NotUtf8(f"it is {name}, wanted UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotUtf8(f"it is not UTF-8 at byte {error.start}") from error


def value_of(text: str, *, finite: bool = True) -> Any:
    """Parse JSON.

    `finite`: False leaves NaN and Infinity to a reader that names their field.

    Raises:
        NotJson: saying what is wrong, and where.
        GivenTwice: naming the first duplicate name.
    """
    try:
        # from_json limits nesting (200) and digits (4,300), and refuses lone surrogates.
        value = from_json(text, allow_inf_nan=not finite)
    except ValueError as error:
        raise _told(str(error)) from error
    _refuse_what_is_left(text, finite=finite)
    return value


def _told(said: str) -> NotJson:
    found = _PLACE.fullmatch(said)
    if found is None:
        return NotJson(said)
    clear = _CLEARER.get(found["said"], found["said"])
    return NotJson(clear, int(found["line"]), int(found["column"]))


class _Object(dict[str, Any]):
    twice: str | None = None


def _refuse_what_is_left(text: str, *, finite: bool) -> None:
    any_twice = False

    def built(pairs: list[tuple[str, Any]]) -> _Object:
        nonlocal any_twice
        made = _Object(pairs)
        if len(made) < len(pairs):
            made.twice, any_twice = _first_twice(name for name, _ in pairs), True
        return made

    def bounded(number: str) -> None:
        if finite and math.isinf(float(number)):
            raise NotJson(f"the number {number[:40]} is out of range")

    # int() refuses long numbers and is slow for others; from_json has limited them.
    root = json.loads(text, object_pairs_hook=built, parse_int=str, parse_float=bounded)
    if any_twice:
        raise GivenTwice(_place_of_twice(root))


def _first_twice(names: Iterable[str]) -> str:
    seen = set[str]()
    # set.add returns None, so each name is added while it is checked.
    return next(name for name in names if name in seen or seen.add(name))


def _place_of_twice(root: Any) -> Place:
    left: list[tuple[Place, Any]] = [((), root)]
    while left:
        place, part = left.pop()
        if isinstance(part, _Object):
            if part.twice is not None:
                return (*place, part.twice)
            left += [((*place, name), inner) for name, inner in part.items()]
        elif isinstance(part, list):
            left += [((*place, at), inner) for at, inner in enumerate(part)]
    raise AssertionError("a replaced value has a parent with a name twice, which is found first")
