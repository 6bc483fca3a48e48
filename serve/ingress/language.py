"""Language of an answer: the request's `Accept-Language`, or its production's brief, or Korean."""

from collections.abc import Callable, Iterator
from typing import get_args

from fastapi import Request

from conte.vocabulary import Language

DEFAULT: Language = "ko"
LanguageOf = Callable[[str], Language | None]
"""A production's id -> the language of its brief; None: it is not known."""


def language_of(request: Request, brief_language: LanguageOf) -> Language:
    if asked := accepted(request.headers.get("accept-language", "")):
        return asked
    production = request.path_params.get("id")
    return (brief_language(production) if production else None) or DEFAULT


def accepted(header: str) -> Language | None:
    """Return the language of ours that the header prefers; None: it names none.

    >>> accepted("fr, ko;q=0.8, en-US;q=0.9")
    'en'
    """
    # `max` returns the first of several: in a header the first of equals is preferred.
    found = max(_wanted(header), key=lambda one: one[0], default=None)
    return found[1] if found else None


def _wanted(header: str) -> Iterator[tuple[float, Language]]:
    for part in header.split(","):
        tag, _, weight = part.partition(";")
        main = tag.strip().partition("-")[0].lower()
        share = _share(weight)
        for language in get_args(Language):
            if main == language and share > 0:
                yield share, language


def _share(weight: str) -> float:
    name, equals, value = weight.strip().partition("=")
    if not equals or name.strip().lower() != "q":
        return 1.0
    try:
        return min(1.0, max(0.0, float(value)))
    except ValueError:
        return 0.0
