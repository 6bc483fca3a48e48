"""A brief's own phrases -> lines of copy: selling points and the description, unchanged."""

import re

from conte.phrases import says
from conte.vocabulary import Language
from deployments.engines.composer.phrasing import (
    capital,
    in_sentence,
    is_sentence,
    sentence,
    tidy,
)

_POINTS: dict[Language, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "ko": (
        ("{p}.",),
        ("그리고, {p}.", "{p}."),
    ),
    "en": (
        ("{P}.",),
        ("{P}.",),
    ),
}
"""Templates for a selling point that is a noun: for the first, and for those after it."""
_VERBAL = ("It {p}.", "And it {p}.")
"""Templates for an English selling point that begins with its verb: "stops shorter in the wet"."""
_VERBS = re.compile(
    r"^(?:stop|grip|weigh|last|keep|hold|stay|work|run|cut|make|help|give|let|take|save|clean|charge"
    r"|dr[iy]|lock|fit|turn|fold|wash|open|cook|filter|remove|protect|learn|adapt|need|pair|start"
    r"|deliver|arrive|pay|block|absorb|soften|cover|use|come|go|do)(?:e?s|ies)\b",
    re.IGNORECASE,
)


def point_lines(point: str, language: Language, is_first: bool) -> list[str]:
    """Return ways to say a selling point: as it is if it is a sentence, otherwise in a template."""
    if is_sentence(point, language):
        return [sentence(point)]
    first, later = _POINTS[language]
    templates = first if is_first else later
    if language == "en" and _VERBS.match(point):
        templates = _VERBAL
    return [
        tidy(line.replace("{p}", in_sentence(point)).replace("{P}", capital(point)))
        for line in templates
    ]


def description_lines(description: str, name: str, language: Language) -> list[str]:
    """Return "빗길에 강한 사계절 타이어, 이름." and shorter forms, the longest first."""
    if not description:
        return []
    if is_sentence(description, language) or says(description, name):
        return [f"{sentence(description)} {name}.", sentence(description)]
    if language == "ko":
        return [f"{description}, {name}."]
    return [f"{name}. {capital(description)}."]
