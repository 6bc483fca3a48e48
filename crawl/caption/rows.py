"""Durable state of each video, one row per video: its stage, results, and why it was left out.

Every write carries the run's id as a fence, and every step is one transaction: a worker that dies
leaves the row as it was before, and a run that was taken over can write nothing. Within a run each
row that is begun has a claim: a worker that was given up for dead, and whose video another one has
begun since, can write nothing about it.
"""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from conte.clip_caption import CaptionProvenance, ClipCaption
from crawl.analysis.analysis import DetectedShot, Stream
from crawl.caption.dataset_run import fenced
from crawl.caption.manifest import SourceVideo, listed_as
from crawl.key_frames import KeyFrame, Range, key_frames
from crawl.records.intended import settle
from crawl.records.tables import clips, rows, tombstones
from serve.database.clock import db_now
from serve.database.engine import Database
from serve.database.upsert import insert_into
from serve.stored import data_of, read, text_of

NO_PERMISSION = "no permission"
REMOVED = "removed"
_r, _c, _f = rows.c, clips.c, clips.alias("first").c
_CHUNK = 500


@dataclass(frozen=True)
class FoundClip:
    """A clip found by the analysis. `reason`: why it is not worth learning from; empty if it is."""

    shot: DetectedShot
    reason: str
    frames: tuple[Range, ...]
    """The clip's key frames in the file of the video's key frames."""


@dataclass(frozen=True)
class KeptClip:
    id: str
    video: str
    number: int
    shot: DetectedShot
    frames: tuple[KeyFrame, ...]
    caption: ClipCaption | None


@dataclass(frozen=True)
class Begun:
    """A row whose stage was begun by a worker."""

    source: SourceVideo
    stream: Stream | None
    """The video stream; None before the analysis."""


class LostVideo(Exception):
    """Another worker has begun the video since: this one was given up for dead."""


def clip_id(video: str, shot: DetectedShot) -> str:
    return f"{video}#{shot.span.start}-{shot.span.end}"


class Rows:
    """The rows of one dataset, written by one run."""

    def __init__(self, records: Database, dataset: str, run: str) -> None:
        self._records, self._dataset, self._run = records, dataset, run
        self._claims: dict[str, str] = {}
        """Video -> the claim under which these rows have begun it."""

    def enlist(self, videos: Sequence[SourceVideo]) -> int:
        """Add the new videos, in order; return how many there were."""
        with self._records.writing() as connection:
            fenced(connection, self._dataset, self._run)
            listed = (listed_as(video.id) for video in videos)
            gone = _among(connection, tombstones.c.id, listed)
            last = connection.execute(
                select(func.coalesce(func.max(_r.position), -1)).where(self._here)
            ).scalar_one()
            known = _among(connection, _r.id, (video.id for video in videos), self._here)
            # The first of two rows with one id stays, as it does between two manifests.
            new: dict[str, SourceVideo] = {}
            for video in videos:
                if video.id not in known:
                    new.setdefault(video.id, video)
            now = connection.execute(select(db_now())).scalar_one()
            values = [
                {
                    "dataset": self._dataset,
                    "id": video.id,
                    "position": position,
                    "source": text_of(_kept_of(video, gone)),
                    "changed_at": now,
                }
                | _first_state(video, gone)
                for position, video in enumerate(new.values(), last + 1)
            ]
            if values:
                connection.execute(_insert_new(connection, rows), values)
        return len(new)

    def unlist(self, after: int) -> None:
        """Delete the rows at positions after `after`: their manifest turned out to be wrong."""
        with self._records.writing() as connection:
            fenced(connection, self._dataset, self._run)
            connection.execute(delete(rows).where(self._here, _r.position > after))

    def known_as_others(self, videos: Sequence[SourceVideo]) -> list[str]:
        """Return those ids under which the dataset has other files; the dataset keeps its own.

        Files of one name in two folders share an id, and a moved file keeps its id.
        """
        here = {video.id: _place(video.uri) for video in videos}
        found: list[str] = []
        ids = list(here)
        with self._records.asking() as connection:
            for start in range(0, len(ids), _CHUNK):
                some = _r.id.in_(ids[start : start + _CHUNK])
                for name, source in connection.execute(
                    select(_r.id, _r.source).where(self._here, some, _r.state != REMOVED)
                ):
                    if _place(data_of(source, "SourceVideo")["uri"]) != here[name]:
                        found.append(name)
        return sorted(found)

    def last_position(self) -> int:
        """Return the largest position, or -1 if there are no rows."""
        with self._records.asking() as connection:
            return connection.execute(
                select(func.coalesce(func.max(_r.position), -1)).where(self._here)
            ).scalar_one()

    def left(self, state: str, start: int, end: int) -> list[str]:
        """Return ids of the rows in `state` at positions from `start` up to but not including
        `end`."""
        query = (
            select(_r.id)
            .where(self._here, _r.state == state, _r.position >= start, _r.position < end)
            .order_by(_r.position)
        )
        with self._records.asking() as connection:
            return list(connection.execute(query).scalars())

    def begin(self, video: str, max_interruptions: int, state: str = "waiting") -> Begun | None:
        """Mark a row in `state` as begun; return None if nothing is left to do for it.

        A row that was begun and not ended had a worker that died. After more than
        `max_interruptions` of these the row is quarantined, because it may be what kills workers.
        """
        with self._records.writing() as connection:
            fenced(connection, self._dataset, self._run)
            row = connection.execute(select(rows).where(self._is(video))).first()
            if row is None or row.state != state:
                return None
            if connection.execute(select(tombstones.c.id).where(tombstones.c.id == video)).first():
                self._set(connection, video, state=REMOVED, owner="")
                return None
            interruptions = row.interruptions + bool(row.owner)
            if interruptions > max_interruptions:
                self._set(
                    connection,
                    video,
                    state="quarantined",
                    owner="",
                    interruptions=interruptions,
                    reason=f"whoever worked on it died, {interruptions} times",
                )
                return None
            self._claims[video] = secrets.token_hex(16)
            self._set(connection, video, owner=self._claims[video], interruptions=interruptions)
        return Begun(
            read(SourceVideo, row.source),
            read(Stream, row.stream) if row.stream else None,
        )

    def begun_before(self, videos: Sequence[str]) -> set[str]:
        """Return those videos that a worker has begun and not ended; one may have killed it."""
        with self._records.asking() as connection:
            return _among(connection, _r.id, videos, self._here & (_r.owner != ""))

    def released(self, video: str) -> None:
        """Release a begun row without counting a failure."""
        with self._records.writing() as connection:
            fenced(connection, self._dataset, self._run)
            self._end(connection, video)

    def analysed(
        self,
        video: str,
        stream: Stream,
        found: Sequence[FoundClip],
        seconds: Mapping[str, float],
        frames_key: str = "",
    ) -> str:
        """Store the result of the analysis; return the new state: `analysed`, `filtered`,
        `removed`.

        `frames_key`: the vault's key of the clips' key frames; empty if no clip has any.
        """
        kept = [clip for clip in found if not clip.reason]
        reason = remarked("" if kept else why_left_out([clip.reason for clip in found]), stream)
        with self._records.writing() as connection:
            fenced(connection, self._dataset, self._run)
            if not settle(connection, video, [frames_key] if frames_key else []):
                return REMOVED
            connection.execute(delete(clips).where(self._of(video)))
            if found:
                connection.execute(
                    insert(clips),
                    [
                        {
                            "dataset": self._dataset,
                            "id": clip_id(video, clip.shot),
                            "video": video,
                            "number": number,
                            "state": "filtered" if clip.reason else "analysed",
                            "reason": clip.reason,
                            "shot": text_of(clip.shot),
                            "frames": json.dumps(clip.frames),
                        }
                        for number, clip in enumerate(found, 1)
                    ],
                )
            self._end(
                connection,
                video,
                state="analysed" if kept else "filtered",
                reason=reason,
                stream=text_of(stream),
                seconds=json.dumps(seconds),
                frames_key=frames_key,
            )
        return "analysed" if kept else "filtered"

    def filtered(self, video: str, reason: str, stream: Stream | None = None) -> None:
        with self._records.writing() as connection:
            fenced(connection, self._dataset, self._run)
            about = {"stream": text_of(stream)} if stream else {}
            self._end(connection, video, state="filtered", reason=reason, **about)

    def failed(self, video: str, reason: str, max_attempts: int) -> str:
        """Count a failure that the video caused; return its state, unchanged or `quarantined`."""
        with self._records.writing() as connection:
            fenced(connection, self._dataset, self._run)
            row = connection.execute(select(rows).where(self._is(video))).one()
            if row.state == REMOVED:
                return REMOVED
            attempts = row.attempts + 1
            state = "quarantined" if attempts >= max_attempts else row.state
            self._end(connection, video, state=state, reason=reason, attempts=attempts)
        return state

    def kept_clips(self, video: str, state: str) -> list[KeptClip]:
        """Return a video's clips in `state`, ordered by time."""
        query = (
            select(clips, _r.frames_key)
            .join(rows, (_r.dataset == _c.dataset) & (_r.id == _c.video))
            .where(self._of(video), _c.state == state)
            .order_by(_c.number)
        )
        with self._records.asking() as connection:
            return [_kept(row) for row in connection.execute(query)]

    def duplicates(self, found: Mapping[str, str]) -> None:
        """Leave out near-duplicates. `found`: clip -> the earlier clip that it duplicates."""
        with self._records.writing() as connection:
            fenced(connection, self._dataset, self._run)
            for clip, first in found.items():
                # Except if the earlier clip was removed meanwhile: nothing may refer to a removed
                # clip.
                there = select(_f.id).where(_f.dataset == self._dataset, _f.id == first).exists()
                connection.execute(
                    update(clips)
                    .where(_c.dataset == self._dataset, _c.id == clip, _c.state == "analysed")
                    .where(there)
                    .values(state="duplicate", reason=first)
                )
            for video in {clip.rpartition("#")[0] for clip in found}:
                left = select(_c.id).where(self._of(video), _c.state == "analysed")
                if connection.execute(left.limit(1)).first() is None:
                    self._set(
                        connection, video, state="filtered", reason="near-duplicates of others"
                    )

    def captioned_clip(
        self,
        clip: str,
        caption: ClipCaption | None,
        provenance: CaptionProvenance | None,
        reason: str,
    ) -> None:
        """Store a clip's caption; a clip without one is left out for the reason."""
        with self._records.writing() as connection:
            fenced(connection, self._dataset, self._run)
            connection.execute(
                update(clips)
                .where(_c.dataset == self._dataset, _c.id == clip)
                .where(self._claimed(clip.rpartition("#")[0]))
                .values(
                    state="captioned" if caption else "filtered",
                    reason=reason,
                    caption=text_of(caption) if caption else "",
                    provenance=text_of(provenance) if provenance else "",
                )
            )

    def ended(self, video: str, state: str, seconds: Mapping[str, float], reason: str = "") -> None:
        """Store the end of a video's stage, and add its seconds to those of earlier stages."""
        with self._records.writing() as connection:
            fenced(connection, self._dataset, self._run)
            row = connection.execute(select(_r.seconds).where(self._is(video))).one()
            spent = json.loads(row.seconds or "{}") | dict(seconds)
            self._end(connection, video, state=state, reason=reason, seconds=json.dumps(spent))

    def cut(
        self, video: str, files: Mapping[str, str], seconds: Mapping[str, float], remark: str = ""
    ) -> None:
        """Store the vault's keys of the clips' files, by clip, and mark the video as done.

        `remark`: which part of the video could not be read.
        """
        with self._records.writing() as connection:
            fenced(connection, self._dataset, self._run)
            settle(connection, video, list(files.values()))
            for clip, key in files.items():
                connection.execute(
                    update(clips)
                    .where(_c.dataset == self._dataset, _c.id == clip, self._claimed(video))
                    .values(file_key=key)
                )
        self.ended(video, "done", seconds, remark)

    def retry(self, state: str) -> int:
        """Set rows in `state` back to waiting; return how many there were."""
        with self._records.writing() as connection:
            fenced(connection, self._dataset, self._run)
            return connection.execute(
                update(rows)
                .where(self._here, _r.state == state)
                .values(state="waiting", attempts=0, interruptions=0, owner="")
            ).rowcount

    def counts(self) -> dict[str, int]:
        """Return the number of videos by state."""
        query = select(_r.state, func.count().label("n")).where(self._here).group_by(_r.state)
        with self._records.asking() as connection:
            return {row.state: int(row.n) for row in connection.execute(query)}

    def end_of(self, video: str) -> tuple[str, str] | None:
        """Return a video's state and the reason for it, or None if it has been removed."""
        query = select(_r.state, _r.reason).where(self._is(video))
        with self._records.asking() as connection:
            row = connection.execute(query).first()
        return None if row is None else (row.state, row.reason)

    @property
    def _here(self) -> Any:
        return _r.dataset == self._dataset

    def _is(self, video: str) -> Any:
        return self._here & (_r.id == video)

    def _of(self, video: str) -> Any:
        return (_c.dataset == self._dataset) & (_c.video == video)

    def _claimed(self, video: str) -> Any:
        mine = self._claims.get(video, "")
        return select(_r.id).where(self._is(video), _r.owner == mine).exists()

    def _end(self, connection: Connection, video: str, **values: Any) -> None:
        """Set values of a row that this worker has begun, and end its claim.

        Raises:
            LostVideo: if another worker has begun it since.
        """
        mine = self._claims.get(video, "")
        owner = connection.execute(
            select(_r.owner).where(self._is(video), _r.state != REMOVED)
        ).scalar()
        if owner is not None and owner != mine:
            raise LostVideo(video)
        self._set(connection, video, owner="", **values)
        self._claims.pop(video, None)

    def _set(self, connection: Connection, video: str, **values: Any) -> None:
        # A removed video stays removed, even if a worker was processing it.
        left = self._is(video) & (_r.state != REMOVED)
        connection.execute(update(rows).where(left).values(changed_at=db_now(), **values))


def _place(uri: str) -> str:
    """Return the location of a file without its query: a URL may be signed again each time."""
    return uri.partition("?")[0] if uri.startswith(("http://", "https://")) else uri


def _kept_of(video: SourceVideo, gone: set[str]) -> SourceVideo:
    """Return the row to store: without the data of a video that was removed."""
    return SourceVideo(id=video.id, uri=REMOVED) if listed_as(video.id) in gone else video


def _first_state(video: SourceVideo, gone: set[str]) -> dict[str, str]:
    if listed_as(video.id) in gone:
        return {"state": REMOVED, "reason": "a tombstone stands for it"}
    if video.left_out:
        return {"state": "filtered", "reason": video.left_out}
    if video.permission is None:
        return {"state": "filtered", "reason": NO_PERMISSION}
    return {"state": "waiting", "reason": ""}


def _among(
    connection: Connection, column: Any, ids: Iterable[str], condition: Any = None
) -> set[str]:
    """Return which of the ids the column has, in small queries: SQLite limits the parameters."""
    found: set[str] = set()
    wanted = list(ids)
    for start in range(0, len(wanted), _CHUNK):
        query = select(column).where(column.in_(wanted[start : start + _CHUNK]))
        if condition is not None:
            query = query.where(condition)
        found.update(connection.execute(query).scalars())
    return found


def _insert_new(connection: Connection, table: Any) -> Any:
    return insert_into(connection, table).on_conflict_do_nothing()


def _kept(row: Any) -> KeptClip:
    return KeptClip(
        id=row.id,
        video=row.video,
        number=row.number,
        shot=read(DetectedShot, row.shot),
        frames=key_frames(row.frames_key, row.frames),
        caption=read(ClipCaption, row.caption) if row.caption else None,
    )


def remarked(reason: str, stream: Stream) -> str:
    """Append a remark about unread parts of the video to a reason."""
    return "; ".join(filter(None, (reason, stream.remark)))


def why_left_out(reasons: Sequence[str]) -> str:
    """Choose the video's reason among its clips' reasons: the first of the most frequent kind."""
    if not reasons:
        return "no shot in it"
    kinds = [reason.partition(" ")[0] for reason in reasons]
    most = max(dict.fromkeys(kinds), key=kinds.count)
    return next(reason for reason in reasons if reason.startswith(most))
