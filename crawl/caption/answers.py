"""Deletes stored answers of paid models about clips of removed videos."""

from sqlalchemy import Connection, delete, func, select

from crawl.records.tables import tombstones
from deployments.engines.paid.tables import answers

_t = tombstones.c


def is_removed(connection: Connection, clip: str) -> bool:
    video = clip.rpartition("#")[0]
    return connection.execute(select(_t.id).where(_t.id == video)).first() is not None


def forget_answers(connection: Connection, video: str) -> int:
    """Delete the answers about a video's clips; return how many."""
    # Not LIKE, which reads `%` and `_` in an id as wildcards and in SQLite ignores case.
    prefix = f"{video}#"
    clips = func.substr(answers.c.clip, 1, len(prefix)) == prefix
    return connection.execute(delete(answers).where(clips)).rowcount
