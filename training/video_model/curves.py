"""Figures of a run by step, as JSON lines and for TensorBoard. Written by rank 0."""

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from serve.whole import write_whole

Row = dict[str, Any]


class Curves:
    """Writer of the curves. A resumed run first drops the rows after its checkpoint, so that no
    step occurs twice.

    `wrong`: why a row could not be written, as on a full disk. Rank 0 cannot stop on its own,
    because the others would wait for it, so it only records the error.
    """

    def __init__(self, folder: Path, after: int) -> None:
        # Here, for a report reads curves without torch.
        from torch.utils.tensorboard.writer import SummaryWriter

        self.wrong = ""
        self._path = folder / "curves.jsonl"
        kept = [row for row in read_curves(folder) if row["step"] <= after]
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(self._path, "".join(json.dumps(row) + "\n" for row in kept))
        self._file = self._path.open("a", encoding="utf-8")
        self._board: Any = SummaryWriter(str(folder / "tensorboard"), purge_step=after + 1)

    def add(self, step: int, **values: float) -> None:
        if self.wrong:
            return  # a row after a lost one would hide the gap
        try:
            self._file.write(json.dumps({"step": step, **values}) + "\n")
            self._file.flush()
            for name, value in values.items():
                self._board.add_scalar(name, value, step)
        except OSError as error:
            self.wrong = f"the curves of step {step} cannot be written: {error}; run the same again"

    def close(self) -> None:
        for each in (self._file, self._board):
            with suppress(OSError):
                each.close()


def read_curves(folder: Path) -> list[Row]:
    return list(_rows(folder / "curves.jsonl"))


def _rows(path: Path) -> Iterator[Row]:
    if not path.exists():
        return
    for line in path.read_text("utf-8").splitlines():
        try:
            row = json.loads(line)
        except ValueError:
            return  # the last line of a run that was killed
        yield row
