"""Starts with every Python process of the release before, and gives its databases this one's tables.

Put in its path as `sitecustomize`. What 0.1 refuses, newer tables, is let through: a process of it that
was there before they were migrated does not look again.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

MADE, NEWER = "SIAN_TEST_MADE", "SIAN_TEST_NEWER"
"""Variables: a file that lists the databases that have the tables, and this release's folder."""
_MAKE = """
import sys

from serve.ledger.ledger import Ledger

for line in sys.stdin:
    try:
        Ledger.open(line.strip()).close()
        print("made", flush=True)
    except Exception as error:
        print("not made:", type(error).__name__, flush=True)
"""


class Maker:
    """A process of this release, which makes the tables of one database after another."""

    def __init__(self) -> None:
        self._made, self._newer = Path(os.environ[MADE]), os.environ[NEWER]
        self._process: subprocess.Popen[str] | None = None

    def make(self, url: str) -> bool:
        """Return whether the database has the tables now."""
        if self._made.exists() and url in self._made.read_text().splitlines():
            return True
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _MAKE], cwd=self._newer, text=True,
                env=os.environ | {"PYTHONPATH": self._newer},
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )  # fmt: skip
        process = self._process
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(f"{url}\n")
        process.stdin.flush()
        if process.stdout.readline() != "made\n":
            return False
        with self._made.open("a") as file:
            file.write(f"{url}\n")
        return True


def take_effect() -> None:
    """Let the old code open databases in which the newer tables are."""
    try:
        from serve.ledger import engine  # pyright: ignore[reportAttributeAccessIssue]
    except ImportError:
        return  # a process that knows nothing of Sian
    database: Any = engine.Database
    opens, maker = database.open.__func__, Maker()

    def opened(cls: Any, address: str, migrate: Any = None) -> Any:
        ours = migrate is None and address.startswith(("sqlite:", "postgresql:"))
        if not ours or not maker.make(address):
            return opens(cls, address, migrate)
        return opens(cls, address, lambda _: None)

    database.open = classmethod(opened)


if __name__ == "sitecustomize":
    take_effect()
