"""Clips of a job that may be published now: captioned, cut, permitted and not removed."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from conte.clip_caption import CaptionProvenance, ClipCaption
from crawl.analysis.analysis import DetectedShot, Stream
from crawl.caption.manifest import SourceVideo
from crawl.dataset.clip_row import facts_of_clip
from crawl.key_frames import KeyFrame, key_frames
from crawl.permission import stored_permission
from crawl.records.tables import clips, rows, tombstones, videos
from serve.database.clock import db_now
from serve.database.engine import Database
from serve.stored import read

REMOVED = "removed"
LAPSED = "permission no longer holds"
_r, _c, _v = rows.c, clips.c, videos.c
_PAGE = 200
"""Videos per query, so that the read transaction ends before their shards are written."""


@dataclass(frozen=True)
class ReadyClip:
    facts: dict[str, Any]
    file_key: str
    frames: tuple[KeyFrame, ...]


class ReadyClips:
    """One pass over a dataset's clips, in manifest order. Counts the clips that it leaves out."""

    def __init__(self, records: Database, dataset: str) -> None:
        self._records, self._dataset = records, dataset
        self.left_out: Counter[str] = Counter()
        """Number of clips by reason; complete after the pass."""

    def __iter__(self) -> Iterator[ReadyClip]:
        self.left_out.clear()
        last = -1
        while True:
            with self._records.reading() as connection:
                page = connection.execute(
                    select(_r.id, _r.position, _r.source, _r.stream, _r.frames_key)
                    .where(_r.dataset == self._dataset, _r.state == "done", _r.position > last)
                    .order_by(_r.position)
                    .limit(_PAGE)
                ).all()
                if not page:
                    return
                last = page[-1].position
                ids = [row.id for row in page]
                sources = _as_known(connection, page)
                refused = _refused(connection, sources)
                found = self._clips(connection, ids)
            for row in page:
                mine = found.get(row.id, [])
                if row.id in refused:
                    self.left_out[refused[row.id]] += len(mine)
                else:
                    yield from _ready(sources[row.id], row, mine)

    def _clips(self, connection: Connection, ids: list[str]) -> dict[str, list[Any]]:
        query = (
            select(clips)
            .where(
                _c.dataset == self._dataset,
                _c.video.in_(ids),
                _c.state == "captioned",
                _c.file_key != "",
            )
            .order_by(_c.video, _c.number)
        )
        found: dict[str, list[Any]] = {}
        for clip in connection.execute(query):
            found.setdefault(clip.video, []).append(clip)
        return found


def removed_among(records: Database, ids: set[str]) -> set[str]:
    """Return those of the videos that have a tombstone now."""
    gone: set[str] = set()
    wanted = sorted(ids)
    with records.reading() as connection:
        for start in range(0, len(wanted), _PAGE):
            gone |= _tombstones(connection, wanted[start : start + _PAGE])
    return gone


def _as_known(connection: Connection, page: Sequence[Any]) -> dict[str, SourceVideo]:
    """Return the manifest's rows with the permissions that the videos job knows now.

    A permission may have been renewed since the manifest was written, or withdrawn.
    """
    sources = {row.id: read(SourceVideo, row.source) for row in page}
    known = select(_v.id, _v.permission).where(_v.id.in_(sources))
    found: Any = connection.execute(known)
    for id_, text in found:
        permission = stored_permission(text)
        sources[id_] = sources[id_].model_copy(update={"permission": permission})
    return sources


def _refused(connection: Connection, sources: Mapping[str, SourceVideo]) -> dict[str, str]:
    """Return why videos may not be published: a tombstone, or a permission that does not hold
    now."""
    now = float(connection.execute(select(db_now())).scalar_one())
    refused = {
        id_: LAPSED
        for id_, source in sources.items()
        if source.permission is None or not source.permission.holds(now)
    }
    return refused | dict.fromkeys(_tombstones(connection, list(sources)), REMOVED)


def _tombstones(connection: Connection, ids: list[str]) -> set[str]:
    query = select(tombstones.c.id).where(tombstones.c.id.in_(ids))
    return set(connection.execute(query).scalars())


def _ready(source: SourceVideo, row: Any, found: list[Any]) -> Iterator[ReadyClip]:
    stream = read(Stream, row.stream)
    for clip in found:
        facts = facts_of_clip(
            clip.id,
            clip.number,
            source,
            stream,
            read(DetectedShot, clip.shot),
            read(ClipCaption, clip.caption),
            read(CaptionProvenance, clip.provenance),
            clip.file_key,
        )
        yield ReadyClip(facts, clip.file_key, key_frames(row.frames_key, clip.frames))
