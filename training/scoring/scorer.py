"""The scorer of contes for all uses: filter of scripts, preference pairs, reward, prompt optimiser,
gate.

Deterministic, between 0 and 1, without a model. `training.scoring.judge` uses one.
"""

from collections.abc import Iterable

from conte.brief import Brief
from conte.checks.all import check
from conte.checks.claims import Claims
from conte.checks.finding import Finding
from conte.checks.timefit import Rates
from conte.conte import Conte
from conte.frozen import digest
from deployments.knowledge import claims as trade
from training.scoring.distinct import check_distinct
from training.scoring.korean import check_korean
from training.scoring.reading import ConteReading, read_manuscript
from training.scoring.score import WEIGHTS, Part, Score
from training.scoring.topic import check_topic

REVISION = 2
"""Revision of the checks in code; to be raised when one of them changes its results."""
_COSTS = {"error": 0.5, "warning": 0.2, "note": 0.05}
_FAMILIES = {"brief": "kept", "claims": "claims", "timefit": "timefit", "grammar": "grammar"}
"""First word of a finding's check -> the part to which it belongs."""
_READ_ALL_THE_SAME = 0.5
_JSON_ALL_THE_SAME = 0.1


class Scorer:
    def __init__(self, rates: Rates | None = None, claims: Claims | None = None) -> None:
        """Set the rules. `claims`: an agency's own rules for advertising claims; None: the packaged
        ones."""
        self._rates = rates or Rates()
        self._claims = claims or trade.claims()

    @property
    def revision(self) -> str:
        """Revision of rules and weights; scores of different revisions are not compared."""
        rules = self._claims.rules.model_dump(mode="json")
        return digest([REVISION, WEIGHTS, _COSTS, self._rates.model_dump(), rules])[:16]

    def score(self, written: str | Conte, brief: Brief) -> Score:
        """Score a model's manuscript, or a conte.

        An unreadable manuscript scores only in its schema part, because it cannot be filmed.
        """
        if isinstance(written, Conte):
            return self._score(ConteReading(written), brief)
        return self._score(read_manuscript(written, brief), brief)

    def findings(self, conte: Conte, brief: Brief) -> tuple[Finding, ...]:
        return check(conte, brief, self._rates, self._claims)

    def _score(self, reading: ConteReading, brief: Brief) -> Score:
        parts = {"schema": _schema(reading)}
        if reading.conte is not None:
            conte = reading.conte
            parts["frames"] = _frames(conte, brief)
            parts |= _families(self.findings(conte, brief))
            parts["topic"] = check_topic(conte, brief)
            parts["korean"] = check_korean(conte, brief)
            parts["distinct"] = check_distinct(conte)
        unread = ("it cannot be read",)
        return Score(
            parts=tuple(
                parts.get(name) or Part(name=name, value=0, ok=False, reasons=unread)
                for name in WEIGHTS
            )
        )


def _schema(reading: ConteReading) -> Part:
    reasons = (*((reading.wrong,) if reading.wrong else ()), *reading.unlike_schema)
    if not reasons:
        return Part(name="schema", value=1, ok=True)
    if reading.conte is not None:
        value = _READ_ALL_THE_SAME
    else:
        value = _JSON_ALL_THE_SAME if reading.is_json else 0.0
    return Part(name="schema", value=value, ok=False, reasons=reasons)


def _frames(conte: Conte, brief: Brief) -> Part:
    try:
        conte.check_fits(brief)
    except ValueError as error:
        return Part(name="frames", value=0, ok=False, reasons=(str(error),))
    return Part(name="frames", value=1, ok=True)


def _families(findings: Iterable[Finding]) -> dict[str, Part]:
    """Return each family of checks as a part: findings reduce its value, and it is ok unless one is
    grave."""
    costs, reasons = dict.fromkeys(_FAMILIES.values(), 0.0), _nothing()
    grave: set[str] = set()
    for finding in findings:
        # Checks of a family that is not in the table count as grammar, so that none is lost.
        part = _FAMILIES.get(finding.check.partition(".")[0], "grammar")
        costs[part] += _COSTS[finding.severity]
        place = f"cut {finding.cut}, " if finding.cut else ""
        reasons[part].append(f"{place}{finding.field}: {finding.message}")
        if finding.severity != "note":
            grave.add(part)
    return {
        part: Part(
            name=part,
            value=max(0.0, 1 - cost),
            ok=part not in grave,
            reasons=tuple(reasons[part]),
        )
        for part, cost in costs.items()
    }


def _nothing() -> dict[str, list[str]]:
    return {part: [] for part in _FAMILIES.values()}
