"""Removes secrets from text: values that the settings and the environment hold."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel, SecretStr

from serve.doctor.line import Line
from serve.secret_files import password_in

HIDDEN = "***"
_SHORTEST = 4
"""Shortest value that is replaced; shorter ones occur in too many words."""
_NAMED = ("KEY", "TOKEN", "SECRET", "PASSWORD")


def hiding(secrets: Iterable[str]) -> Callable[[Line], Line]:
    """Return a function that replaces each secret in a line."""
    known = {form for secret in secrets for form in (secret, quote(secret, safe=""))}
    longest_first = sorted((one for one in known if len(one) >= _SHORTEST), key=len, reverse=True)

    def clean(text: str) -> str:
        for secret in longest_first:
            text = text.replace(secret, HIDDEN)
        return text

    return lambda line: replace(line, said=clean(line.said), todo=clean(line.todo))


def secrets_in(value: Any) -> Iterator[str]:
    """Yield every secret in settings: secret values, and passwords in URLs."""
    if isinstance(value, SecretStr):
        yield value.get_secret_value()
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from secrets_in(getattr(value, name))
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from secrets_in(one)
    elif isinstance(value, str) and (password := password_in(value)):
        yield password


def secrets_of(environment: Mapping[str, str]) -> Iterator[str]:
    """Yield the values of variables with secret-sounding names, and the passwords in URLs."""
    for name, value in environment.items():
        if name.rpartition("_")[2] in _NAMED:
            yield value
        elif password := password_in(value):
            yield password
