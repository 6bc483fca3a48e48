"""Conte -> the manuscript that a model would write for it, which is a sample's answer.

The reverse of `proof`. Texts that are too long for guided decoding are shortened at a sentence or a
clause. Lengths of cuts are rounded to half seconds so that what is said still fits.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from conte.brief import Brief
from conte.checks.timefit import TIGHT, Rates, reading_s, said_s
from conte.conte import Conte, ProductEntry, Treatment
from conte.cut import Cut
from conte.manuscript import (
    CAST_IDS,
    GIVEN_BY_PLACE,
    GIVEN_OF_A_CUT,
    PRODUCT_IDS,
    TEXTS,
    TextBounds,
)
from conte.staging_written import plain_staging, written_staging
from conte.timing import share_frames

_LOOK = re.compile(r"\s*Look: .*$", re.DOTALL)
"""Pattern of the look within a composer's prompt; a manuscript has it only once, as look.prompt."""
_PLAIN = str.maketrans({'"': "’", "\\": " "})
_QUOTED = re.compile(r'"([^"]*)"')
_LINE_END = re.compile(r"(?<![.,!?…])\n")
_NO_START = "…·.,!?;:–— "
"""Characters with which no text of a manuscript begins: it begins with a letter or a
quotation mark."""
_LEAST_HALVES = 2
"""Length of the schema's shortest cut, 1 s, in half seconds."""


def manuscript_of(conte: Conte, brief: Brief, rates: Rates) -> str:
    """Return the manuscript as JSON, its members in streaming order."""
    ids = _ids(conte)
    treatment = _bounded(conte.treatment, brief)
    treatment["sheet"] = [
        _bounded(entry, brief) | {"id": ids[entry.id]}
        for entry in sorted(conte.sheet, key=lambda entry: not isinstance(entry, ProductEntry))
    ]
    treatment["look"] = _bounded(conte.look, brief)
    cuts: list[dict[str, Any]] = []
    for cut in conte.cuts:
        written = _bounded(cut, brief)
        written["dialogue"] = [_bounded(line, brief) for line in cut.dialogue]
        written["shows"] = [ids[entry] for entry in cut.shows]
        staging = cut.staging or plain_staging(cut, conte.sheet)
        written["staging"] = written_staging(staging.renamed(ids))
        cuts.append({name: value for name, value in written.items() if name not in GIVEN_OF_A_CUT})
    ordered = {
        name: treatment[name] for name in Treatment.model_fields if name not in GIVEN_BY_PLACE
    }
    pacing = _pacing(conte, brief, rates)
    return json.dumps(ordered | {"pacing": pacing, "cuts": cuts}, ensure_ascii=False)


def _ids(conte: Conte) -> Mapping[str, str]:
    """Return the sheet's ids -> those that the prompt requires: `product` for the product, `cast_1`
    and so on for people.

    Raises:
        ValueError: if there are more than a manuscript can have.
    """
    products = [entry.id for entry in conte.sheet if isinstance(entry, ProductEntry)]
    people = [entry.id for entry in conte.sheet if entry.id not in products]
    if len(products) > len(PRODUCT_IDS) or len(people) > len(CAST_IDS):
        raise ValueError(f"{len(products)} products and {len(people)} people are too many")
    return dict(zip([*products, *people], [*PRODUCT_IDS[: len(products)], *CAST_IDS], strict=False))


def _bounded(part: BaseModel, brief: Brief) -> dict[str, Any]:
    written = part.model_dump(mode="json")
    kind = Treatment if isinstance(part, Treatment) else type(part)
    for field, bounds in TEXTS.get(kind, {}).items():
        # JSON leaves out a field that has its default; a manuscript has every one.
        text = _one_line(getattr(part, field)).lstrip(_NO_START)
        if kind is Cut and field == "video_prompt":
            text = _LOOK.sub("", text)
        written[field] = shortened(text, bounds, brief)
    return written


def _one_line(text: str) -> str:
    """Remove characters that no manuscript contains: line ends and double quotation marks."""
    joined = _LINE_END.sub(" · ", text).replace("\n", " ")
    return _QUOTED.sub(r"‘\1’", joined).translate(_PLAIN)


def shortened(text: str, bounds: TextBounds, brief: Brief) -> str:
    """Shorten a text to the permitted length at a sentence, else at a clause, else at a word."""
    most = bounds.most(brief.language)
    for mark in (r"(?<=[.!?])\s+", r"(?<=[;,])\s+", r"\s+"):
        if len(text) <= most:
            return text
        kept, fitting = "", ""
        for piece in re.split(mark, text):
            kept = f"{kept} {piece}".strip()
            if len(kept) > most:
                break
            fitting = kept
        if len(fitting) >= max(bounds.least, most // 3):
            return fitting.rstrip(",; ")
    return text[:most].rstrip()


def _pacing(conte: Conte, brief: Brief, rates: Rates) -> list[float]:
    """Return each cut's length in half seconds: their sum is the film's, and each has room for its
    words."""
    wanted = [
        max(
            _LEAST_HALVES,
            math.ceil(2 * said_s(cut, brief.language, rates) / TIGHT + 1e-6),
            math.ceil(2 * reading_s(cut.caption, rates)),
        )
        for cut in conte.cuts
    ]
    whole = round(2 * brief.duration_s)
    spare = whole - sum(wanted)
    if spare < 0:
        # Too little room for all: in proportion, and the checks will say what does not fit.
        at_least = min(_LEAST_HALVES, whole // len(wanted))
        halves = share_frames(whole, [cut.num_frames for cut in conte.cuts], at_least)
        return _seconds(halves)
    # What is spare goes to the cuts that were planned longer than they need.
    beyond = [
        max(0.01, 2 * cut.num_frames / brief.fps - need)
        for cut, need in zip(conte.cuts, wanted, strict=True)
    ]
    more = share_frames(spare, beyond, 0) if spare else [0] * len(wanted)
    return _seconds([need + extra for need, extra in zip(wanted, more, strict=True)])


def _seconds(halves: Sequence[int]) -> list[float]:
    """Return seconds as a number; whole seconds as an integer, because a guided model can write 5
    but not 5.0."""
    return [half // 2 if half % 2 == 0 else half / 2 for half in halves]
