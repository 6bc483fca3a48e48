"""Candidates that add something to the picture: the product, a person, a required element.

Each is added to the video prompt, too, or it would not be shown: Korean words that no rule can
translate have no candidate.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from conte.bilingual import BilingualText
from conte.checks.finding import Finding
from conte.checks.grammar import PACKSHOT_SIZES
from conte.conte import ProductEntry
from conte.cut import Cut
from conte.ideas import Lack, lacks, read_idea, without_quotes
from conte.korean import with_particle
from conte.revision.findings import quoted
from conte.revision.mending import Operations
from conte.revision.operations import Edit
from conte.revision.working import Working
from conte.vocabulary import ShotSize
from deployments.engines.composer.phrasing import sentence
from deployments.engines.feedback.change import CutChange
from deployments.engines.feedback.people import BESIDE, SHOWN, with_product
from deployments.engines.feedback.table import Note

_HANGUL = re.compile(r"[가-힣ㄱ-ㅎㅏ-ㅣ]")
_THERE = Note(
    group="company", text=BilingualText(ko="$who(이/가) 나온다.", en="$noun is in the picture.")
)


def product(working: Working, _finding: Finding) -> Iterator[Callable[[], Operations]]:
    """Yield candidates with the product as a packshot in the last cut, then also in another cut."""
    last = working.conte.cuts[-1]
    yield partial(_packshot, working, last, last.size)
    for early in working.conte.cuts[1:-1]:
        for size in (last.size, ShotSize.CU, ShotSize.MS):
            yield lambda early=early, size=size: (
                *_with_product(working, early), *_packshot(working, last, size)
            )  # fmt: skip


def product_earlier(working: Working, finding: Finding) -> Iterator[Callable[[], Operations]]:
    """Yield candidates that show the product in an earlier cut; the opening comes last."""
    before = working.conte.cuts[: (finding.cut or 1) - 1]
    for cut in (*before[1:], *before[:1]):
        yield partial(_with_product, working, cut)


def packshot(working: Working, _finding: Finding) -> Iterator[Callable[[], Operations]]:
    last = working.conte.cuts[-1]
    for size in dict.fromkeys((last.size, ShotSize.CU, ShotSize.MS, *PACKSHOT_SIZES)):
        if size in PACKSHOT_SIZES:
            yield partial(_packshot, working, last, size)


def _with_product(working: Working, cut: Cut) -> Operations:
    return with_product(CutChange(working, cut), SHOWN).operations


def _packshot(working: Working, cut: Cut, size: ShotSize) -> Operations:
    change = with_product(CutChange(working, cut), SHOWN)
    change.filmed(size=size)
    return change.operations


def character(working: Working, finding: Finding) -> Iterator[Callable[[], Operations]]:
    """Yield candidates that show a missing character: in cuts with people first, then in those
    without the product.
    """
    entries = [one for one in working.conte.sheet if one.kind == "cast"]
    cast = {one.id for one in entries}
    member = next((one for one in entries if one.name in quoted(finding)), None)
    if member is None:
        return
    products = {one.id for one in working.conte.sheet if isinstance(one, ProductEntry)}
    cuts = sorted(
        working.conte.cuts,
        key=lambda cut: (not cast & set(cut.shows), bool(products & set(cut.shows))),
    )

    def made(cut: Cut) -> Operations:
        change = CutChange(working, cut)
        noun, note = change.noun(member), BESIDE if change.played else _THERE
        change.show(member)
        change.say(note, who=member.name, noun=noun)
        return change.operations

    for cut in cuts:
        yield partial(made, cut)


def must_show(working: Working, finding: Finding) -> Iterator[Callable[[], Operations]]:
    for phrase in quoted(finding)[:1]:
        ko = working.brief.language == "ko"
        said = f"{with_particle(phrase, '이/가')} 보인다." if ko else f"In view: {phrase}."
        yield from _pictured(working, said, f"In view: {phrase}.", working.conte.cuts[::-1])


def idea(working: Working, finding: Finding) -> Iterator[Callable[[], Operations]]:
    """Yield places for a missing idea: a line verbatim where it fits, a scene in its cut."""
    number, lack = _lacking(working, finding)
    if lack is None:
        return
    read, cuts = read_idea(working.brief.ideas[number]), working.conte.cuts
    order = {"first": cuts, "last": cuts[::-1], "": (*cuts[1:], cuts[0])}[read.at]
    if lack.line:
        for field in ("caption", "narration"):
            for cut in order:
                if not getattr(cut, field):
                    edit = Edit(cut=cut.id, field=field, before="", after=lack.line)
                    yield partial(tuple, [edit])
        for cut in (one for one in order if one.narration):
            both = f"{sentence(cut.narration)} {lack.line}"
            edit = Edit(cut=cut.id, field="narration", before=cut.narration, after=both)
            yield partial(tuple, [edit])
    else:
        said = sentence(without_quotes(read.scene))
        yield from _pictured(working, said, said, order)


def _lacking(working: Working, finding: Finding) -> tuple[int, Lack | None]:
    """Return the index of the finding's idea, and the part of it that is not in the conte."""
    found = re.search(r"\d+", finding.message)
    place = int(found[0]) - 1 if found else -1
    if not 0 <= place < len(working.brief.ideas):
        return place, None
    return place, next(iter(lacks(working.conte, working.brief.ideas[place])), None)


def _pictured(
    working: Working, action: str, prompt: str, cuts: Sequence[Cut]
) -> Iterator[Callable[[], Operations]]:
    if _HANGUL.search(prompt):
        return

    def made(cut: Cut) -> Operations:
        change = CutChange(working, cut)
        change["action"] = f"{change['action']} {action}".strip()
        change.words = change.words.also(prompt)
        return change.operations

    for cut in cuts:
        yield partial(made, cut)
