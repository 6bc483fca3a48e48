"""The report of a search: parent and child side by side, with their scores. Korean first.

One HTML file that needs nothing else. What models and briefs say is shown as text, never as markup.
"""

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from html import escape
from typing import TYPE_CHECKING, Any

from training.prompts.search import Found
from training.prompts.task import Task

if TYPE_CHECKING:
    from training.prompts.result import Both, Compared, Result

_MOST_EXAMPLES = 60
_STYLE = """
body{font:15px/1.6 system-ui,'Apple SD Gothic Neo','Noto Sans KR','NanumGothic',sans-serif;
 color:#1c2430;background:#fff;margin:0 auto;max-width:1280px;padding:24px;word-break:keep-all}
h1{font-size:24px;margin:0 0 4px}h2{font-size:18px;margin:32px 0 8px}p{margin:4px 0}
small,.en{color:#56606d}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:4px 8px;
 border-bottom:1px solid #d7dde5}th{background:#f3f5f8}td.n,th.n{text-align:right;
 font-variant-numeric:tabular-nums;white-space:nowrap}
.sides{table-layout:fixed}.sides td{white-space:pre-wrap;overflow-wrap:anywhere;font-size:13px}
.gone{background:#fde8e6}.new{background:#e3f4e5}.up{color:#1a7f37}.down{color:#b42318}
.head{font-size:17px;padding:10px 14px;background:#f3f5f8;border-left:4px solid #1f6feb}
ul{margin:4px 0;padding-left:20px}@media(prefers-color-scheme:dark){body{background:#12161c;
 color:#e3e8ef}th,.head{background:#1d242d}td,th{border-color:#343d48}.gone{background:#4a2320}
 .new{background:#1c3d24}small,.en{color:#9aa6b4}.up{color:#56d364}.down{color:#ff7b72}}
"""


def report(
    found: Found[Any], on_test: "Both | None", result: "Result", task: Task[Any],
    about: Mapping[str, Any],
) -> str:  # fmt: skip
    title = f"프롬프트 최적화 · {task.name}/{task.language}"
    parts = [
        f"<h1>{escape(title)}</h1>",
        f'<p class="en" lang="en">Prompt optimisation · {escape(task.name)}/{task.language}</p>',
        _verdict(found, result),
        *_both(result),
        "<h2>부모와 자식 <small>parent and child</small></h2>",
        *_sides(found, result),
        f"<h2>{'시험' if on_test else '검증'} 예"
        f" <small>examples of {'test' if on_test else 'valid'}</small></h2>",
        _examples(on_test or found.trials),
        "<h2>제안 <small>proposals</small></h2>",
        _proposals(found),
        "<h2>어떻게 <small>how</small></h2>",
        _how(found, about),
    ]
    return (
        '<!doctype html><html lang="ko"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>"
        + "\n".join(parts)
        + "</body></html>\n"
    )


def _verdict(found: Found[Any], result: "Result") -> str:
    if not result.test:
        ko = f"더 나은 프롬프트를 찾지 못했습니다. {result.parent}을(를) 그대로 씁니다."
        en = "No better prompt was found: the parent stands."
    else:
        value = result.test["value"]
        ko = (
            f"{result.parent} → {result.version}: 시험 점수 {value.parent.mean:.3f} →"
            f" {value.child.mean:.3f} (차이 {value.better})"
        )
        en = f"On test {value.parent.mean:.3f} → {value.child.mean:.3f}, better by {value.better}."
        if not value.better.above_zero:
            ko += " 신뢰 구간이 0을 포함하므로 확실하지는 않습니다."
            en += " The interval contains 0: it is not certain."
    if found.stopped:
        ko += f" 예산에서 멈췄습니다({found.stopped.removeprefix('budget: ')})."
        en += " Stopped by its budget."
    note = "valid로 골랐으므로 valid 점수는 높게 나옵니다. 승격은 test 점수로 정합니다."
    note_en = "Chosen on valid, so flattered there; promotion is decided on test."
    return (
        f'<p class="head">{escape(ko)}<br><span class="en" lang="en">{escape(en)}</span></p>'
        f'<p><small>{note} <span lang="en">{note_en}</span></small></p>'
    )


def _both(result: "Result") -> Iterator[str]:
    if result.test:
        yield "<h2>시험 점수 <small>scores on test</small></h2>"
        yield _figures(result.test)
    yield "<h2>검증 점수 <small>scores on valid</small></h2>"
    yield _figures(result.valid)


def _figures(figures: Mapping[str, "Compared"]) -> str:
    rows = "".join(
        f'<tr><td>{escape(name)}</td><td class="n">{one.parent}</td><td class="n">{one.child}</td>'
        f'<td class="n {_way(one.better.mean)}">{one.better.mean:+.3f}'
        f" [{one.better.low:+.3f}, {one.better.high:+.3f}]</td></tr>"
        for name, one in figures.items()
    )
    return (
        '<table><tr><th>항목 <small>part</small></th><th class="n">부모 <small>parent</small></th>'
        '<th class="n">자식 <small>child</small></th><th class="n">차이 <small>95%</small></th>'
        "</tr>"
        f"{rows}</table>"
    )


def _sides(found: Found[Any], result: "Result") -> Iterator[str]:
    parent, child = found.accepted[0].text, found.accepted[found.best].text
    value = (result.test or result.valid)["value"]
    for name, text in parent.sections.items():
        other = child.sections[name]
        if other == text and result.file:
            yield f"<p><code>## {escape(name)}</code> 그대로 <small>unchanged</small></p>"
            continue
        rows = "".join(_aligned(text.split("\n"), other.split("\n")))
        yield (
            f'<table class="sides"><tr><th>{escape(result.parent)} · {value.parent.mean:.3f}'
            f" <code>## {escape(name)}</code></th><th>{escape(result.version)} ·"
            f" {value.child.mean:.3f} <code>## {escape(name)}</code></th></tr>{rows}</table>"
        )


def _aligned(old: list[str], new: list[str]) -> Iterator[str]:
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        left, right = old[a:b], new[c:d]
        for at in range(max(len(left), len(right))):
            one = left[at] if at < len(left) else None
            two = right[at] if at < len(right) else None
            yield f"<tr>{_side(one, what, 'gone')}{_side(two, what, 'new')}</tr>"


def _side(line: str | None, what: str, kind: str) -> str:
    if line is None:
        return "<td></td>"
    return f"<td{'' if what == 'equal' else f' class={kind}'}>{escape(line)}</td>"


def _examples(both: "Both") -> str:
    rows: list[str] = []
    for old, new in list(zip(*both, strict=True))[:_MOST_EXAMPLES]:
        change = new.judged.value - old.judged.value
        rows.append(
            f"<tr><td>{escape(old.example.id[:16])}<br><small>{escape(old.example.group)}</small>"
            f'</td><td class="n">{old.judged.value:.3f}</td>'
            f'<td class="n {_way(change)}">{new.judged.value:.3f}</td>'
            f"<td>{_reasons(old.judged.reasons)}</td><td>{_reasons(new.judged.reasons)}</td></tr>"
        )
    return (
        '<table><tr><th>예</th><th class="n">부모</th><th class="n">자식</th>'
        "<th>부모의 감점 이유</th><th>자식의 감점 이유</th></tr>" + "".join(rows) + "</table>"
    )


def _reasons(reasons: tuple[str, ...]) -> str:
    told = "".join(f"<li>{escape(one)}</li>" for one in reasons)
    return f"<ul>{told}</ul>" if told else "–"


def _proposals(found: Found[Any]) -> str:
    rows = "".join(
        f'<tr><td class="n">{at}</td><td>{escape(one.section)}</td><td>{escape(one.lesson)}</td>'
        f"<td>{_refused(one.wrong) if one.wrong else '시험함 <small>tried</small>'}</td></tr>"
        for at, one in enumerate(found.proposals, 1)
    )
    tree = " · ".join(
        f"{at}: {one.value:.3f}" + (f" (← {', '.join(map(str, one.parents))})" if at else "")
        for at, one in enumerate(found.accepted)
    )
    return (
        f"<p>valid 전체에서 시험한 프롬프트 <small>evaluated on all of valid</small>: {tree}</p>"
        '<table><tr><th class="n">#</th><th>절</th><th>무엇을 왜</th><th>판정</th></tr>'
        f"{rows}</table>"
    )


def _refused(wrong: tuple[str, ...]) -> str:
    return f"거부 <small>refused</small>{_reasons(wrong)}"


def _how(found: Found[Any], about: Mapping[str, Any]) -> str:
    told = {
        **{name: value for group in about.values() if isinstance(group, dict)
           for name, value in group.items()},
        "rounds": found.rounds, "reflection": found.reflection,
    }  # fmt: skip
    rows = "".join(
        f"<tr><td>{escape(str(name))}</td><td>{escape(str(value))}</td></tr>"
        for name, value in told.items()
    )
    return f"<table>{rows}</table>"


def _way(change: float) -> str:
    return "up" if change > 0 else "down" if change < 0 else ""
