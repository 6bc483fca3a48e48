"""An idea of the brief -> its words to say and to show, and whether a conte contains it."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal

from conte.brief import Brief, Idea
from conte.conte import Conte
from conte.cut import Cut
from conte.frozen import Frozen
from conte.word_roots import roots, words_by_root, words_in

PlaceInFilm = Literal["first", "last", ""]

_QUOTED = re.compile(
    r'"([^"“”\n]+)"|“([^“”]+)”|「([^「」]+)」'
    # ’ is also an apostrophe: ‘it’s late’.
    r"|‘((?:[^‘’]|(?<=\w)’(?=\w))+)’"
)
_FIRST = re.compile(
    r"오프닝|도입부|맨 ?처음|처음(?:에|은|엔)|(?<![가-힣])첫 ?(?:컷|장면|화면|씬|문장|마디|대사|샷)"
    r"|시작(?:은|에|엔|:| ?(?:장면|화면|컷|[:：-]))"
    r"|[로에서] ?(?:시작|열리|열린|열려|연다|열고|열었)"
    r"|\bopening\b|\b(?:open|start|begin)s?\s+(?:on|with|in|at|from)\b"
    r"|\bfirst (?:shot|scene|cut|frame|line|image)\b|\bat the (?:start|beginning)\b",
    re.IGNORECASE,
)
_LAST = re.compile(
    r"마지막(?:에|은|엔|으로|[:：]| ?(?:컷|장면|화면|씬|샷|대사|문장|말|순간|자막|카피))"
    r"|엔딩|결말|클로징|(?<![가-힣])끝(?:은|에|엔|으로|에서|장면|나|난|낸|내|맺|을)"
    r"|\bending\b|\bends?\s+(?:on|with|in|at)\b"
    r"|\b(?:last|final) (?:shot|scene|cut|frame|line|image)\b"
    r"|\bfinally\b|\bclos(?:es?|ing)\s+(?:on|with|shot|line)\b|\bat the end\b",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"레퍼런스|오마주|분위기|색감|질감|느낌|스타일|무드|톤앤매너|풍(?:으로|의)"
    r"|\breferences?\b|\bhomage\b|\bmood\b|\bstyle of\b|\bfeel(?:s)? (?:of|like)\b|\blooks? like\b",
    re.IGNORECASE,
)
_SCENE = re.compile(r"장면|\b컷\b|다\.?$|\b(?:scene|shot)\b", re.IGNORECASE)
_LABEL = re.compile(
    r"^(?:오프닝|엔딩|클로징|시작|끝|마지막|첫 ?번째|첫|결말|레퍼런스|참고|장면|대사|자막"
    r"|카피|내레이션"
    r"|opening|ending|closing|start|end|reference|scene|line|caption)"
    r"(?: ?(?:장면|컷|화면|씬|샷|대사|scene|shot|cut|line|image|frame))?"
    r"(?:은|는|으로|로)?\s*[:：,—-]\s*",
    re.IGNORECASE,
)
NOT_SEEN = roots(
    "장면 컷 화면 씬 샷 모습 처음 첫 시작 오프닝 도입부 마지막 끝 엔딩 결말 클로징 광고 영상 콘티"
    " 대사 자막 카피 문구 글자 내레이션 나레이션 성우 목소리 말한다 말하며 말하는 외친다 외치며"
    " 라고 이라고 하고 한다 하는 있다 있는 나온다 나오는 나오고 보인다 보이는 보여 주세요 넣어 써"
    " 끝난다 끝나는 끝내고 시작한다 시작하는 열린다 연다 같은 처럼 좋겠어요 좋겠습니다 그리고"
    " 함께 곁에 로 으로 이 가 을 를 은 는 에 도 와 과"
    " a an the and or of on in at to with from is are be it its his her their as that this then"
    " into opening ending opens open starts start begins begin ends end closing close scene shot"
    " cut frame first last final line caption narration voice says say said saying film ad"
    " commercial also view there too"
)
"""Roots of words on where and how to use an idea, which describe nothing visible."""
ENOUGH = 0.6
"""Share of an idea's words that one cut, or two neighbours, must contain to be the idea's scene."""


class ReadIdea(Frozen):
    """Requirements of an idea."""

    lines: tuple[str, ...]
    """Lines to say or show verbatim: the texts in quotation marks."""
    scene: str
    """Scene to show: the idea without its label, but with its quotations."""
    words: frozenset[str]
    """Roots of the scene's words that can be searched in a conte."""
    at: PlaceInFilm
    is_reference: bool
    """True: about the film as a whole, such as its mood; no particular cut shows it."""


class Lack(Frozen):
    """Part of an idea that a conte does not contain: a line, or words of its scene."""

    line: str = ""
    words: tuple[str, ...] = ()


def read_idea(idea: Idea) -> ReadIdea:
    """Parse an idea. Unpaired quotation marks are ignored."""
    text = " ".join(idea.text.split())
    lines = tuple(
        line for found in _QUOTED.finditer(text) if _is_said(line := _inner(found).strip())
    )
    scene = _LABEL.sub("", text).strip()
    at: PlaceInFilm = "first" if _FIRST.search(text) else "last" if _LAST.search(text) else ""
    unquoted = without_quotes(scene)
    words = roots(unquoted) - NOT_SEEN
    is_reference = not lines and bool(_REFERENCE.search(text)) and not _SCENE.search(text)
    return ReadIdea(lines=lines, scene=scene, words=words, at=at, is_reference=is_reference)


def without_quotes(text: str) -> str:
    """Return the text without its quotations."""
    return " ".join(_QUOTED.sub(" ", text).split())


def lacks(conte: Conte, idea: Idea) -> tuple[Lack, ...]:
    """Return the parts of the idea that the conte does not contain; (): it contains them all."""
    read = read_idea(idea)
    said = [_plain(text) for text in _said(conte)]
    missing = [Lack(line=line) for line in read.lines if not _is_in(_plain(line), said)]
    if missing or not read.words:
        return tuple(missing)
    whole = [*map(_seen, conte.cuts)]
    seen = [f"{a} {b}" for a, b in zip(whole, [*whole[1:], ""], strict=False)]
    if read.is_reference:
        look = conte.look
        seen.append(" ".join((conte.concept, look.style, look.lighting, look.lens, look.prompt)))
    found = max((words_in(read.words, text) for text in seen), key=len)
    if len(found) >= ENOUGH * len(read.words):
        return ()
    named = words_by_root(without_quotes(read.scene))
    return (Lack(words=tuple(word for root, word in named.items() if root in read.words - found)),)


def built_on(conte: Conte, brief: Brief) -> tuple[int, ...]:
    """Return the numbers, from 1, of the brief's ideas that the conte contains."""
    return tuple(n for n, idea in enumerate(brief.ideas, 1) if not lacks(conte, idea))


def with_built_on(conte: Conte, brief: Brief) -> Conte:
    """Return the conte with the numbers of the ideas that it really contains."""
    return conte.model_copy(update={"built_on": built_on(conte, brief)})


def _inner(found: re.Match[str]) -> str:
    return next(group for group in found.groups() if group is not None)


def _is_said(line: str) -> bool:
    return any(character.isalnum() for character in line)


def _is_in(line: str, said: list[str]) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(line)}(?!\w)", text) for text in said)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _said(conte: Conte) -> Iterator[str]:
    """Yield texts that are heard or read in the film; the title is neither."""
    yield conte.slogan
    for cut in conte.cuts:
        yield cut.narration
        yield cut.caption
        yield from (line.text for line in cut.dialogue)
        # Several speeches may be quoted as one line.
        yield " ".join(line.text for line in cut.dialogue)


def _seen(cut: Cut) -> str:
    spoken = " ".join(line.text for line in cut.dialogue)
    return " ".join((cut.place, cut.action, cut.caption, cut.video_prompt, spoken))
