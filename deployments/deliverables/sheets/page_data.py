"""Edition -> the data that every page shows around its content: title, facts, footer."""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from conte.ai_label import AI_LABEL
from conte.edition import Edition
from conte.export import Layout
from deployments.deliverables.sheets.words import words_of
from deployments.deliverables.sheets.wrapping import lines

SEOUL = timezone(timedelta(hours=9))
"""Time zone of dates on sheets: that of their readers."""

SIZES: Mapping[Layout, float] = {"landscape": 9.0, "portrait": 8.2}
"""Size of the text in points."""


def seconds(num_frames: int, fps: int) -> str:
    return f"{num_frames / fps:.2f}".rstrip("0").rstrip(".")


def day(at: float) -> str:
    return datetime.fromtimestamp(at, SEOUL).strftime("%Y-%m-%d")


def badge_of(edition: Edition) -> str:
    words = words_of(edition.brief.language)
    named = words["conte"].format(edition.version)
    if not edition.direction:
        return named
    return f"{words['direction'].format(edition.direction)} · {named}"


def facts_of(edition: Edition, title: str) -> list[tuple[str, str, float]]:
    """Return the facts below a heading: name, text and share of the width."""
    brief, conte = edition.brief, edition.conte
    words = words_of(brief.language)
    length = words["seconds"].format(seconds(conte.num_frames, brief.fps))
    facts = [
        ("advertiser", brief.advertiser or words["none"], 1.8),
        ("product", brief.product.name, 2.1),
        ("title", conte.title, 2.7),
        ("version", badge_of(edition), 1.2),
        ("date", day(edition.created_at), 1.5),
        ("length", f"{length} · {brief.fps} fps", 1.8),
        ("ratio", brief.aspect_ratio, 1.0 if brief.language == "ko" else 1.2),
    ]
    # The heading says it already.
    return [fact for fact in facts if fact[0] != "title" or title != conte.title]


def page_data(edition: Edition, layout: Layout, title: str, name: str = "") -> dict[str, Any]:
    """Return the data that `form.typ` reads.

    Args:
        edition: what is shown.
        layout: how the pages lie.
        title: the heading of the first page.
        name: what kind of document it is, if it is not the conte.
    """
    brief, conte = edition.brief, edition.conte
    words = words_of(brief.language)
    made = datetime.fromtimestamp(edition.created_at, SEOUL)
    named = (brief.product.name, conte.title, name, badge_of(edition))
    return {
        "language": brief.language,
        "landscape": layout == "landscape",
        "size": SIZES[layout],
        "words": dict(words),
        "title": lines(title, 14),
        "badge": badge_of(edition),
        "name": " - ".join(part for part in named if part),
        "author": brief.advertiser or "Sian",
        "date": [made.year, made.month, made.day],
        "facts": [
            {"label": words[label], "text": lines(text, 5 * share), "share": share}
            for label, text, share in facts_of(edition, title)
        ],
        "running": lines(f"{brief.product.name} · {conte.title}", 14),
        "foot": lines(_foot(edition), 30),
    }


def _foot(edition: Edition) -> str:
    words = words_of(edition.brief.language)
    engines = ", ".join(dict.fromkeys(clip.engine.label for clip in edition.clips))
    parts = [words["made_by"].format(engines)] if engines else []
    if edition.film is None or edition.film.labelled_ai:
        parts.insert(0, AI_LABEL[edition.brief.language])
    if edition.film is not None and edition.film.sound:
        parts.append(edition.film.sound)
    return " · ".join(parts)
