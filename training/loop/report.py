"""What the loop reached, on one page: figures, curves, and contes of both side by side."""

import base64
import json
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from serve.registry.interval import Interval
from training.conte_model.chats import Sample, samples_of
from training.whole_folder import read_lines

_SHOWN = 3
NAMES = {
    "passed": "모든 검사 통과 / passes every check",
    "value": "점수 / score",
    "schema": "스키마 / schema",
    "frames": "정확한 프레임 / exact frames",
    "kept": "브리프 준수 / brief kept",
    "claims": "표시·광고 / claims",
    "timefit": "시간 / time fit",
    "grammar": "영상 문법 / grammar",
    "topic": "제품 언급 / topic",
    "korean": "조사 / particles",
    "distinct": "컷의 다양성 / distinct cuts",
}
STYLE = """
body{font:15px/1.6 Pretendard,"Noto Sans KR",sans-serif;max-width:1100px;margin:32px auto;
padding:0 20px;color:#1c2430}
h1{font-size:26px;margin-bottom:0}h2{font-size:19px;margin-top:36px}
table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #d7dde5;padding:6px 10px;
text-align:left;vertical-align:top}td.n{text-align:right;font-variant-numeric:tabular-nums}
.curves{display:flex;flex-wrap:wrap;gap:16px}.curves img{width:520px;max-width:100%}
.two{display:grid;grid-template-columns:1fr 1fr;gap:20px}.two>div{background:#f6f8fa;
border-radius:8px;padding:14px 18px;overflow-wrap:anywhere}.wrong{color:#b42318}.ok{color:#1a7f37}
ol{padding-left:20px}small{color:#5b6675}
"""


def report_html(scripts: Path, model: Path, evaluation: Path) -> str:
    """A page that needs nothing beside it.

    Raises:
        ValueError: if the data are not whole, or the evaluation is none.
        OSError: if something cannot be read.
    """
    made = json.loads((model / "manifest.json").read_text("utf-8"))
    try:
        found = json.loads(evaluation.read_text("utf-8"))
        trained, untrained = found["model"], found["against"]
        rows = "".join(_row(name, trained, untrained, found["better"]) for name in NAMES)
    except (KeyError, TypeError) as error:
        raise ValueError(f"{evaluation} is no evaluation: it has no {error}") from None
    briefs = {one.id: one for one in samples_of(scripts, "test")}
    moods = {str(row["id"]): str(row["mood"]) for row in read_lines(scripts, "test.jsonl")}
    shown = "".join(
        _side_by_side(briefs[key], moods[key], found) for key in _picked(trained, briefs)
    )
    curves = "".join(_picture(path) for path in sorted(model.glob("curve_*.svg")))
    return f"""<!doctype html>
<html lang="ko"><head><meta charset="utf-8"><title>콘티 모델 학습 / conte model</title>
<style>{STYLE}</style></head><body>
<h1>콘티 모델 학습 결과</h1>
<p><small>What the conte model learnt</small></p>
<p>스크립트 {made["samples"]}편으로 {made["steps"]}스텝을 학습했습니다. 학습에 없던 제품과 \
분위기의 조합 {len(trained["ids"])}건에 콘티를 쓰게 하고, 학습 전의 같은 모델과 견주었습니다.<br>
<small>{made["samples"]} scripts, {made["steps"]} steps; judged on {len(trained["ids"])} briefs \
whose combination of product and mood was held out, beside the same model untrained. 95 % \
intervals over product types.</small></p>
<h2>평가 / evaluation</h2>
<table><tr><th></th><th>학습 후 / trained</th><th>학습 전 / untrained</th>\
<th>차이 / difference</th></tr>{rows}</table>{_judge(found.get("judge"))}
<h2>학습 곡선 / curves</h2><div class="curves">{curves}</div>
<h2>나란히 보기 / side by side</h2>{shown}
</body></html>
"""


def _judge(told: Mapping[str, Any] | None) -> str:
    """Of a language model that was asked which of two it prefers, if one was."""
    if told is None:
        return ""
    won, agreed = (Interval.model_validate(told[name]) for name in ("won", "agreement"))
    return (
        f"<p>심사 모델 {escape(told['model'])}: 이긴 비율 {won}, 자리를 바꿔도 같은 답"
        f" {agreed}, 먼저 선 것을 고른 비율 {told['first_preferred']:.2f}, 답 없음"
        f" {told['unanswered']}<br><small>A language model's preference: won, the same with the"
        " places swapped, the first one preferred (0.50 is no bias), unanswered</small></p>"
    )


def _row(name: str, trained: Any, untrained: Any, better: Mapping[str, Any]) -> str:
    def cell(of: Any) -> str:
        return f'<td class="n">{Interval.model_validate(of)}</td>'

    mine, theirs = (
        one[name] if name in ("passed", "value") else one["parts"][name]
        for one in (trained, untrained)
    )
    return f"<tr><td>{NAMES[name]}</td>{cell(mine)}{cell(theirs)}{cell(better[name])}</tr>"


def _picked(trained: Any, known: Mapping[str, Sample]) -> list[str]:
    """The first of each product type."""
    first: dict[str, str] = {}
    for key, group in zip(trained["ids"], trained["groups"], strict=True):
        if key in known:
            first.setdefault(group, key)
    return list(first.values())[:_SHOWN]


def _side_by_side(sample: Sample, mood: str, found: Mapping[str, Any]) -> str:
    product = sample.brief.product
    return (
        f"<h3>{escape(product.name)} ({escape(product.category)}), {escape(sample.brief.tone)}"
        f" <small>{escape(mood)}</small></h3><div class='two'>"
        + _conte("학습 후 / trained", found["model"], found["written"][sample.id], sample.id)
        + _conte(
            "학습 전 / untrained", found["against"], found["written_against"][sample.id], sample.id
        )
        + "</div>"
    )


def _conte(title: str, evaluation: Any, text: str, key: str) -> str:
    score = evaluation["scores"][evaluation["ids"].index(key)]
    wrong = [part["name"] for part in score["parts"] if not part["ok"]]
    told = (
        f'<span class="wrong">{escape(", ".join(wrong))}</span>'
        if wrong
        else '<span class="ok">모두 통과 / passes</span>'
    )
    return f"<div><b>{title}</b> {told}{_film(text)}</div>"


def _film(text: str) -> str:
    try:
        written = json.loads(text)
        cuts = "".join(
            f"<li>{escape(_cropped(cut['action']))}"
            f"<br><small>{escape(_cropped(_heard(cut)))}</small></li>"
            for cut in written["cuts"]
        )
        title, slogan = _cropped(written["title"]), _cropped(written["slogan"])
    except (ValueError, KeyError, TypeError):
        return f"<p>{escape(_cropped(text, 400))}</p>"
    return f"<p><b>{escape(title)}</b><br>{escape(slogan)}</p><ol>{cuts}</ol>"


def _heard(cut: Mapping[str, Any]) -> str:
    said = [cut["narration"], *(line["text"] for line in cut["dialogue"]), cut["caption"]]
    return " / ".join(filter(None, said))


def _cropped(text: str, most: int = 160) -> str:
    return text if len(text) <= most else f"{text[:most]}…"


def _picture(path: Path) -> str:
    data = base64.b64encode(path.read_bytes()).decode()
    return f'<img alt="{escape(path.stem)}" src="data:image/svg+xml;base64,{data}">'
