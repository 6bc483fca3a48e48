"""Every process of a command, Ray's included, found by a mark in its environment."""

import os
import signal
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


class MarkedProcesses:
    """What is started with `env`, and what that starts, however it detaches itself."""

    def __init__(self) -> None:
        self.env = {"SIAN_MARK": uuid.uuid4().hex}
        self._mark = f"SIAN_MARK={self.env['SIAN_MARK']}\0".encode()
        self._cpu_s: dict[int, float] = {}

    def titles(self) -> Iterator[tuple[int, str]]:
        """Ids, ascending, and command lines."""
        for process in sorted(Path("/proc").glob("[0-9]*"), key=lambda path: int(path.name)):
            with suppress(OSError):
                if self._mark in (process / "environ").read_bytes():
                    title = (process / "cmdline").read_bytes().replace(b"\0", b" ")
                    yield int(process.name), title.decode(errors="replace")

    def kill(self) -> None:
        for pid, _ in self.titles():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def looked_at(self) -> dict[int, int]:
        """Resident bytes of each now; what each has used of the processor is remembered."""
        resident: dict[int, int] = {}
        for pid, _ in self.titles():
            with suppress(OSError, IndexError):
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                self._cpu_s[pid] = (int(fields[11]) + int(fields[12])) / _TICKS
                resident[pid] = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
        return resident

    @property
    def cpu_s(self) -> float:
        """Processor seconds of all processes that were ever looked at."""
        return sum(self._cpu_s.values())
