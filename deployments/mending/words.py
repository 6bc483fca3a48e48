"""Candidates that change heard and read texts: other words, fewer, or none."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from conte.checks.brief_kept import drawn_text
from conte.checks.finding import Finding
from conte.glyphs import lettered
from conte.phrases import says
from conte.revision.findings import quoted
from conte.revision.mending import Operations
from conte.revision.operations import Edit
from conte.revision.working import Working
from deployments.engines.composer.phrasing import sentence, spoken_name
from deployments.engines.feedback.texts import shortened
from deployments.mending.place import cut_of, rewritten
from deployments.mending.softer import softer

_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_CLAUSE = re.compile(r"(?<=[,;])\s+")
_SPOKEN = ("title", "slogan", "narration", "dialogue", "caption")


def unsaid(working: Working, finding: Finding) -> Iterator[Callable[[], Operations]]:
    """Yield the text in weaker words, then without the sentence.

    Only heard or read texts: an action describes the picture, whatever its words.
    """
    phrases = quoted(finding)
    if not phrases or finding.field not in _SPOKEN:
        return
    language = working.brief.language
    yield lambda: rewritten(working, finding, lambda text: softer(text, phrases, language))
    yield lambda: rewritten(working, finding, lambda text: _without_sentences(text, phrases))


def _without_sentences(text: str, phrases: Sequence[str]) -> str:
    parts = re.split(r"((?<=[.!?…])\s+|\n+)", text)
    kept = [
        (part, joint)
        for part, joint in zip(parts[::2], [*parts[1::2], ""], strict=True)
        if not any(_says(part, phrase) for phrase in phrases)
    ]
    return "".join(part + joint for part, joint in kept).strip()


def _says(text: str, phrase: str) -> bool:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return says(text, phrase) or phrase.rstrip("…").casefold() in folded


def undrawn(working: Working, finding: Finding) -> Iterator[Callable[[], Operations]]:
    """Yield the video prompt without clauses that ask for letters, then without their sentences."""

    def without(prompt: str, clauses: bool) -> str:
        said = [one for one in _SENTENCE.split(prompt) if one]
        if not clauses:
            return " ".join(one for one in said if not drawn_text(one))
        kept: list[str] = []
        for one in said:
            parts = [part for part in _CLAUSE.split(one) if not drawn_text(part)]
            if joined := " ".join(parts).rstrip(",; "):
                ended = joined[-1] in ".!?…" or one[-1] not in ".!?…"
                kept.append(joined if ended else joined + one[-1])
        return " ".join(kept)

    yield lambda: rewritten(working, finding, partial(without, clauses=True))
    yield lambda: rewritten(working, finding, partial(without, clauses=False))


def drawable(working: Working, finding: Finding) -> Iterator[Callable[[], Operations]]:
    """Yield the text without characters that no font has. A legal line is not touched: its words
    are prescribed by law.
    """
    if finding.field != "legal":
        yield lambda: rewritten(working, finding, lettered, lettered)


def shorter(working: Working, finding: Finding) -> Iterator[Callable[[], Operations]]:
    """Yield ever shorter beginnings of a narration or a caption."""
    if finding.field not in ("narration", "caption"):
        return
    text: str = getattr(cut_of(working, finding), finding.field)
    while text := shortened(text):
        yield partial(rewritten, working, finding, lambda _, new=text: new)


def smaller_caption(working: Working, finding: Finding) -> Iterator[Callable[[], Operations]]:
    """Yield the caption without its line breaks, then shorter captions."""
    yield lambda: rewritten(working, finding, lambda text: " ".join(text.split()))
    yield from shorter(working, finding)


def named(working: Working, _finding: Finding) -> Iterator[Callable[[], Operations]]:
    """Yield the product's name as the last caption, then as words in the last cut."""
    name = working.brief.product.name
    last = working.conte.cuts[-1]
    spoken = sentence(spoken_name(name))
    for field, text in (
        ("caption", name if not last.caption else ""),
        ("narration", f"{sentence(last.narration)} {spoken}" if last.narration else spoken),
        ("caption", f"{last.caption}\n{name}"),
    ):
        if text:
            before = getattr(last, field)
            yield partial(tuple, [Edit(cut=last.id, field=field, before=before, after=text)])


def with_notice(working: Working, notice: str) -> Iterator[Callable[[], Operations]]:
    """Yield the prescribed notice as the legal line of the last cut."""
    last = working.conte.cuts[-1]
    after = "\n".join(filter(None, (last.legal, notice)))
    yield lambda: (Edit(cut=last.id, field="legal", before=last.legal, after=after),)
