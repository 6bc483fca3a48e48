"""Deletes vault files that no row names any more; equal content is stored only once."""

import asyncio
from collections.abc import Iterable

from sqlalchemy import or_, select

from crawl.key_frames import single_files
from crawl.records.tables import clips, rows, videos
from crawl.videos.worker_context import WorkerContext
from serve.database.engine import Database

_v, _r, _c = videos.c, rows.c, clips.c


def remove_unused(context: WorkerContext, keys: Iterable[str]) -> tuple[int, int]:
    """Delete those of the keys that no row names; return how many were deleted and kept."""
    wanted = {key for key in keys if key}
    used = used_keys(context.records, wanted)
    for key in sorted(wanted - used):
        asyncio.run(context.vault.remove(key))
    return len(wanted - used), len(used)


def used_keys(records: Database, keys: set[str]) -> set[str]:
    """Return the keys that a video or a clip still names."""
    if not keys:
        return set()
    used: set[str] = set()
    with records.reading() as connection:
        in_videos = select(_v.analysis_key, _v.best_key).where(
            or_(_v.analysis_key.in_(keys), _v.best_key.in_(keys))
        )
        for row in connection.execute(in_videos):
            used |= keys & set(row)
        packed = select(_r.frames_key).where(_r.frames_key.in_(keys))
        used |= set(connection.execute(packed).scalars())
        # One pass over all clips, regardless of the number of keys: single frames are stored as a
        # JSON list.
        every = select(_c.frames, _c.file_key).execution_options(yield_per=2000)
        for frames, file_key in connection.execute(every):
            if file_key in keys:
                used.add(file_key)
            if any(key in frames for key in keys - used):
                used |= keys & single_files(frames)
    return used
