"""The card of a trained model: how it was made, and its curves as pictures. Korean first."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

Curve = Sequence[Mapping[str, float]]
_WIDTH, _HEIGHT, _LEFT, _BOTTOM = 640, 240, 60, 32
_COLOURS = {"": "#1f6feb", "eval_": "#d1495b"}
_CHARTS = {
    "loss": "loss",
    "mean_token_accuracy": "token accuracy",
    "reward": "reward",
    "passed": "passes every check",
    "rewards/accuracies": "prefers the chosen one",
    "rewards/margins": "margin of the preference",
}
_MOST_POINTS = 400


def model_card(about: Mapping[str, Any], curve: Curve, pictures: Sequence[str]) -> str:
    """Markdown with the front matter that model hubs, and this project's own base, read."""
    settings, base = about["settings"], about["base"]
    first, last = _ends(curve, "loss"), _ends(curve, "eval_loss")
    rows = [
        ("방법 / method", f"{settings['method']}, {settings['tune']}"),
        ("바탕 모델 / base", f"`{base['name']}` ({base['family']})"),
        ("바탕 모델의 이용 허락 / its licence", base["licence"]),
        ("학습 샘플 / samples", f"{about['samples']} (+{about['left_out']} too long)"),
        ("스텝 / steps", str(about["steps"])),
        ("프롬프트 / prompts", ", ".join(about["prompts"]) or "-"),
        ("손실 / loss", first),
        ("검증 손실 / validation loss", last),
    ]
    table = "\n".join(f"| {name} | {value} |" for name, value in rows)
    shown = "\n\n".join(f"![{name}]({name})" for name in pictures)
    return f"""---
license: {base["licence"].split()[0].rstrip(":") if base["licence"] else "unknown"}
library_name: {"peft" if about["adapter"] else "transformers"}
pipeline_tag: text-generation
---
# 콘티 모델 / conte model

제품 브리프를 받아 콘티(4~8컷)를 JSON으로 씁니다. 서비스되는 콘티 작가의 프롬프트로, 답에만 손실을 \
두고 학습했습니다. 이용 범위는 바탕 모델의 이용 허락을 따릅니다.

Writes the storyboard of a commercial as JSON from a product brief. Trained with the served \
scriptwriter's own prompt, the loss on the answer alone. What it may be used for follows from the \
licence of its base.

| | |
|---|---|
{table}

{shown}

`manifest.json`: settings, data, SHA-256. `curve.jsonl`: every step.
"""


def curves_svg(curve: Curve) -> dict[str, str]:
    """File name -> picture of one figure over the steps, those of the validation in red."""
    found: dict[str, str] = {}
    for name, title in _CHARTS.items():
        lines = {
            prefix: [(row["step"], row[prefix + name]) for row in curve if prefix + name in row]
            for prefix in _COLOURS
        }
        if len(lines[""]) > 1:
            found[f"curve_{name.replace('/', '_')}.svg"] = _svg(title, lines)
    return found


def _svg(title: str, lines: Mapping[str, Sequence[tuple[float, float]]]) -> str:
    points = [point for line in lines.values() for point in line]
    right = max(step for step, _ in points)
    low, high = min(value for _, value in points), max(value for _, value in points)
    low = min(low, 0.0) if low < 0.5 * high else low
    span = (high - low) or 1.0

    def place(step: float, value: float) -> str:
        x = _LEFT + (_WIDTH - _LEFT - 12) * step / right
        y = 28 + (_HEIGHT - _BOTTOM - 28) * (1 - (value - low) / span)
        return f"{x:.1f},{y:.1f}"

    drawn = "".join(
        f'<polyline fill="none" stroke="{_COLOURS[prefix]}" stroke-width="1.5" points="'
        + " ".join(place(*point) for point in _thinned(line))
        + '"/>'
        for prefix, line in lines.items()
        if line
    )
    marks = "".join(
        f'<line x1="{_LEFT}" x2="{_WIDTH - 12}" y1="{place(0, v).split(",")[1]}"'
        f' y2="{place(0, v).split(",")[1]}" stroke="#d7dde5"/>'
        f'<text x="{_LEFT - 6}" y="{float(place(0, v).split(",")[1]) + 4:.1f}" text-anchor="end">'
        f"{v:.3g}</text>"
        for v in (low, low + span / 2, high)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}"'
        f' height="{_HEIGHT}" font-family="sans-serif" font-size="12" fill="#1c2430">'
        f'<rect width="100%" height="100%" fill="#fff"/><text x="{_LEFT}" y="16">{escape(title)}'
        f"</text>{marks}{drawn}"
        f'<text x="{_LEFT}" y="{_HEIGHT - 10}">0</text>'
        f'<text x="{_WIDTH - 12}" y="{_HEIGHT - 10}" text-anchor="end">{right:g} steps</text>'
        "</svg>\n"
    )


def _thinned(line: Sequence[tuple[float, float]]) -> Sequence[tuple[float, float]]:
    every = max(1, len(line) // _MOST_POINTS)
    return [*line[::every], *(line[-1:] if (len(line) - 1) % every else [])]


def _ends(curve: Curve, name: str) -> str:
    values = [row[name] for row in curve if name in row]
    return f"{values[0]:.3f} → {values[-1]:.3f}" if values else "-"
