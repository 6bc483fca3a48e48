"""A page as its accessibility tree has it: what a screen reader would say is missing or out of order."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from playwright.sync_api import Page

CONTROLS = {
    "button",
    "checkbox",
    "combobox",
    "link",
    "radio",
    "searchbox",
    "slider",
    "spinbutton",
    "tab",
    "textbox",
}
_OF_DATA = {"link"}
"""Roles whose names are often words of a production, which is in any language."""
_HANGUL = re.compile("[가-힣]")
_LATIN_WORD = re.compile(r"\b[A-Z]?[a-z]{3,}\b(?![.\d])")
_OWN_NAMES = {"English", "한국어"}
"""Languages are called by their own names."""


@dataclass(frozen=True)
class Spoken:
    """One node that a screen reader comes to."""

    role: str
    name: str
    level: int


def read(page: Page) -> list[Spoken]:
    """Return every node that is read, in the order of the document."""
    session = page.context.new_cdp_session(page)
    try:
        nodes: list[dict[str, Any]] = session.send("Accessibility.getFullAXTree")["nodes"]
    finally:
        session.detach()
    known = {node["nodeId"]: node for node in nodes}
    return [_spoken(node) for node in _in_order(nodes[0], known) if not node["ignored"]]


def _in_order(node: dict[str, Any], known: dict[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    yield node
    # A video's own controls are the browser's, in the language of the browser.
    for child in () if node["role"]["value"] == "Video" else node.get("childIds", ()):
        if child in known:
            yield from _in_order(known[child], known)


def _spoken(node: dict[str, Any]) -> Spoken:
    properties = {one["name"]: one["value"].get("value") for one in node.get("properties", ())}
    name = str(node.get("name", {}).get("value") or "").strip()
    return Spoken(str(node["role"]["value"]), name, int(properties.get("level") or 0))


def faults(nodes: Sequence[Spoken], language: Literal["ko", "en"]) -> list[str]:
    """Return the controls without a name or with one in another language, and headings that skip
    a level."""
    return [*_of_controls(nodes, language), *_of_headings(nodes)]


def _of_controls(nodes: Sequence[Spoken], language: Literal["ko", "en"]) -> Iterator[str]:
    for node in nodes:
        if node.role not in CONTROLS:
            continue
        if not node.name:
            yield f"a {node.role} without a name"
        elif node.role not in _OF_DATA and _is_foreign(node.name, language):
            yield f"a {node.role} in another language: {node.name}"


def _is_foreign(name: str, language: Literal["ko", "en"]) -> bool:
    for own in _OWN_NAMES:
        name = name.replace(own, "")
    if language == "en":
        return bool(_HANGUL.search(name))
    return bool(_LATIN_WORD.search(name)) and not _HANGUL.search(name)


def _of_headings(nodes: Sequence[Spoken]) -> Iterator[str]:
    headings = [node for node in nodes if node.role == "heading"]
    if (firsts := [node.level for node in headings].count(1)) != 1:
        yield f"{firsts} headings of level 1"
    for sooner, later in pairwise(headings):
        if later.level > sooner.level + 1:
            yield f"after {sooner.name!r} (h{sooner.level}) comes {later.name!r} (h{later.level})"
