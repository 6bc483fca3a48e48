"""Report of the loop's conte model: figures, curves, and contes of both models side by side."""

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from serve.pages.page import page
from serve.registry.interval import Interval
from training.conte_model.chats import ChatSample, samples_of
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


def report_html(scripts: Path, model: Path, evaluation: Path) -> str:
    """Return the report's HTML, which needs only its fonts beside it.

    Raises:
        ValueError: if the data are incomplete, or the evaluation is invalid.
        OSError: if a file cannot be read.
    """
    made = json.loads((model / "manifest.json").read_text("utf-8"))
    try:
        found = json.loads(evaluation.read_text("utf-8"))
        trained = found["model"]
        figures = [(NAMES[name], _figures(name, found)) for name in NAMES]
    except (KeyError, TypeError) as error:
        raise ValueError(f"{evaluation} is no evaluation: it has no {error}") from None
    briefs = {one.id: one for one in samples_of(scripts, "test")}
    moods = {str(row["id"]): str(row["mood"]) for row in read_lines(scripts, "test.jsonl")}
    return page(
        Path(__file__).with_name("report.html"),
        made=made,
        num_judged=len(trained["ids"]),
        figures=figures,
        judge=_judge(found.get("judge")),
        curves=curve_pictures(model).items(),
        sides=[
            (briefs[key].brief, moods[key], *_side_by_side(key, found))
            for key in _picked(trained, briefs)
        ],
    )


def curve_pictures(model: Path) -> dict[str, str]:
    """Return the curves in a trained model's folder as data URIs, by name."""
    return {
        path.stem: f"data:image/svg+xml;base64,{base64.b64encode(path.read_bytes()).decode()}"
        for path in sorted(model.glob("curve_*.svg"))
    }


def _judge(told: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return the verdict of the judge model; None if there was no judge."""
    if told is None:
        return None
    return {**told, **{name: Interval.model_validate(told[name]) for name in ("won", "agreement")}}


def _figures(name: str, found: Mapping[str, Any]) -> list[Interval]:
    """Return a figure of the trained model, of the untrained one, and the difference."""
    of = [
        one[name] if name in ("passed", "value") else one["parts"][name]
        for one in (found["model"], found["against"])
    ]
    return [Interval.model_validate(one) for one in (*of, found["better"][name])]


def _picked(trained: Any, known: Mapping[str, ChatSample]) -> list[str]:
    """Return the ids of the first samples of the product types, at most `_SHOWN`."""
    first: dict[str, str] = {}
    for key, group in zip(trained["ids"], trained["groups"], strict=True):
        if key in known:
            first.setdefault(group, key)
    return list(first.values())[:_SHOWN]


def _side_by_side(key: str, found: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return one brief's contes by the trained and the untrained model."""
    return (
        _conte(found["model"], found["written"][key], key),
        _conte(found["against"], found["written_against"][key], key),
    )


def _conte(evaluation: Any, text: str, key: str) -> dict[str, Any]:
    """Return a conte for the page. `cuts`: action and words of each; None if it cannot be
    parsed."""
    score = evaluation["scores"][evaluation["ids"].index(key)]
    wrong = [part["name"] for part in score["parts"] if not part["ok"]]
    try:
        written = json.loads(text)
        cuts = [(_cropped(cut["action"]), _cropped(_heard(cut))) for cut in written["cuts"]]
        title, slogan = _cropped(written["title"]), _cropped(written["slogan"])
    except (ValueError, KeyError, TypeError):
        return {"wrong": wrong, "text": _cropped(text, 400), "cuts": None}
    return {"wrong": wrong, "title": title, "slogan": slogan, "cuts": cuts}


def _heard(cut: Mapping[str, Any]) -> str:
    said = [cut["narration"], *(line["text"] for line in cut["dialogue"]), cut["caption"]]
    return " / ".join(filter(None, said))


def _cropped(text: str, most: int = 160) -> str:
    return text if len(text) <= most else f"{text[:most]}…"
