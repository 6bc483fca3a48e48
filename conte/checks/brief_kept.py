"""Checks that the conte keeps to the brief: everything required is shown, nothing forbidden is
said."""

import re
from functools import lru_cache

from conte.brief import Brief
from conte.checks.finding import Finding
from conte.conte import Conte
from conte.cut import Cut
from conte.korean import with_particle
from conte.phrases import says

_DRAWN_TEXT = re.compile(
    r"\b(?:text|letters?|lettering|words?|captions?|subtitles?|titles?|logos?|slogans?|typography"
    r"|watermarks?|signs?|signage)\b(?!-free)",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(?:no|without|free of|never|not)\b[^.;]*$", re.IGNORECASE)
_HANGUL = re.compile(r"[가-힣ㄱ-ㅎㅏ-ㅣ]+")
_QUOTED = re.compile(r"[\"“][^\"“”]+[\"”]")


def check_brief_kept(conte: Conte, brief: Brief) -> tuple[Finding, ...]:
    """Check must_show, characters, must_not_say, and prompts that ask for text."""
    ko = brief.language == "ko"
    findings: list[Finding] = []
    shown = [_seen(cut) for cut in conte.cuts]
    for phrase in brief.must_show:
        if not any(says(text, phrase) for text in shown):
            findings.append(
                Finding(
                    check="brief.must_show",
                    cut=None,
                    field="action",
                    severity="error",
                    message=f"꼭 보여야 할 {with_particle(f'“{phrase}”', '이/가')} 없습니다"
                    if ko
                    else f"“{phrase}” must be shown and is not",
                    proposal="화면 설명에 넣으세요" if ko else "put it into an action",
                )
            )
    seen = {entry for cut in conte.cuts for entry in cut.shows}
    played = {entry.name for entry in conte.sheet if entry.kind == "cast" and entry.id in seen}
    for character in brief.characters:
        if character.name not in played:
            findings.append(
                Finding(
                    check="brief.characters",
                    cut=None,
                    field="shows",
                    severity="error",
                    message=f"{with_particle(f'“{character.name}”', '이/가')} 나오는 컷이 없습니다"
                    if ko
                    else f"“{character.name}” is in no cut",
                    proposal="나올 컷을 정하세요" if ko else "show them in a cut",
                )
            )
    for number, field, text in _said(conte):
        for phrase in brief.must_not_say:
            if says(text, phrase):
                findings.append(
                    Finding(
                        check="brief.must_not_say",
                        cut=number,
                        field=field,
                        severity="error",
                        message=f"말하지 않기로 한 {with_particle(f'“{phrase}”', '이/가')} 있습니다"
                        if ko
                        else f"says “{phrase}”, which must not be said",
                        proposal="다른 표현으로 바꾸세요" if ko else "say it in other words",
                    )
                )
    for cut in conte.cuts:
        if asked := drawn_text(cut.video_prompt):
            findings.append(
                Finding(
                    check="brief.drawn_text",
                    cut=cut.number,
                    field="video_prompt",
                    severity="warning",
                    message=f"영상 프롬프트가 글자를 그리게 합니다: {asked}"
                    if ko
                    else f"asks the model to draw text: {asked}",
                    proposal="글자는 자막으로 얹으세요" if ko else "lay it over as a caption",
                )
            )
    return tuple(findings)


@lru_cache(maxsize=512)  # an edit changes one prompt of those that are checked again
def drawn_text(prompt: str) -> str:
    """Return what in an English video prompt asks for text in the picture; "" if nothing."""
    if found := _HANGUL.search(prompt) or _QUOTED.search(prompt):
        return found.group()
    for found in _DRAWN_TEXT.finditer(prompt):
        if not _DENIED.search(prompt[: found.start()]):
            return found.group()
    return ""


def unnamed(prompt: str, brief: Brief) -> str:
    """Return a prompt without the names of the brief's characters, which a video model would draw
    as text.

    In their own case, and no single letters: a rose is not Rose, and a sentence begins with A.
    """
    for name in (one.name for one in brief.characters if len(one.name) > 1):
        prompt = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "the person", prompt)
    return prompt


def _seen(cut: Cut) -> str:
    return "\n".join((cut.action, cut.place, cut.caption, cut.video_prompt))


def _said(conte: Conte) -> list[tuple[int | None, str, str]]:
    said: list[tuple[int | None, str, str]] = [
        (None, "title", conte.title),
        (None, "slogan", conte.slogan),
    ]
    for cut in conte.cuts:
        said += [(cut.number, "narration", cut.narration), (cut.number, "caption", cut.caption)]
        said += [(cut.number, "dialogue", line.text) for line in cut.dialogue]
    return said
