"""Runs checks in parallel, each with a time limit: a check that hangs or raises becomes a line."""

import threading
from collections.abc import Callable, Mapping, Sequence

from serve.doctor.line import Line, wrong

WITHIN_S = 30.0
Check = Callable[[], Sequence[Line]]


def checked(checks: Mapping[str, Check], within_s: float = WITHIN_S) -> list[Line]:
    """Return the lines of all checks, in their order."""
    found: dict[str, Sequence[Line]] = {}

    def run(part: str, check: Check) -> None:
        try:
            found[part] = check()
        except Exception as error:  # a check that breaks must not hide the others
            said = f"{type(error).__name__}: {error}".splitlines()[0]
            found[part] = [wrong(part, said, "this check itself failed: report it with this line")]

    # Daemons: a call that hangs must not keep the command from ending.
    threads = {
        part: threading.Thread(target=run, args=(part, check), daemon=True)
        for part, check in checks.items()
    }
    for thread in threads.values():
        thread.start()
    lines: list[Line] = []
    for part, thread in threads.items():
        thread.join(within_s)
        late = wrong(part, f"no answer within {within_s:g} s", "is its address right, and open?")
        lines += found.get(part, [late])
    return lines
