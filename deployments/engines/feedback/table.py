"""The kinds of feedback that rules understand, read from the YAML files beside this module."""

import re
from functools import cache
from importlib import resources
from typing import Annotated, Any, Literal

import yaml
from pydantic import BeforeValidator

from conte.bilingual import Bilingual
from conte.frozen import Frozen
from conte.vocabulary import Setting

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _said(value: Any) -> Any:
    if isinstance(value, str):
        group, slash, texts = value.partition(" / ")
        if not slash:
            raise ValueError(f"wanted 'group / Korean | English', got {value!r}")
        return {"group": group, "text": texts}
    return value


def _words(value: Any) -> Any:
    return tuple(value.split()) if isinstance(value, str) else value


class Note(Frozen):
    """A sentence for the action, in the brief's language, and for the prompt, in English. A cut has
    at most one note of a group.
    """

    group: str
    text: Bilingual


class WishKind(Frozen):
    kind: str
    when: tuple[str, ...]
    act: str
    """Name of an act, followed by its arguments."""
    does: Bilingual
    """The change as a message describes it."""
    flips: str = ""
    group: str
    yields: Annotated[tuple[str, ...], BeforeValidator(_words)] = ()
    """Groups that override this kind: "zoom in slowly" does not ask for a longer cut."""
    alone: Literal["ask", "all", "last", "film"] = "ask"
    """Cuts that are meant if the text names none; film: the act finds them."""
    says: Annotated[Note, BeforeValidator(_said)] | None = None
    ko: tuple[str, ...]
    en: tuple[str, ...]
    """Examples in English; `ko`: in Korean."""


class PlaceWords(Frozen):
    name: Bilingual
    named: re.Pattern[str]


def _read(name: str) -> Any:
    file = resources.files(__package__ or "") / name
    return yaml.load(file.read_text("utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader


@cache
def kinds() -> tuple[WishKind, ...]:
    return tuple(WishKind.model_validate(entry) for entry in _read("kinds.yaml"))


@cache
def kind_of(name: str) -> WishKind:
    return next(kind for kind in kinds() if kind.kind == name)


@cache
def concepts() -> dict[str, re.Pattern[str]]:
    return {
        name: re.compile(pattern, re.IGNORECASE) for name, pattern in _read("concepts.yaml").items()
    }


@cache
def places() -> dict[Setting, PlaceWords]:
    found: dict[Setting, PlaceWords] = {}
    for setting, line in _read("places.yaml").items():
        name, _, pattern = line.partition(" / ")
        found[Setting(setting)] = PlaceWords.model_validate(
            {"name": name, "named": re.compile(pattern, re.IGNORECASE)}
        )
    return found


@cache
def notes() -> dict[str, tuple[Note, ...]]:
    """Return group -> every note in it."""
    groups: dict[str, list[Note]] = {}
    for kind in kinds():
        if kind.says is not None:
            groups.setdefault(kind.says.group, []).append(kind.says)
    return {group: tuple(said) for group, said in groups.items()}
