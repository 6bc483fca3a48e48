"""A finding -> the operations that solve it: the first of a rule's candidates that works.

Each candidate is applied and checked again, and is taken only if the finding is gone and no other
one came.
"""

from collections.abc import Callable, Iterable, Sequence

from conte.checks.finding import Finding
from conte.revision.applying import apply_all
from conte.revision.findings import compare
from conte.revision.operations import Operation
from conte.revision.refusals import NotApplied
from conte.revision.working import Working

Operations = tuple[Operation, ...]
Check = Callable[[Working], tuple[Finding, ...]]
Candidates = Callable[[Working, Finding], Iterable[Operations]]
"""Function that returns candidates for a finding, the best first."""

MOST_TRIED = 12
"""Most candidates that are tried for a finding: each costs a check of the whole conte."""
MOST_MENDED = 24
"""Most findings of a conte for which operations are searched, the first ones."""


def mends(
    working: Working,
    findings: Sequence[Finding],
    found: Sequence[Finding],
    check: Check,
    candidates: Candidates,
) -> tuple[Operations, ...]:
    """Return the operations that solve each finding; empty where no candidate does.

    `findings` may have been stored under other rules; `found`: what `check` finds now. Findings
    that are not found any more need no operations.
    """
    return tuple(
        _first(working, one, found, check, candidates)
        if place < MOST_MENDED and one in found
        else ()
        for place, one in enumerate(findings)
    )


def _first(
    working: Working,
    finding: Finding,
    found: Sequence[Finding],
    check: Check,
    candidates: Candidates,
) -> Operations:
    for number, operations in enumerate(candidates(working, finding)):
        if number >= MOST_TRIED:
            break
        if operations and solves(working, finding, operations, found, check):
            return operations
    return ()


def solves(
    working: Working,
    finding: Finding,
    operations: Operations,
    found: Sequence[Finding],
    check: Check,
) -> bool:
    """Return whether the operations apply, remove the finding and cause no new one."""
    try:
        after = apply_all(working, operations)
    except (NotApplied, ValueError):
        return False
    compared = compare(found, working.conte, check(after), after.conte)
    return not compared.new and any(one.finding == finding for one in compared.solved)
