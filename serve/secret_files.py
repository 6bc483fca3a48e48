"""Secrets from files: `SIAN_VAULT__SECRET_KEY_FILE=/run/secrets/vault` instead of the value itself.

Holds for every setting that is secret or a URL with a password, of the service and of jobs.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, SecretStr

FILE = "_FILE"


@dataclass(frozen=True)
class MayHoldPassword:
    """Marks a type as text that may contain a password; no effect by itself."""


SecretUrl = Annotated[str, MayHoldPassword()]


class SecretFileError(ValueError):
    """A file of a secret cannot be used; the message names the variable, never the content."""


@cache
def secret_variables(kind: type[BaseModel], prefix: str) -> Mapping[str, str]:
    """Return the path of every secret setting -> the environment variable that sets it."""
    return {path: prefix + path.replace(".", "__").upper() for path in _secrets(kind)}


def _secrets(kind: type[BaseModel]) -> Iterator[str]:
    for name, field in kind.model_fields.items():
        kinds = list(_kinds(field.annotation))
        if SecretStr in kinds or any(isinstance(mark, MayHoldPassword) for mark in field.metadata):
            yield name
        for part in kinds:
            if isinstance(part, type) and issubclass(part, BaseModel):
                yield from (f"{name}.{path}" for path in _secrets(part))


def _kinds(annotation: Any) -> Iterator[Any]:
    """Yield the types of a union: a part may be optional."""
    if get_origin(annotation) in (Union, UnionType):
        for one in get_args(annotation):
            yield from _kinds(one)
    else:
        yield annotation


def with_files(
    variables: Mapping[str, str | None], kind: type[BaseModel], prefix: str
) -> dict[str, str | None]:
    """Return the variables, lower case as pydantic-settings has them, with files read.

    Raises:
        SecretFileError: if a file cannot be read, or a secret is given twice.
    """
    whole = dict(variables)
    for variable in secret_variables(kind, prefix).values():
        path = whole.pop(f"{variable}{FILE}".lower(), None)
        if not path:
            continue
        if whole.get(variable.lower()):
            raise SecretFileError(f"{variable} and {variable}{FILE} are both set; wanted one")
        try:
            whole[variable.lower()] = Path(path).read_text("utf-8").strip()
        except OSError as error:
            raise SecretFileError(f"{variable}{FILE}: {path}: {error.strerror}") from None
        except UnicodeDecodeError:
            raise SecretFileError(f"{variable}{FILE}: {path} is no text") from None
    return whole


def password_in(text: str) -> str:
    """Return the password in a URL; empty: there is none."""
    try:
        return unquote(urlsplit(text).password or "") if "://" in text else ""
    except ValueError:
        return ""
