"""What is remembered of paid models' answers about clips: nothing of a video that was removed."""

from sqlalchemy import Connection, delete, func, select

from crawl.records.tables import tombstones
from deployments.engines.paid.tables import answers

_t = tombstones.c


def is_removed(connection: Connection, clip: str) -> bool:
    video = clip.rpartition("#")[0]
    return connection.execute(select(_t.id).where(_t.id == video)).first() is not None


def forget_answers(connection: Connection, video: str) -> int:
    """Remove what was answered about a video's clips; how many answers that were."""
    # Not LIKE, to which an id's letters may have a meaning, and in SQLite no case.
    prefix = f"{video}#"
    clips = func.substr(answers.c.clip, 1, len(prefix)) == prefix
    return connection.execute(delete(answers).where(clips)).rowcount
