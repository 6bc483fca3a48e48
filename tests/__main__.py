"""Every test, phase by phase: `python -m tests`, which is what `make test` runs.

Each phase is a run of pytest of its own, so that its cluster and its memory are gone before the next
one starts in its place. Left in `.tests/`: what each phase printed, a junit file for each, and the
slowest tests of all (`durations.txt`). Ends with 1 where a test failed, after all phases.
"""

import argparse
import os
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from tests.memory_watch import MemoryWatch
from tests.phases import LIGHT, ORDER, PHASES, TORCH, arguments_of, may_begin
from tests.results import Results, results_in

REPORTS = Path(".tests")
NOTHING_SELECTED = 5
"""Pytest's exit code where no test was selected, as in a phase of long proofs only."""


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests", description=__doc__)
    options.add_argument("phases", nargs="*", default=[], help=f"{LIGHT}, {', '.join(PHASES)}")
    options.add_argument("--workers", type=int, default=2, help="processes of the light phase")
    options.add_argument("--lanes", type=int, default=2, help="phases at once")
    options.add_argument("-m", dest="marks", default="not prove", help="as pytest's -m")
    options.add_argument("--slowest", type=int, default=40, help="tests in durations.txt")
    chosen = options.parse_args()
    phases = chosen.phases or [LIGHT, *PHASES]
    REPORTS.mkdir(exist_ok=True)
    with MemoryWatch() as memory, ThreadPoolExecutor(chosen.lanes) as side_by_side:
        waiting = Waiting([phase for phase in ORDER if phase in phases])
        lanes = [
            side_by_side.submit(_all_passed, chosen, memory, waiting) for _ in range(chosen.lanes)
        ]
        passed = all(lane.result() for lane in lanes)
    all_results = Results()
    for phase in phases:
        all_results += results_in(_report(phase))
    slowest = all_results.slowest(chosen.slowest)
    (REPORTS / "durations.txt").write_text("".join(f"{s:8.1f} s  {t}\n" for s, t in slowest))
    print(
        f"peak memory: {memory.peak_gib:.1f} GiB above the {memory.before_gib:.1f} in use before, "
        f"during {' and '.join(memory.at_peak) or 'nothing'}"
    )
    print(
        f"{all_results.passed} passed, {all_results.failed} failed, {all_results.skipped} skipped"
    )
    return int(not passed)


class Waiting:
    """The phases that have not begun. What may not run beside what runs waits until that ends."""

    def __init__(self, phases: list[str]) -> None:
        self._phases, self._running = phases, list[str]()
        self._changed = threading.Condition()

    @contextmanager
    def next(self) -> Generator[str]:
        """Yield the first phase that may begin, which runs until the block ends; "": none is left."""
        with self._changed:
            while (phase := self._first()) is None:
                self._changed.wait()
            if phase:
                self._phases.remove(phase)
                self._running.append(phase)
        try:
            yield phase
        finally:
            with self._changed:
                if phase:
                    self._running.remove(phase)
                self._changed.notify_all()

    def _first(self) -> str | None:
        if not self._phases:
            return ""
        return next((one for one in self._phases if may_begin(one, self._running)), None)


def _all_passed(chosen: argparse.Namespace, memory: MemoryWatch, waiting: Waiting) -> bool:
    outcomes: list[bool] = []
    while True:
        with waiting.next() as phase:
            if not phase:
                return all(outcomes)
            with memory.during(phase):
                outcomes.append(_passed(chosen, phase))


def _passed(chosen: argparse.Namespace, phase: str) -> bool:
    _report(phase).unlink(missing_ok=True)
    # A file in one process, and the files in the order of conftest.py: by default those of most
    # tests come first.
    several = ["-n", str(chosen.workers), "--dist", "loadfile", "--no-loadscope-reorder"]
    command = [
        # Its plugin takes two CPU seconds of each start, for fixtures that no test asks for.
        sys.executable, "-m", "pytest", "-p", "no:schemathesis",
        "-q", "-m", chosen.marks, f"--junitxml={_report(phase)}",
        *(several if phase == LIGHT and chosen.workers > 1 else []),
        *arguments_of(phase),
    ]  # fmt: skip
    began = time.monotonic()
    print(f"== {phase}: begins", flush=True)
    if phase == LIGHT or chosen.lanes == 1:
        code = subprocess.call(command, env=environment_of(phase))
    else:
        code = _kept_apart(command, environment_of(phase), _report(phase).with_suffix(".txt"))
    print(f"== {phase}: {time.monotonic() - began:.0f} s", flush=True)
    return code in (0, NOTHING_SELECTED)


def _kept_apart(command: list[str], environment: dict[str, str], printed: Path) -> int:
    """Prints what it said in one piece, when it has ended: another lane prints meanwhile."""
    with printed.open("wb") as file:
        code = subprocess.call(command, env=environment, stdout=file, stderr=subprocess.STDOUT)
    print(printed.read_text("utf-8", "replace"), end="", flush=True)
    return code


def _report(phase: str) -> Path:
    return REPORTS / f"{phase}.xml"


def environment_of(phase: str) -> dict[str, str]:
    """Return the variables that a phase's processes run with, its clusters' included."""
    environment = os.environ | {
        # Ray's workers would run at nice 15, and starve beside whatever else the machine does.
        "RAY_worker_niceness": "0",
        # Nobody looks at what its agent measures of every process every five seconds.
        "REPORTER_UPDATE_INTERVAL_MS": "60000",
    }
    if phase == TORCH:
        # Else the C library gives a tensor's memory back, and the kernel clears it anew.
        environment |= {
            "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
            "MALLOC_TRIM_THRESHOLD_": str(1 << 30),
        }
    # A hundred processes would each compile what they import, and pytest rewrite every test anew.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


if __name__ == "__main__":
    sys.exit(main())
