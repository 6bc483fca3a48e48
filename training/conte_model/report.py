"""Model card of a trained model: its making, and its curves as pictures. Korean first."""

from collections.abc import Mapping, Sequence
from typing import Any

from serve.pages.line_chart import line_chart

Curve = Sequence[Mapping[str, float]]
_KINDS = {"": "learnt", "eval_": "kept"}
_CHARTS = {
    "loss": "loss",
    "mean_token_accuracy": "token accuracy",
    "reward": "reward",
    "passed": "passes every check",
    "rewards/accuracies": "prefers the chosen one",
    "rewards/margins": "margin of the preference",
}


def model_card(about: Mapping[str, Any], curve: Curve, pictures: Sequence[str]) -> str:
    """Return the card as Markdown, with the front matter that model hubs and `base.py` read."""
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
    """Return pictures by file name: one figure each over the steps, with the validation dashed."""
    found: dict[str, str] = {}
    for name, title in _CHARTS.items():
        lines = {
            kind: [(row["step"], row[prefix + name]) for row in curve if prefix + name in row]
            for prefix, kind in _KINDS.items()
        }
        if len(lines["learnt"]) > 1:
            values = [value for line in lines.values() for _, value in line]
            # The axis begins at 0, unless the curve would then be flat near the top.
            lowest = 0.0 if min(values) < 0.5 * max(values) else None
            drawn = line_chart(f"{title} by step", lines, ".3g", lowest)
            found[f"curve_{name.replace('/', '_')}.svg"] = drawn
    return found


def _ends(curve: Curve, name: str) -> str:
    values = [row[name] for row in curve if name in row]
    return f"{values[0]:.3f} → {values[-1]:.3f}" if values else "-"
