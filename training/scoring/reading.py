"""A model's answer -> its conte, read by the rules of the served writer; or why it is
unreadable."""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator

from conte.brief import Brief
from conte.conte import Conte
from conte.cut import Cut
from conte.manuscript import manuscript_schema
from deployments.engines.scriptwriter.proof import OPENING, BrokenError, read_cut, read_opening

_MOST_TOLD = 4
_DEEPEST = 64
"""Largest nesting of brackets. A manuscript has five levels; Python's JSON parser fails at about a
thousand, and the schema validator earlier."""


@dataclass(frozen=True)
class ConteReading:
    """Result of reading an answer. `conte` is None if it is unreadable, for the reason in `wrong`.

    `unlike_schema`: places that guided decoding would not have permitted, although the conte may
    still be readable (a text that is too long, a mark around the JSON).
    """

    conte: Conte | None
    wrong: str = ""
    unlike_schema: tuple[str, ...] = ()
    is_json: bool = True


def read_manuscript(text: str, brief: Brief) -> ConteReading:
    """Read a whole manuscript, in the form of the assistant's answer."""
    try:
        written, around = _json(text)
    except (ValueError, RecursionError) as error:
        return ConteReading(None, f"no JSON: {error}", is_json=False)
    if not isinstance(written, dict):
        return ConteReading(
            None, f"a JSON {type(written).__name__}, wanted an object", is_json=False
        )
    unlike = (*around, *_unlike(written, brief))
    try:
        return ConteReading(_read(written, brief), unlike_schema=unlike)
    except (BrokenError, ValueError) as error:
        return ConteReading(None, str(error), unlike_schema=unlike)


def _json(text: str) -> tuple[Any, tuple[str, ...]]:
    start = text.find("{")
    if start < 0:
        raise ValueError("there is no object in it")
    _check_depth(text)
    written, end = json.JSONDecoder().raw_decode(text, start)
    rest = (text[:start] + text[end:]).strip()
    return written, (f"text around the JSON: {rest[:40]!r}",) if rest else ()


def _check_depth(text: str) -> None:
    depth = 0
    for character in text:
        depth += (character in "[{") - (character in "]}")
        if depth > _DEEPEST:
            raise ValueError(f"more than {_DEEPEST} brackets are open at once")


def _unlike(written: dict[str, Any], brief: Brief) -> tuple[str, ...]:
    told: list[str] = []
    for error in _validator(brief.model_dump_json()).iter_errors(written):
        if len(told) == _MOST_TOLD:
            break
        place = ".".join(str(step) for step in error.absolute_path) or "manuscript"
        told.append(f"{place}: breaks `{error.validator}`")
    if list(written)[-1:] != ["cuts"] and "cuts" in written:
        told.append("cuts: has to come last, for it is read while it is written")
    return tuple(told)


@lru_cache(maxsize=256)
def _validator(brief: str) -> Draft202012Validator:
    """Return the schema's validator, cached because many answers to the same brief are scored."""
    return Draft202012Validator(manuscript_schema(Brief.model_validate_json(brief)))


def _read(written: dict[str, Any], brief: Brief) -> Conte:
    if missing := [name for name in (*OPENING, "cuts") if name not in written]:
        raise BrokenError(f"lacks {', '.join(missing)}")
    opening = read_opening(written, brief)
    given = written["cuts"]
    if not isinstance(given, list) or len(given) != len(opening.frames):
        got = len(given) if isinstance(given, list) else type(given).__name__
        raise BrokenError(f"cuts: got {got}, the pacing has {len(opening.frames)}")
    cuts: list[Cut] = []
    for one in given:
        try:
            cuts.append(read_cut(one, opening, cuts, brief))
        except BrokenError as error:
            raise BrokenError(f"cut {len(cuts) + 1}: {error}") from None
    return Conte.of(opening.treatment, tuple(cuts)).check_fits(brief)
