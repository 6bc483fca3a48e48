"""Findings of two versions -> new, solved and standing ones. Matched by cut, not by number."""

import re
from collections.abc import Sequence

from conte.checks.finding import Finding
from conte.conte import Conte
from conte.cut import MaybeCutId
from conte.frozen import Frozen

_QUOTED = re.compile(r"“([^”]*)”")


class CutFinding(Frozen):
    """A finding with the id of its cut; empty: the conte as a whole."""

    cut: MaybeCutId
    finding: Finding


class Compared(Frozen):
    new: tuple[CutFinding, ...]
    solved: tuple[CutFinding, ...]
    """Findings as the version before had them, with its numbers."""
    standing: tuple[CutFinding, ...]
    """Findings as the later version has them."""


def compare(
    before: Sequence[Finding], base: Conte, after: Sequence[Finding], new: Conte
) -> Compared:
    """Compare the findings of two versions, each kept in its order.

    Two findings match if they are of one check, on one cut and field. Within such a group the
    phrases that they quote distinguish them: of two forbidden words one may be gone.
    """
    had, has = _placed(before, base), _placed(after, new)
    left = list(had)
    standing: set[int] = set()
    # The same words first, so that of two alike the right one is solved.
    for alike in (_says_the_same, _is_same):
        for at, one in enumerate(has):
            if at not in standing:
                found = next((other for other in left if alike(other, one)), None)
                if found is not None:
                    left.remove(found)
                    standing.add(at)
    return Compared(
        new=tuple(one for at, one in enumerate(has) if at not in standing),
        solved=tuple(left),
        standing=tuple(one for at, one in enumerate(has) if at in standing),
    )


def quoted(finding: Finding) -> tuple[str, ...]:
    """Return the phrases that a finding's message quotes."""
    return tuple(_QUOTED.findall(finding.message))


def _placed(findings: Sequence[Finding], conte: Conte) -> list[CutFinding]:
    ids = {cut.number: cut.id for cut in conte.cuts}
    return [
        CutFinding(cut="" if one.cut is None else ids.get(one.cut, ""), finding=one)
        for one in findings
    ]


def _says_the_same(before: CutFinding, after: CutFinding) -> bool:
    return _key(before) == _key(after) and before.finding.message == after.finding.message


def _is_same(before: CutFinding, after: CutFinding) -> bool:
    had, has = (set(quoted(one.finding)) for one in (before, after))
    return _key(before) == _key(after) and (had == has or bool(had & has))


def _key(one: CutFinding) -> tuple[str, str, str]:
    return one.cut, one.finding.check, one.finding.field
