"""Goals of the loop's conte model, for the page and the loop's exit code."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from conte.frozen import Frozen
from conte.phrases import says
from training.conte_model.chats import ChatSample, samples_of


class Goal(Frozen):
    what: str
    """Name of the figure, Korean / English."""
    got: float
    """Share that was reached."""
    least: float = 1.0
    most: float = 1.0

    @property
    def met(self) -> bool:
        return self.least <= self.got <= self.most


def goals_of(scripts: Path, evaluation: Path, valid: float, passes: float) -> list[Goal]:
    """Return the goals with the shares that were reached. `valid`, `passes`: see `Judging`.

    How many of the untrained model's contes are valid is no goal, because most of them are cut off.

    Raises:
        ValueError: if the data are incomplete.
        OSError: if the evaluation cannot be read.
    """
    found = json.loads(evaluation.read_text("utf-8"))
    briefs = {one.id: one for one in samples_of(scripts, "test")}
    judged = [briefs[id_] for id_ in found["model"]["ids"]]
    trained, untrained, written = found["model"], found["against"], found["written"]
    return [
        Goal(what="스키마 / valid by the schema", got=_whole(trained, "schema"), least=valid),
        Goal(what="프레임 / exact frames", got=_whole(trained, "frames"), least=valid),
        Goal(what="모두 통과 / passes every check", got=_passing(trained), least=passes),
        Goal(
            what="학습 전 모두 통과 / untrained, passes", got=_passing(untrained), least=0, most=0
        ),
        Goal(what="제품 이름 / names its product", got=_named(judged, written), least=valid),
        Goal(
            what="제품마다 다름 / no other product has it",
            got=_differs(judged, written),
            least=valid,
        ),
    ]


def _whole(evaluation: Mapping[str, Any], part: str) -> float:
    values = [p["value"] for score in evaluation["scores"] for p in score["parts"]
              if p["name"] == part]  # fmt: skip
    return sum(value == 1 for value in values) / len(values)


def _passing(evaluation: Mapping[str, Any]) -> float:
    scores = evaluation["scores"]
    return sum(all(part["ok"] for part in score["parts"]) for score in scores) / len(scores)


def _named(samples: Sequence[ChatSample], written: Mapping[str, str]) -> float:
    named = [says(written[one.id], one.brief.product.name) for one in samples]
    return sum(named) / len(named)


def _differs(samples: Sequence[ChatSample], written: Mapping[str, str]) -> float:
    """Return the share of contes that no other product's conte equals letter by letter."""
    products: dict[str, set[str]] = defaultdict(set)
    for one in samples:
        products[written[one.id]].add(one.brief.product.name)
    return sum(len(products[written[one.id]]) == 1 for one in samples) / len(samples)
