"""Records in a file for `up` whether the applications run, or why one could not start."""

import re
from pathlib import Path

from serve.whole import write_whole


class Watch:
    """Watches Serve until every application has started or one has failed."""

    def __init__(self, home: Path) -> None:
        self._home, self._settled = home, False

    def look(self) -> None:
        if self._settled:
            return
        from ray import serve

        statuses = list(serve.status().applications.values())
        for status in statuses:
            if status.status == "DEPLOY_FAILED":
                told = [deployment.message for deployment in status.deployments.values()]
                write_whole(
                    self._home / "boot-error.txt",
                    f"the graph could not start: {cause([*told, status.message])}",
                )
                self._settled = True
                return
        if statuses and all(status.status == "RUNNING" for status in statuses):
            (self._home / "serving").touch()
            self._settled = True


def cause(messages: list[str]) -> str:
    """Return the line of these tracebacks that names the cause."""
    lines = [line.strip() for message in messages for line in message.splitlines()]
    named = [line for line in lines if re.match(r"[\w.]*(Error|Exception)\b.*: .", line)]
    said = (named or [line for line in lines if line] or ["unknown"])[-1]
    return said.removeprefix("ValueError: ")[:1000]
