"""Steps of a loop, each done once: its result is stored, and the same command continues after it.

A step that was killed starts again; the jobs that it runs continue by themselves.
"""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from serve.whole import write_whole

STATE = "loop.json"
Told = dict[str, Any]


class StepFailed(Exception):
    """A step failed; the message is for a person. Results of earlier steps are kept."""


class OtherLoop(Exception):
    """The folder has a loop of another recipe."""


class Steps:
    """Steps of the loop in a folder.

    Raises:
        OtherLoop: if the folder's loop was begun with another recipe.
    """

    def __init__(self, out: Path, recipe: str, say: Callable[[str], None]) -> None:
        self.out, self._say = out, say
        self._path = out / STATE
        out.mkdir(parents=True, exist_ok=True)
        self._state: Told = {"recipe": recipe, "steps": {}}
        if self._path.exists():
            self._state = json.loads(self._path.read_text("utf-8"))
            if self._state["recipe"] != recipe:
                raise OtherLoop(
                    f"--home: {out} has a loop of another recipe; choose another folder"
                )

    @property
    def done(self) -> dict[str, Told]:
        """Result of each step that is done, in order, with its `seconds`."""
        return self._state["steps"]

    def step(self, name: str, title: str, work: Callable[[], Told]) -> Told:
        """Return the stored result of a step, or do its work and store the result.

        Raises:
            StepFailed: if the work fails.
        """
        if name in self.done:
            return self.done[name]
        self._say(f"{title} ...")
        began = time.monotonic()
        told = work() | {"seconds": round(time.monotonic() - began, 1)}
        self.done[name] = told
        self._write()
        self._say(f"{title}: {told['seconds']:.0f} s")
        return told

    def _write(self) -> None:
        write_whole(self._path, json.dumps(self._state, ensure_ascii=False, indent=1))
