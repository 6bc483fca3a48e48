"""Deck: the slides of a PPTX in order, and the texts of their shapes. No layout, no media."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from serve.office.package import NoSheet, Package, below, child, local, relation

MAX_SLIDES = 100


class Slide(NamedTuple):
    number: int
    """Index in the deck, from 1, counting hidden slides."""
    part: str
    root: Any

    @property
    def is_hidden(self) -> bool:
        return (self.root.get("show") or "1") in ("0", "false")


def slides_of(package: Package) -> Iterator[Slide]:
    """Return the slides in order.

    Raises:
        NoSheet: if the file is no deck, or has too many slides.
    """
    main = package.main("presentation")
    related = package.related_by_id(main)
    listed = child(package.part(main), "sldIdLst")
    entries = list(listed) if listed is not None else []
    if len(entries) > MAX_SLIDES:
        raise NoSheet(f"it has {len(entries)} slides, wanted at most {MAX_SLIDES}")
    for number, entry in enumerate(entries, 1):
        where = related.get(relation(entry))
        if where is not None and where.kind == "slide":
            yield Slide(number, where.part, package.part(where.part))


def text_of(body: Any) -> str:
    """Return the text of a shape or a cell, one line per paragraph."""
    paragraphs: list[str] = []
    for paragraph in body:
        if local(paragraph) != "p":
            continue
        parts = (
            "\n" if local(one) == "br" else one.text or ""
            for one in below(paragraph, "t", "br")
        )  # fmt: skip
        paragraphs.append("".join(parts))
    return "\n".join(paragraphs)


def comments_on(package: Package, slide: str) -> Iterator[str]:
    """Yield the comments on a slide, with their replies."""
    for one in package.related(slide):
        if one.kind == "comments":
            for comment in below(package.part(one.part), "cm", "reply"):
                said = [text.text or "" for text in below(comment, "text", "t")]
                if local(comment) == "cm" or said:
                    yield " ".join(said)
