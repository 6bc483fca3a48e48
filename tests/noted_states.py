"""Every change of a row's or a clip's state in a job's records, noted by the database itself."""

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

NOTED = """
CREATE TABLE noted (id TEXT, state TEXT);
CREATE TRIGGER noting AFTER UPDATE OF state ON caption_rows WHEN NEW.state != OLD.state
BEGIN INSERT INTO noted VALUES (NEW.id, NEW.state); END;
CREATE TABLE noted_clips (id TEXT, state TEXT);
CREATE TRIGGER noting_clips AFTER UPDATE OF state ON caption_clips WHEN NEW.state != OLD.state
BEGIN INSERT INTO noted_clips VALUES (NEW.id, NEW.state); END;
"""


def asked(records: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(records, timeout=300)) as database:
        return database.execute(query).fetchall()


def note(records: Path) -> None:
    with closing(sqlite3.connect(records, timeout=300)) as database:
        database.executescript(NOTED)


def done_twice(records: Path) -> list[tuple[str, str]]:
    """What came into one state more than once: (id, state) of videos and clips."""
    noted = Counter(asked(records, "SELECT id, state FROM noted"))
    noted.update(asked(records, "SELECT id, state FROM noted_clips"))
    return [what for what, times in noted.items() if times > 1]
