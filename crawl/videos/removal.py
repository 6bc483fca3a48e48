"""Removes a video: writes its tombstone, then deletes every trace of it.

The tombstone and the tables change in one transaction: from then on nothing with this id is
requested, analysed, captioned or published. Files are listed on the tombstone and deleted after it;
the next run finishes a removal that was killed.
"""

import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select, update

from crawl.caption.answers import forget_answers
from crawl.caption.manifest import AGAIN, SourceVideo
from crawl.dataset import remove_video
from crawl.key_frames import single_files
from crawl.records.intended import taken
from crawl.records.tables import clips, pace, rows, tombstones, videos
from crawl.videos.manifest import MANIFEST, write_manifest
from crawl.videos.reasons import without_urls
from crawl.videos.unused import remove_unused
from crawl.videos.video_list import BLANK, REMOVED
from crawl.videos.work_folder import scratch_in, sweep
from crawl.videos.worker_context import WorkerContext
from serve.database.clock import db_now
from serve.database.upsert import insert_into
from serve.stored import text_of

_v, _r, _c, _t, _p = videos.c, rows.c, clips.c, tombstones.c, pace.c
_OF_REMOVED = "a clip of a removed video"


@dataclass(frozen=True)
class Removed:
    video: str
    clips: int
    answers: int
    files: int
    kept_files: int
    """Number of files that stay, because other videos use them as well."""
    published_clips: int = 0


class Removal:
    def __init__(self, context: WorkerContext) -> None:
        self._context, self._records = context, context.records

    def remove(self, ids: Iterable[str], reason: str) -> list[Removed]:
        """Remove videos; an unknown one will never be added to the list. Idempotent."""
        found = [self._bury(one, reason) for one in dict.fromkeys(ids)]
        return self._finished(found)

    def finish(self) -> list[Removed]:
        """Finish removals of killed runs."""
        with self._records.asking() as connection:
            left = list(connection.execute(select(_t.id).where(_t.done_at.is_(None))).scalars())
        return self._finished([(one, 0, 0) for one in left])

    def _finished(self, buried: Sequence[tuple[str, int, int]]) -> list[Removed]:
        removed = [self._finish(*one) for one in buried]
        manifest = self._context.settings.out / MANIFEST
        if removed and manifest.exists():
            write_manifest(self._records, manifest)
        if removed:
            self._records.forget()
        return removed

    def _bury(self, video: str, reason: str) -> tuple[str, int, int]:
        """Write the tombstone and clear the tables; return the id and how many clips and answers
        went."""
        with self._records.writing() as connection:
            # A worker on the video has finished before this begins, or finds the tombstone.
            for table in (videos, rows):
                connection.execute(select(table.c.id).where(table.c.id == video).with_for_update())
            keys = _keys_of(connection, video) | taken(connection, video)
            known = connection.execute(select(_t.files).where(_t.id == video)).scalar()
            keys |= set(json.loads(known or "[]"))
            connection.execute(
                insert_into(connection, tombstones)
                .values(id=video, reason=reason, at=db_now(), files=json.dumps(sorted(keys)))
                .on_conflict_do_update(
                    index_elements=[_t.id],
                    set_={"files": json.dumps(sorted(keys)), "done_at": None},
                )
            )
            connection.execute(
                update(videos).where(_v.id == video).values(**BLANK, changed_at=db_now())
            )
            _forget_mentions(connection, video)
            num_clips = connection.execute(delete(clips).where(_c.video == video)).rowcount
            num_answers = forget_answers(connection, video)
            connection.execute(
                update(rows)
                .where(_r.id == video)
                .values(
                    state=REMOVED,
                    reason=reason,
                    source=text_of(SourceVideo(id=video, uri=REMOVED)),
                    stream="",
                    seconds="",
                    frames_key="",
                    owner="",
                    changed_at=db_now(),
                )
            )
        return video, num_clips, num_answers

    def _finish(self, video: str, num_clips: int, num_answers: int) -> Removed:
        context = self._context
        shutil.rmtree(context.folder(video), ignore_errors=True)
        # Cached lists may still name the video; they will be fetched again.
        shutil.rmtree(context.lists, ignore_errors=True)
        sweep(scratch_in(context.settings.work_folder))
        published = sum(
            remove_video(self._records, url, video) for url in context.settings.dataset_urls
        )
        with self._records.asking() as connection:
            told = connection.execute(select(_t.files).where(_t.id == video)).scalar_one()
        removed, kept = remove_unused(context, json.loads(told))
        with self._records.writing() as connection:
            connection.execute(
                update(tombstones)
                # Files that a caption worker has added meanwhile are deleted by the next run.
                .where(_t.id == video, _t.files == told)
                .values(files="[]", done_at=db_now())
            )
        return Removed(video, num_clips, num_answers, removed, kept, published)


def _keys_of(connection: Connection, video: str) -> set[str]:
    """Return the vault keys that rows name for a video: renditions, clips, key frames."""
    keys: set[str] = set()
    for row in connection.execute(select(_v.analysis_key, _v.best_key).where(_v.id == video)):
        keys |= set(row)
    keys |= set(connection.execute(select(_r.frames_key).where(_r.id == video)).scalars())
    mine = select(_c.frames, _c.file_key).where(_c.video == video)
    for frames, file_key in connection.execute(mine):
        keys |= {file_key, *single_files(frames)}
    return keys - {""}


def _forget_mentions(connection: Connection, video: str) -> None:
    """Remove mentions in other rows: near-duplicates of the video's clips, reasons of stopped
    hosts, and repeated manifest rows with its id."""
    prefix = f"{video}#"
    like = func.substr(_c.reason, 1, len(prefix)) == prefix
    connection.execute(
        update(clips).where(_c.state == "duplicate", like).values(reason=_OF_REMOVED)
    )
    stopped = select(_p.host, _p.stopped).where(_p.stopped.contains("://"))
    for host, reason in connection.execute(stopped).all():
        connection.execute(update(pace).where(_p.host == host).values(stopped=without_urls(reason)))
    again = f"{video}{AGAIN}"
    mine = func.substr(_r.id, 1, len(again)) == again
    for dataset, name in connection.execute(select(_r.dataset, _r.id).where(mine)).all():
        connection.execute(
            update(rows)
            .where(_r.dataset == dataset, _r.id == name)
            .values(state=REMOVED, source=text_of(SourceVideo(id=name, uri=REMOVED)))
        )
