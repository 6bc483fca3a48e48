"""Findings as JSON: new, standing or solved since the version before, with solutions."""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, TypeAdapter

from conte.checks.finding import Finding, Severity
from conte.conte import Conte
from conte.revision.findings import CutFinding, compare
from conte.revision.mending import Operations
from conte.revision.operations import Operation

_OPERATIONS = TypeAdapter(tuple[Operation, ...])
Since = Literal["new", "standing", "solved"]


class FindingView(BaseModel):
    """A finding, and the operations that solve it."""

    model_config = ConfigDict(frozen=True)

    check: str
    cut: int | None
    """Number of the cut (if solved: in the version before); null for the conte as a whole."""
    cut_id: str
    """Id of the cut; empty for the conte as a whole."""
    field: str
    severity: Severity
    message: str
    proposal: str
    since: Since
    """`new`: the version before did not have it. All findings of a first version are new."""
    operations: tuple[dict[str, Any], ...] = ()
    """Operations to send to `POST .../draft/operations` unchanged: they solve the finding and cause
    no other. Empty: no rule can solve it, a person has to.
    """

    @classmethod
    def of(cls, found: CutFinding, since: Since, operations: Operations = ()) -> Self:
        return cls(
            **dict(found.finding),
            cut_id=found.cut,
            since=since,
            operations=tuple(_OPERATIONS.dump_python(operations, mode="json", by_alias=True)),
        )


class Told(NamedTuple):
    findings: tuple[FindingView, ...] = ()
    """New and standing findings, in the order of the checks."""
    solved: tuple[FindingView, ...] = ()


def told(
    findings: Sequence[Finding],
    conte: Conte,
    operations: Sequence[Operations],
    before: Sequence[Finding],
    base: Conte,
) -> Told:
    """Compare a conte's findings with those of its base. `operations`: the operations that solve
    each."""
    compared = compare(before, base, findings, conte)
    new = list(compared.new)
    ids = {cut.number: cut.id for cut in conte.cuts}
    views: list[FindingView] = []
    for finding, mend in zip(findings, operations, strict=True):
        one = CutFinding(cut=ids.get(finding.cut or 0, ""), finding=finding)
        if is_new := one in new:
            new.remove(one)
        views.append(FindingView.of(one, "new" if is_new else "standing", mend))
    return Told(tuple(views), tuple(FindingView.of(one, "solved") for one in compared.solved))
