"""The dataset's card: its contents, its cost, and why other scripts were left out. Markdown and
HTML."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from conte.frozen import Frozen
from deployments.engines.paid import Cost
from serve.pages.fonts import FONTS, font_bytes
from serve.pages.page import page
from training.scoring.distinct import Distinctness, distinctness
from training.scripts.balance import evenness
from training.scripts.selection import ScriptSample, Selection, told
from training.scripts.split import SPLITS

_MOST_DISTINCT = 400
"""Largest number of scripts on which distinctness is measured: the first by id."""
_MOST_REASONS = 12
_TEMPLATE = Path(__file__).with_name("card.html")


class Made(Frozen):
    """Outcome of the job, besides the results of its orders."""

    name: str
    writer: str
    """Name of the writer, for people."""
    prompts: tuple[str, ...]
    product_types: str
    """Version of the product types' table."""
    ordered: int
    stopped: str = ""
    """Reason why not all orders were written; empty if they were."""
    spent: Cost | None = None


Table = tuple[str, Sequence[str], Sequence[Sequence[str]]]
"""A table: its heading, the column headings, the rows."""


def card(made: Made, selection: Selection) -> Mapping[str, bytes]:
    """Return file name -> content: `card.md`, `card.html`, and the page's fonts."""
    intro, tables = _intro(made, selection), list(_tables(made, selection))
    return {
        "card.md": _markdown(made, intro, tables).encode(),
        "card.html": page(_TEMPLATE, name=made.name, intro=intro, tables=tables).encode(),
        **{name: font_bytes(name) for name in FONTS},
    }


def _intro(made: Made, selection: Selection) -> Sequence[str]:
    lines = [
        f"제품 브리프와 그 콘티(4~8컷)의 짝 {len(selection.samples)}개입니다. 시스템과 사용자"
        " 메시지는 서비스되는 콘티 작가가 실제로 묻는 그대로이고, 답은 모든 검사를 통과한"
        " 원고 JSON입니다.",
        "Pairs of a product brief and its storyboard, as chats. The questions are the served"
        " scriptwriter's own, to the letter; every answer passes every check of the scorer.",
        f"작성(written by): {made.writer}. 프롬프트(prompts): {', '.join(made.prompts)}."
        f" 제품 유형(product types): {made.product_types}.",
    ]
    if made.stopped:
        lines.append(f"중단됨(stopped): {made.stopped}")
    return lines


def _tables(made: Made, selection: Selection) -> Iterable[Table]:
    samples = selection.samples
    yield _splits(selection)
    yield _counts("컷 수 / cuts", (str(s.order.cuts) for s in samples))
    yield _counts("구성 / structure", (s.order.structure for s in samples))
    yield _counts("분위기 / mood", (s.order.mood for s in samples))
    yield _counts("언어 / language", (s.order.brief.language for s in samples))
    industries = Counter(s.order.industry for s in samples)
    kinds = Counter(s.order.kind for s in samples)
    yield (
        "고르게 / evenness",
        ("", "종류 / values", "Pielou"),
        [
            ("KSIC 산업 / industry", str(len(industries)), f"{evenness(industries):.3f}"),
            ("제품 유형 / product type", str(len(kinds)), f"{evenness(kinds):.3f}"),
        ],
    )
    if (figures := _distinct(samples)) is not None:
        yield (
            "다양성 / distinctness",
            ("self-BLEU-4", "distinct-1", "distinct-2", "distinct-4"),
            [tuple(f"{value:.3f}" for value in figures.model_dump().values())],
        )
    yield from _left_out(made, selection)
    yield _cost(made, samples)


def _splits(selection: Selection) -> Table:
    rows = [
        (split, str(len(of)), str(len({s.order.kind for s in of})), _mean_score(of))
        for split in SPLITS
        if (of := selection.of(split))
    ]
    heads = ("", "샘플 / samples", "제품 유형 / product types", "점수 / mean score")
    return "나눔 / splits", heads, rows


def _mean_score(samples: Sequence[ScriptSample]) -> str:
    scores = [s.written.score.value for s in samples if s.written.score is not None]
    return f"{sum(scores) / len(scores):.3f}" if scores else "-"


def _counts(heading: str, values: Iterable[str]) -> Table:
    counts = Counter(values)
    return heading, ("", "샘플 / samples"), [(v, str(n)) for v, n in sorted(counts.items())]


def _distinct(samples: Sequence[ScriptSample]) -> Distinctness | None:
    chosen = sorted(samples, key=lambda s: s.order.id)[:_MOST_DISTINCT]
    texts = [told(s.written) for s in chosen if s.order.brief.language == "ko"]
    return distinctness(texts) if len(texts) > 1 else None


def _left_out(made: Made, selection: Selection) -> Iterable[Table]:
    why = Counter(why for why, _ in selection.left_out.values())
    missing = made.ordered - len(selection.samples) - len(selection.left_out)
    rows = [(name, str(number)) for name, number in why.most_common()]
    yield (
        "뺀 것 / left out",
        ("까닭 / why", "개수 / number"),
        [*rows, *([("not written", str(missing))] if missing else [])],
    )
    checks = Counter(
        reason.partition(": ")[0]
        for why, reasons in selection.left_out.values()
        if why == "checks"
        for reason in {part.partition(": ")[0] for part in reasons.split("; ")}
    )
    if checks:
        # A script can fail several; each counts once for it.
        known = [(n, str(c)) for n, c in checks.most_common(_MOST_REASONS) if n.isalpha()]
        yield "걸린 검사 / checks that failed", ("검사 / check", "원고 / scripts"), known


def _cost(made: Made, samples: Sequence[ScriptSample]) -> Table:
    spent = made.spent or Cost()
    each = spent.money / len(samples) if samples else 0.0
    repaired = sum(s.written.repaired for s in samples)
    return (
        "비용 / cost",
        ("입력 / in", "출력 / out", "금액 / money", "샘플당 / each", "고쳐 씀 / repaired"),
        [(
            f"{spent.tokens_in:,}", f"{spent.tokens_out:,}", f"{spent.money:.4f}", f"{each:.5f}",
            str(repaired),
        )],
    )  # fmt: skip


def _markdown(made: Made, intro: Sequence[str], tables: Iterable[Table]) -> str:
    parts = [f"# {made.name}", *intro]
    for heading, heads, rows in tables:
        lines = [f"| {' | '.join(row)} |" for row in (heads, ["---"] * len(heads), *rows)]
        parts += [f"## {heading}", "\n".join(lines)]
    return "\n\n".join(parts) + "\n"
