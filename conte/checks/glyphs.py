"""Checks that a conte's texts can be drawn. Characters that no bundled font has are left out of the
film."""

from collections.abc import Iterator

from conte.brief import Brief
from conte.checks.finding import Finding
from conte.conte import Conte
from conte.glyphs import named, without_glyphs

_ON_FILM = ("caption", "legal")


def check_glyphs(conte: Conte, brief: Brief) -> tuple[Finding, ...]:
    """Return an error for a caption or legal line that loses a character, and a warning for other
    texts."""
    ko = brief.language == "ko"
    findings: list[Finding] = []
    for cut, field, text in _drawn(conte):
        if lacking := without_glyphs(text):
            which = ", ".join(named(character) for character in lacking)
            findings.append(
                Finding(
                    check="glyphs.missing",
                    cut=cut,
                    field=field,
                    severity="error" if field in _ON_FILM else "warning",
                    message=f"글꼴에 없어 그릴 수 없는 글자가 있습니다: {which}"
                    if ko
                    else f"has characters that no font can draw: {which}",
                    proposal="한글이나 로마자로 쓰세요"
                    if ko
                    else "write it in Hangul or in Latin letters",
                )
            )
    return tuple(findings)


def _drawn(conte: Conte) -> Iterator[tuple[int | None, str, str]]:
    for field in ("title", "concept", "slogan"):
        yield None, field, getattr(conte, field)
    for cut in conte.cuts:
        for field in (*_ON_FILM, "narration", "action", "place", "sound_effect", "music"):
            yield cut.number, field, getattr(cut, field)
        yield cut.number, "dialogue", " ".join(f"{one.speaker} {one.text}" for one in cut.dialogue)
