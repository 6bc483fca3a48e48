"""Change table and quote -> tables for a terminal or a file, in the brief's language."""

from collections.abc import Mapping
from typing import Protocol

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from conte.revision.change import Change, ChangeTable
from conte.revision.quote import Money
from conte.vocabulary import Language
from serve.ingress.revision_views import FateView, QuoteView

_WORDS: dict[str, dict[Language, str]] = {
    "cut": {"ko": "컷", "en": "Cut"},
    "field": {"ko": "항목", "en": "Field"},
    "before": {"ko": "수정 전", "en": "Before"},
    "after": {"ko": "수정 후", "en": "After"},
    "cause": {"ko": "사유", "en": "Reason"},
    "shared": {"ko": "공통", "en": "All"},
    "untouched": {"ko": "그대로인 컷: {n}개", "en": "Cuts untouched: {n}"},
    "none": {"ko": "바뀐 것이 없습니다", "en": "Nothing has changed"},
    "clip": {"ko": "클립", "en": "Clip"},
    "renders": {"ko": "새로 렌더링: {n}개", "en": "Clips to render: {n}"},
    "gpu": {"ko": "GPU {s:.0f}초", "en": "{s:.0f} GPU-seconds"},
    "price": {"ko": "예상 비용 {amount:,.0f} {currency}", "en": "about {amount:,.0f} {currency}"},
    "time": {
        "ko": "영상까지 보통 {p50:.0f}초, 늦어도 대개 {p90:.0f}초",
        "en": "until the film: {p50:.0f} s usually, {p90:.0f} s at most nine times in ten",
    },
}
TIERS: Mapping[str, Mapping[Language, str]] = {
    "draft": {"ko": "초안", "en": "draft"},
    "final": {"ko": "본편", "en": "final"},
}
_WHY: Mapping[str, Mapping[Language, str]] = {
    "same": {"ko": "그대로", "en": "kept"},
    "place": {"ko": "자리만 바뀜", "en": "moved"},
    "within_handles": {"ko": "여유 프레임 안에서 길이 조정", "en": "trimmed within its handles"},
    "picked": {"ko": "고른 클립 그대로", "en": "kept: it was picked"},
    "content": {"ko": "새로 렌더링: {fields} 바뀜", "en": "rendered: {fields} changed"},
    "too_short": {"ko": "새로 렌더링: 클립보다 길어짐", "en": "rendered: longer than its clip"},
    "no_clip": {"ko": "새로 렌더링: 새 컷", "en": "rendered: it has no clip"},
    "unmade": {
        "ko": "새로 렌더링: 지난 버전에서 만들지 못함",
        "en": "rendered: the version before did not get it",
    },
    "continues": {
        "ko": "새로 렌더링: 앞 컷에서 이어지는데 앞 컷이 바뀜",
        "en": "rendered: it goes on from a cut that changes",
    },
    "borrowed": {"ko": "가져온 컷의 클립 그대로", "en": "kept: its clip came with it"},
    "differs": {"ko": "새로 렌더링: 원래 컷과 {subject} 다름", "en": "rendered: {fields} differs"},
}


def change_sheet(table: ChangeTable) -> RenderableType:
    """Render the rows that concern a client; internal rows are left out."""
    words = {name: labels[table.language] for name, labels in _WORDS.items()}
    rows = [row for row in table.rows if not row.internal]
    if not rows:
        return Text(words["none"])
    sheet = Table(box=box.SQUARE, show_lines=True, expand=True)
    sheet.add_column(words["cut"], justify="right", no_wrap=True)
    sheet.add_column(words["field"], ratio=2, overflow="fold")
    sheet.add_column(words["before"], ratio=5, overflow="fold")
    sheet.add_column(words["after"], ratio=5, overflow="fold")
    sheet.add_column(words["cause"], ratio=3, overflow="fold")
    for row in rows:
        number = _number(row) or words["shared"]
        cells = (number, row.label, row.text_before, row.text_after, row.cause or "")
        sheet.add_row(*map(Text, cells))
    return Group(sheet, Text(words["untouched"].format(n=table.num_untouched)))


def quote_sheet(quote: QuoteView, language: Language) -> RenderableType:
    """Render what happens to each clip, and the sums. Unknown figures are left out."""
    words = {name: labels[language] for name, labels in _WORDS.items()}
    sheet = Table(box=None, pad_edge=False)
    sheet.add_column(words["cut"], justify="right", no_wrap=True)
    sheet.add_column(words["clip"], overflow="fold")
    for fate in quote.cuts:
        sheet.add_row(
            Text(str(fate.number)), Text(f"{TIERS[fate.tier][language]}: {_why(fate, language)}")
        )
    return Group(sheet, sums(quote, language))


class Quoted(Protocol):
    """The sums that every kind of quote has."""

    @property
    def renders(self) -> int: ...
    @property
    def gpu_s(self) -> float | None: ...
    @property
    def price(self) -> Money | None: ...
    @property
    def p50_s(self) -> float | None: ...
    @property
    def p90_s(self) -> float | None: ...


def sums(quote: Quoted, language: Language) -> Text:
    """Render a quote's sums: renders, GPU time, price, duration. Unknown figures are left out."""
    words = {name: labels[language] for name, labels in _WORDS.items()}
    said = [words["renders"].format(n=quote.renders)]
    if quote.gpu_s:
        said.append(words["gpu"].format(s=quote.gpu_s))
    if quote.price is not None:
        said.append(words["price"].format(**quote.price.model_dump()))
    if quote.p50_s is not None and quote.p90_s is not None:
        said.append(words["time"].format(p50=quote.p50_s, p90=quote.p90_s))
    return Text(" · ".join(said))


def _number(row: Change) -> str:
    before, after = row.number_before, row.number_after
    if before is not None and after is not None and before != after:
        return f"{before}→{after}"
    number = before if after is None else after
    return "" if number is None else str(number)


def _why(fate: FateView, language: Language) -> str:
    from conte.field_words import CONTE_FIELDS, CUT_FIELDS, field_label
    from conte.korean import with_particle

    labels = [
        field_label(CONTE_FIELDS if name == "look" else CUT_FIELDS, name, language)
        for name in fate.fields
    ]
    fields = ", ".join(labels)
    return _WHY[fate.why][language].format(fields=fields, subject=with_particle(fields, "이/가"))
