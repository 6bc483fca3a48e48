"""A sentence of feedback -> the kinds of change that it asks for. Knows words, not contes.

Ideas are found by their word stems, in either language, in any order. A kind matches if all of its
ideas are found; more ideas make it surer, and words that belong to a surer kind are not used again
for another: 자막을 짧게 shortens the caption and not the cut.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from conte.revision.cut_names import QUOTES
from conte.vocabulary import Setting, ShotSize
from deployments.engines.feedback.table import WishKind, concepts, kind_of, kinds, places

Span = tuple[int, int]

_QUOTED = "\ue000"
"""Placeholder for a quoted text, whose words are not matched."""
_LINES = re.compile(r"(?<!\d)[.,;!?…](?:\s+|$)|[\n;]+|(?<=\d)[.,;!?](?:\s+|$)")
_HOWEVER = re.compile(
    r"(?<=[은는한운인])데\s+|(?<=[가-힣])지만\s+|\bbut\b|\bhowever\b"
    r"|\band\s+(?=(?:no|without|drop|remove|lose|kill)\b)",
    re.IGNORECASE,
)
_RATHER = re.compile(
    r"\S*[^지\s]\s+말고\s+(?!다른)"
    r"|\b(?:instead of|rather than)\s+(?:an?\s+|the\s+|at\s+)?\w+\b"
    r"|\bfrom\s+(?:the\s+)?(?!bottom|top|feet|head|left|right|above|below)\w+\s+(?=(?:in)?to\b)",
    re.IGNORECASE,
)
_DICTATED = re.compile(
    r"(자막|캡션|내레이션|나레이션|효과음"
    r"|\bcaption|\bsubtitle|\bnarration|\bvoice[- ]?over|\bsound effect)"
    r"\s*[:：]\s*([^\n‘’“”\"「」『』«»']+?)(?=\s*$|\n)",
    re.IGNORECASE | re.MULTILINE,
)
"""Dictated text after a field's name: "자막: 지금 시작하세요"."""
_DO_NOT = re.compile(
    r"지\s*(?:는\s*|도\s*)?(?:마(?!음)|말(?![해하씀로했]))|하면\s*안|안\s*(?:돼|됩)"
    r"|\b(?:(?:don'?t|do not)(?!\s+(?:really\s+)?need (?:this|that|the)"
    r" (?:\w+ )?(?:cut|shot|scene)\b)"
    r"|never|must not"
    r"|mustn'?t|shouldn'?t|should not|no need to|needn'?t)\b",
    re.IGNORECASE,
)
_KEEP = re.compile(
    r"^.*?(?:빼|지우|없애|삭제하|제거하|생략하|바꾸|건드리|고치|손대)지\s*(?:는\s*|도\s*)?"
    r"(?:마(?!음)\S*|말(?![해하씀로했])\S*|않았으면\s*\S*)"
    r"|^.*?그대로\s*(?:두|둬|놔|유지)\S*"
    r"|\b(?:don'?t|do not|never)\s+(?:\w+ly\s+)?"
    r"(?:remove|delete|drop|lose|omit|change|touch|alter|cut)\b"
    r".*?(?=\band\b|\bjust\b|$)"
    r"|\bkeep\b.*?\b(?:as (?:it )?is|as they are|the same|unchanged)\b"
    r"|\bleave\b.*?\b(?:as (?:it )?is|as they are|alone|unchanged)\b",
    re.IGNORECASE,
)
"""Phrases that ask to keep something."""
_TOO = re.compile(
    r"너무|지나치|침침|칙칙|\btoo\b(?! many)|\boverly\b|\bso\b (?=\w+ that)", re.IGNORECASE
)
_LESS = re.compile(
    r"(?<![가-힣])덜\s|지\s*않(?:게|도록|았으면|으면)|\bless\b"
    r"|\bnot (?:be )?(?:so|as|that|quite so)\b",
    re.IGNORECASE,
)
_DIRECTED = re.compile(r"\S{0,2}(?:으로|로)(?![가-힣]*에서)")
_DIRECTED_EN = re.compile(r"\b(?:to|into|make it|more)\s+(?:an?\s+|the\s+|be\s+)?$", re.IGNORECASE)
_REPLACED = re.compile(
    rf"{_QUOTED}\s*(?:을|를|은|는|이라는\s*말을|라는\s*말을|이란\s*말을)?\s*(?:단어를|표현을)?\s*"
    rf"{_QUOTED}\s*(?:이?라고|으로|로)"
    rf"|{_QUOTED}\s*(?:대신에?|말고)\s*{_QUOTED}"
    rf"|{_QUOTED}\s*(?:->|→|=>)\s*{_QUOTED}"
    rf"|{_QUOTED}\s+(?:to|with|into|by|should (?:be|say|read)|becomes?)\s+{_QUOTED}"
    rf"|{_QUOTED}\s*,?\s*(?:instead of|rather than|not)\s+{_QUOTED}",
    re.IGNORECASE,
)
_SIZES = {
    ShotSize.ECU: r"\bECU\b|익스트림\s*클로즈\s*업|extreme close[- ]?up",
    ShotSize.MCU: r"\bMCU\b|미디엄\s*클로즈\s*업|바스트\s*샷|medium close[- ]?up|bust shot",
    ShotSize.CU: r"\bCU\b|클로즈\s*업|close[- ]?up",
    ShotSize.MLS: r"\bMLS\b|미디엄\s*롱\s*(?:샷|숏)|니\s*샷|medium long shot|(?:knee|cowboy) shot",
    ShotSize.MS: r"\bMS\b|미디엄\s*(?:샷|숏)|(?:웨이스트|허리)\s*샷|(?:medium|mid|waist)[- ]?shot",
    ShotSize.FS: r"\bFS\b|풀\s*(?:샷|숏)|full shot",
    ShotSize.ELS: r"\bELS\b|익스트림\s*롱\s*(?:샷|숏)|extreme (?:long|wide) shot",
    ShotSize.LS: r"\bLS\b|롱\s*(?:샷|숏)|long shot|(?<!extreme )wide shot",
}  # fmt: skip
_SIZE = {size: re.compile(pattern, re.IGNORECASE) for size, pattern in _SIZES.items()}
_PLACED = re.compile(
    r"[^가-힣\s]*\s*(?:으로|로|에서|을\s*배경|를\s*배경|\s*배경|\s*장면|\s*씬|(?:이|)었으면|이면"
    r"|[이가]\s*(?:나을|낫|좋|어때|어떨|괜찮))"
)
_PLACED_EN = re.compile(
    r"\b(?:in|into|at|to|on|be|make it|make this|use|with)\s+(?:an?\s+|the\s+|some\s+)?"
    r"(?:\w+\s+)?$",
    re.IGNORECASE,
)

_TRAVELS = re.compile(
    r"\b(?:up|down|out|across|along|left|right|(?:zoom|pan|tilt|track)\w*)\s+(?:\w+ly\s+)?(?:in)?to\s+"
    r"(?:the\s+|an?\s+)?$",
    re.IGNORECASE,
)
"""Directions of a camera move, which are not positions of a cut."""


@dataclass(frozen=True)
class Wish:
    """One kind of change that a sentence asks for, with its details."""

    kind: WishKind
    clause: "Clause"
    size: ShotSize | None = None
    place: Setting | None = None


@dataclass(frozen=True)
class Clause:
    """An independent request within a text. In `text`, placeholders replace quoted texts."""

    text: str
    quotes: tuple[str, ...] = ()
    replaces: tuple[str, str] | None = None
    """A word, and the word to put in its place."""
    kept: bool = False
    """True for a negated request ("do not ...")."""


def clauses(text: str) -> tuple[Clause, ...]:
    """Split a text into its independent requests."""
    quotes: list[str] = []

    def taken_out(found: re.Match[str]) -> str:
        quotes.append(next(group for group in found.groups() if group).strip())
        return _QUOTED

    # First quoted texts, then texts after a colon: both in the text's order.
    bare = _DICTATED.sub(r"\1 “\2”", text.replace(_QUOTED, " "))
    bare = QUOTES.sub(taken_out, bare)
    made: list[Clause] = []
    for line in _LINES.split(bare):
        for part in _HOWEVER.split(line):
            count = part.count(_QUOTED)
            own = tuple(quotes[:count])
            del quotes[:count]
            if part.strip(" .,!?~"):
                made.append(_clause(part.strip(), own))
    return tuple(made)


def _clause(part: str, quotes: tuple[str, ...]) -> Clause:
    replaced = _REPLACED.search(part) if len(quotes) > 1 else None
    replaces = None
    if replaced is not None:
        first = part[: replaced.start()].count(_QUOTED)
        old, new = quotes[first], quotes[first + 1]
        # "say A instead of B" names the new word first; "B 대신 A" names it last.
        if re.search(r"\b(?:instead of|rather than|not)\b", replaced[0], re.IGNORECASE):
            old, new = new, old
        replaces = (old, new)
    return Clause(
        text=part,
        quotes=quotes,
        replaces=replaces,
        kept=_KEEP.search(part) is not None or _forbids(part),
    )


def _forbids(text: str) -> bool:
    """Return whether the text forbids something. "not so dark" does not: it asks for less."""
    return _DO_NOT.search(text) is not None and _LESS.search(text) is None


def wishes(clause: Clause, names: Sequence[str], cut_spans: Sequence[Span]) -> tuple[Wish, ...]:
    """Return the kinds of change that a clause asks for.

    `names`: words for the product; `cut_spans`: where the text names cuts.
    """
    text = clause.text
    text = _KEEP.sub("", text)
    for name in sorted((name for name in names if len(name) > 1), key=len, reverse=True):
        bounds = (r"(?<![A-Za-z])", r"(?![A-Za-z])") if name.isascii() else ("", "(?!점)")
        pattern = re.compile(re.escape(name).join(bounds), re.IGNORECASE)
        text = pattern.sub("제품".ljust(len(name)), text)
    if _QUOTED not in text:
        text = _RATHER.sub(lambda found: " " * len(found[0]), text)
    said, forbidden = _said(text, cut_spans), _forbids(text)
    found = sorted(
        (candidate for kind in kinds() for candidate in _ways(kind, said)),
        key=lambda of: of[0],
        reverse=True,
    )
    taken: list[Span] = []
    groups: set[str] = set()
    flips = _TOO.search(text) is not None or _LESS.search(text) is not None
    made: list[Wish] = []
    for _, kind, spans, names_without in found:
        if kind.group in groups or any(_overlap(span, other) for span in spans for other in taken):
            continue
        taken += spans
        groups.add(kind.group)
        if forbidden and not names_without:
            continue
        if flips and not names_without:
            if not kind.flips:
                if "too" not in " ".join(kind.when):
                    continue
            else:
                kind = kind_of(kind.flips)
        made.append(Wish(kind, clause, _size_in(text), _place_in(text)))
    return tuple(wish for wish in made if not groups & set(wish.kind.yields))


_TOPICS = {
    "caption": ("자막", "the caption"), "narration": ("내레이션", "the narration"),
    "dialogue": ("대사", "the dialogue"), "music": ("음악", "the music"),
    "product": ("제품", "the product"),
}  # fmt: skip
_OTHER_TOPICS = (
    "person", "camera", "background", "face", "hand", "eyes", "slogan", "price", "sound", "noise",
    "ending",
)  # fmt: skip


def topic_of(clause: Clause, names: Sequence[str]) -> str | None:
    """Return the topic of a clause, which the next clause may continue; "" for a clause about
    another thing.

    None if the clause names nothing, so that it continues the topic of the clause before.
    """
    text, said = clause.text.casefold(), concepts()
    if any(len(name) > 1 and name.casefold() in text for name in names):
        return "product"
    topic = next((name for name in _TOPICS if said[name].search(text)), None)
    return topic or ("" if any(said[name].search(text) for name in _OTHER_TOPICS) else None)


def on_topic(clause: Clause, topic: str) -> Clause:
    """Return the clause with its topic inserted: "좀 키워 주세요" -> "제품 좀 키워 주세요"."""
    ko, en = _TOPICS[topic]
    word = ko if re.search("[가-힣]", clause.text) else en
    return replace(clause, text=f"{word} {clause.text}")


_WEIGHTS = {
    "visible": 1, "more": 1, "put": 1, "move": 1, "this": 1, "say": 1, "other": 1, "change": 1,
    "slow": 1, "fast": 1, "place_word": 6, "slogan": 6, "strong": 2, "replacement": 9, "one": 2,
    "other_cut": 6, "dropping": 5, "stiff": 4,
    "crowd": 4, "indoor": 2, "outdoor": 2, "split": 6, "merge": 6, "add_cut": 6, "child": 4,
    "sad": 4, "dollyin": 5,
    "only": 1, "soft": 1,
}  # fmt: skip
"""Weight of an idea in a kind's score; 3 by default. Generic verbs weigh little."""
_COMPLAINS = frozenset(
    (
        "without",
        "unseen",
        "cluttered",
        "sad",
        "too",
        "still",
        "hardcut",
        "whole",
        "onetake",
        "fewer",
        "drag",
        "nobody",
        "stiff",
        "hurried",
        "late",
        "cramped",
        "cheap",
        "gloomy",
        "weak",
        "disliked",
        "chilly",
        "shaky",
    )
)
"""Ideas that are negative themselves: a negation in their sentence does not reverse the wish."""


def _ways(
    kind: WishKind, said: Mapping[str, Sequence[Span]]
) -> Iterator[tuple[tuple[int, ...], WishKind, tuple[Span, ...], bool]]:
    """Yield each match of a kind: its score, the kind, its spans, and whether it is a complaint."""
    korean = bool(said["korean"])
    for way in kind.when:
        ideas = way.split()
        options = [said.get(idea, ())[:4] for idea in ideas]
        if not all(options):
            continue
        for spans in product(*options):
            if any(_overlap(a, b) for i, a in enumerate(spans) for b in spans[:i]):
                continue
            gone = [span for span in spans if span in said["gone before"]]
            if any(other > span for span in gone for other in spans):
                continue
            rank = (
                sum(_WEIGHTS.get(idea, 3) for idea in ideas) - 2 * _turned(spans, korean),
                int(any(span in said["directed"] for span in spans)),
                sum(end - start for start, end in spans),
                max(end for _, end in spans),
            )
            yield rank, kind, spans, bool(_COMPLAINS & set(ideas))
            break


def _turned(spans: Sequence[Span], korean: bool) -> bool:
    """Return whether a Korean sentence has the verb before its object: then they do not belong
    together.

    In 사람 빼고 제품만 나오게 the product is not what to remove.
    In English either order is possible.
    """
    return korean and list(spans) != sorted(spans)


def _said(text: str, cut_spans: Sequence[Span]) -> dict[str, list[Span]]:
    """Return idea -> spans in the text where it is found."""
    said = {
        name: [found.span() for found in pattern.finditer(text)]
        for name, pattern in concepts().items()
    }
    said["quoted"] = [found.span() for found in re.finditer(_QUOTED, text)]
    said["replacement"] = [found.span() for found in _REPLACED.finditer(text)][:1]
    said["other_cut"] = list(cut_spans)
    said["size_word"] = [f.span() for p in _SIZE.values() for f in p.finditer(text)]
    said["place_word"] = [span for _, span in _places_in(text)]
    said["korean"] = [found.span() for found in re.finditer("[가-힣]+", text)]
    # 말소리는 빼고 음악만: what goes stands before it, never behind.
    said["gone before"] = [
        span for span in said["without"] if re.match(r"고(?![가-힣])", text[span[1] :])
    ]
    said["directed"] = [
        span
        for spans in said.values()
        for span in spans
        if _DIRECTED.match(text[span[1] :]) or _DIRECTED.search(text[slice(*span)])
        or _DIRECTED_EN.search(text[: span[0]])
    ]  # fmt: skip
    return said


def _places_in(text: str) -> list[tuple[Setting, Span]]:
    """Return the places that the text names as a location, with their spans."""
    found: list[tuple[Setting, Span]] = []
    for setting, words in places().items():
        for match in words.named.finditer(text):
            korean = "가" <= match[0][0] <= "힣"
            if korean:
                wanted = _PLACED.match(text[match.end() :]) or re.search(
                    r"(?:으로|에서|로)$", match[0]
                )
            else:
                before = text[: match.start()]
                wanted = _PLACED_EN.search(before) or match[0].startswith("in")
                wanted = wanted and _TRAVELS.search(before) is None
            if wanted:
                found.append((setting, match.span()))
    return found


def _place_in(text: str) -> Setting | None:
    """Return the place that is named last, as in "from the office to the beach"."""
    found = _places_in(text)
    return max(found, key=lambda of: of[1][1])[0] if found else None


def _size_in(text: str) -> ShotSize | None:
    best: tuple[int, int, ShotSize] | None = None
    for size, pattern in _SIZE.items():
        for found in pattern.finditer(text):
            # A longer name contains a shorter one, and wins; of several sizes the last one counts.
            rank = (found.end(), found.end() - found.start(), size)
            if best is None or rank[:2] > best[:2]:
                best = rank
    return best[2] if best else None


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]
