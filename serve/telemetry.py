"""Structured logs: one JSON object per line, with the production and its tenant. Written to a file
or to stderr.

Logs names and numbers, never briefs, keys or headers.
"""

import json
import logging
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any, Literal, Protocol

from serve.private import private_home

production_id: ContextVar[str | None] = ContextVar("production_id", default=None)
tenant_id: ContextVar[str | None] = ContextVar("tenant_id", default=None)

LogPlace = Literal["files", "stderr"]
FILE_BYTES = 50 << 20
"""Size of a log file, in bytes, at which the next one is begun."""
OLDER_FILES = 4
"""Number of full files that are kept."""

_log = logging.getLogger("sian")


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON. Other libraries' records have their message as the
    event.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            "logger": record.name,
        }
        for name, variable in (("production", production_id), ("tenant", tenant_id)):
            if (value := variable.get()) is not None:
                line[name] = value
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class WhereToLog(Protocol):
    """Settings that determine where logs go."""

    @property
    def home(self) -> Path: ...
    @property
    def log(self) -> LogPlace: ...


def log_as_set(settings: WhereToLog, name: str) -> None:
    """Write this process's log where the settings direct. Call it once, at the start."""
    log_to(settings.log, settings.home, name)


def log_to(place: LogPlace, home: Path, name: str) -> None:
    if place == "stderr":
        log_to_stderr()
    else:
        log_to_files(home, name)


def log_to_files(home: Path, name: str, level: int = logging.INFO) -> Path:
    """Write this process's log to `home`/logs/NAME-PID.jsonl and return that path.

    A full file becomes NAME-PID.jsonl.1, and so on; the oldest is removed.
    """
    path = home / "logs" / f"{name}-{os.getpid()}.jsonl"
    private_home(home)
    path.parent.mkdir(exist_ok=True)
    _send_to(
        RotatingFileHandler(
            path, maxBytes=FILE_BYTES, backupCount=OLDER_FILES, encoding="utf-8", delay=True
        ),
        level,
    )
    return path


def rotated(path: Path) -> None:
    """Rename a full log. Call it before its writer starts, which would otherwise continue in the
    renamed file."""
    with suppress(OSError):
        if path.stat().st_size >= FILE_BYTES:
            path.replace(path.with_name(f"{path.name}.1"))


def log_to_stderr(level: int = logging.INFO) -> None:
    _send_to(logging.StreamHandler(sys.stderr), level)


def _send_to(handler: logging.Handler, level: int) -> None:
    handler.setFormatter(JsonLines())
    for old in _log.handlers[:]:
        _log.removeHandler(old)
        old.close()
    _log.addHandler(handler)
    _log.setLevel(level)
    # Not passed on to the root logger, which Ray formats its own way.
    _log.propagate = False


def log(
    event: str, *, level: int = logging.INFO, error: BaseException | None = None, **fields: Any
) -> None:
    """Log a named event, such as "http.answered", with fields."""
    _log.log(level, event, extra={"fields": fields}, exc_info=error)


@contextmanager
def about(production: str, tenant: str | None = None) -> Generator[None]:
    """Add the production to every line logged within the block."""
    tokens = production_id.set(production), tenant_id.set(tenant or tenant_id.get())
    try:
        yield
    finally:
        production_id.reset(tokens[0])
        tenant_id.reset(tokens[1])
