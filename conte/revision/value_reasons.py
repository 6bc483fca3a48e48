"""Pydantic's errors -> phrases: what is wrong with a value, in both languages."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic_core import ErrorDetails

from conte.brief import ForbidsItsName, NamesAlike
from conte.frozen import NothingVisible, Unprintable
from conte.revision.phrase import Phrase, phrase
from conte.staging import NoPose

MAX_REASON = 200
"""Most characters of a message that may repeat what was sent."""

_Made = Callable[[ErrorDetails, Mapping[str, Any]], Phrase]


def reason_of(error: ErrorDetails) -> Phrase:
    limits = error.get("ctx", {})
    if (known := _KNOWN.get(error["type"])) is not None:
        return known(error, limits)
    match limits.get("error"):
        case Unprintable() as found:
            return phrase("cannot_be_shown", code=f"{found.code:04X}", place=found.place)
        case NothingVisible():
            return phrase("nothing_seen")
        case NamesAlike() as found:
            return phrase("names_alike", name=found.name)
        case ForbidsItsName() as found:
            return phrase("own_name_forbidden", phrase=found.phrase)
        case NoPose() as found:
            return phrase("no_pose", line=found.line)
        case _:
            said = error["msg"].removeprefix("Value error, ")[:MAX_REASON]
            return phrase("not_such_a_value", reason=said)


def _too_long(error: ErrorDetails, limits: Mapping[str, Any]) -> Phrase:
    most, given = limits["max_length"], error["input"]
    if isinstance(given, str):
        return phrase("text_too_long", got=len(given), most=most)
    return phrase("list_too_long", most=most)


def _too_short(error: ErrorDetails, limits: Mapping[str, Any]) -> Phrase:
    # Pydantic counts a text that is checked after stripping in items, too.
    name = "text_too_short" if isinstance(error["input"], str) else "list_too_short"
    return phrase(name, least=limits["min_length"])


def _choice(_error: ErrorDetails, limits: Mapping[str, Any]) -> Phrase:
    expected = str(limits.get("expected") or limits.get("expected_tags"))
    return phrase("not_a_choice", expected=expected.replace(" or ", ", ").replace("'", ""))


def _part(name: str) -> _Made:
    def made(error: ErrorDetails, _limits: Mapping[str, Any]) -> Phrase:
        return phrase(name, place=".".join(map(str, error["loc"]))[:MAX_REASON])

    return made


def _plain(name: str) -> _Made:
    return lambda _error, _limits: phrase(name)


def _bound(name: str, limit: str, said: str) -> _Made:
    return lambda _error, limits: phrase(name, **{said: limits[limit]})


_KNOWN: Mapping[str, _Made] = {
    "string_too_long": _too_long,
    "too_long": _too_long,
    "string_too_short": _too_short,
    "too_short": _too_short,
    "enum": _choice,
    "literal_error": _choice,
    "union_tag_invalid": _choice,
    "union_tag_not_found": _plain("not_an_object"),
    "string_type": _plain("not_a_text"),
    "string_unicode": _plain("not_a_text"),
    "int_type": _plain("not_an_integer"),
    "int_parsing": _plain("not_an_integer"),
    "int_from_float": _plain("not_an_integer"),
    "float_type": _plain("not_a_number"),
    "float_parsing": _plain("not_a_number"),
    "finite_number": _plain("not_a_number"),
    "bool_type": _plain("not_true_or_false"),
    "bool_parsing": _plain("not_true_or_false"),
    "tuple_type": _plain("not_a_list"),
    "model_type": _plain("not_an_object"),
    "model_attributes_type": _plain("not_an_object"),
    "dict_type": _plain("not_an_object"),
    "missing": _part("missing"),
    "extra_forbidden": _part("no_such_part"),
    "greater_than_equal": _bound("too_small", "ge", "least"),
    "greater_than": _bound("too_small", "gt", "least"),
    "less_than_equal": _bound("too_large", "le", "most"),
    "less_than": _bound("too_large", "lt", "most"),
    "string_pattern_mismatch": lambda _error, limits: phrase(
        "not_its_form", pattern=limits["pattern"]
    ),
}
