"""What junit files say: how many passed, and how long each test took."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from xml.etree import ElementTree


@dataclass
class Results:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    durations: dict[str, float] = field(default_factory=dict[str, float])
    """Seconds of each test, its fixtures included."""

    def __iadd__(self, other: "Results") -> Self:
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.durations |= other.durations
        return self

    def slowest(self, most: int) -> list[tuple[float, str]]:
        return sorted(((s, test) for test, s in self.durations.items()), reverse=True)[:most]


def results_in(report: Path) -> Results:
    """Read the results; empty if pytest ended without a report."""
    found = Results()
    if not report.exists():
        return found
    for case in ElementTree.parse(report).iter("testcase"):
        test = f"{case.get('classname')}::{case.get('name')}"
        found.durations[test] = found.durations.get(test, 0) + float(case.get("time", 0))
        outcome = {child.tag for child in case} & {"failure", "error", "skipped"}
        if not outcome:
            found.passed += 1
        elif outcome == {"skipped"}:
            found.skipped += 1
        else:
            found.failed += 1
    return found
