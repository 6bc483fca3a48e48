"""The list of all known videos, one row each, in SQLite or PostgreSQL.

States: seen -> permitted | denied; permitted -> downloaded | failed; any -> removed, for good.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Connection, and_, case, func, or_, select, update

from crawl.permission import Permission, stored_permission
from crawl.records.tables import tombstones, video_lease, videos
from crawl.videos.candidate import Candidate, Described
from crawl.videos.channels import YOUTUBE
from serve.database.clock import db_now
from serve.database.engine import Database
from serve.database.upsert import insert_into
from serve.stored import read

SEEN, PERMITTED, DENIED = "seen", "permitted", "denied"
DOWNLOADED, FAILED, REMOVED = "downloaded", "failed", "removed"
WITHDRAWN = "the permission was withdrawn"
_CHUNK = 10_000
BLANK: dict[str, Any] = {
    "url": "",
    "host": "",
    "query": "",
    "product_type": "",
    "state": REMOVED,
    "reason": "",
    "channel": "",
    "described": "",
    "permission": "",
    "permitted_at": None,
    "analysis_key": "",
    "best_key": "",
    "owner": "",
    "attempts": 0,
    "try_at": 0.0,
}
"""Values of a removed video's row: only its id stays, so that the video is recognised later."""
_v, _t = videos.c, tombstones.c
# A video whose permission was withdrawn and given again may still have its files.
_PERMITTED_NOW = case((_v.analysis_key != "", DOWNLOADED), else_=PERMITTED)
_ASKED_LONG_AGO = 1.0


@dataclass(frozen=True)
class ClaimedVideo:
    """A video that this worker may download until the lease ends."""

    id: str
    url: str
    channel: str
    attempts: int
    described: Described
    permission: Permission
    owner: str


@dataclass(frozen=True)
class Decision:
    """The gate's decision about a video. Without a permission it is denied, for the reason."""

    id: str
    permission: Permission | None
    reason: str = ""
    described: Described | None = None


class VideoList:
    """The list of videos. Synchronous and thread-safe."""

    def __init__(self, records: Database) -> None:
        self._records = records

    def add(self, candidates: Iterable[Candidate]) -> int:
        """Add candidates to the list; return how many are new.

        A video that is on the list already keeps its row and channel, and gets a permission of that
        channel. A candidate with a tombstone is skipped.
        """
        with self._records.writing() as connection:
            gone = set(connection.execute(select(_t.id)).scalars())
            now = connection.execute(select(db_now())).scalar_one()
            before = connection.execute(select(func.count()).select_from(videos)).scalar_one()
            new = (_row(one, now) for one in candidates if one.id not in gone)
            while chunk := list(islice(new, _CHUNK)):
                _put(connection, chunk)
            after = connection.execute(select(func.count()).select_from(videos)).scalar_one()
        return after - before

    def undecided(self, limit: int, denied_before: float) -> list[Candidate]:
        """Return candidates to decide about: new ones first, then those denied before
        `denied_before`."""
        again = and_(_v.try_at > 0, _v.try_at < denied_before)
        found: list[Candidate] = []
        with self._records.asking() as connection:
            for due in (_v.state == SEEN, and_(_v.state == DENIED, again)):
                # In the order of an index, so that half a million are not sorted for fifty.
                query = select(videos).where(due).order_by(_v.try_at).limit(limit - len(found))
                found += [_candidate(row) for row in connection.execute(query)]
        return found

    def decide(self, decisions: Iterable[Decision]) -> None:
        """Store the gate's decisions in one transaction."""
        with self._records.writing() as connection:
            for one in decisions:
                permission = one.permission
                values: dict[str, Any] = {
                    "state": _PERMITTED_NOW if permission else DENIED,
                    "reason": one.reason,
                    "permission": permission.model_dump_json() if permission else "",
                    "permitted_at": permission.at if permission else None,
                    # A denial stores its time, for the next check; a permitted video may be
                    # downloaded at once.
                    "try_at": 0.0 if permission else db_now(),
                }
                if one.described is not None:
                    values["described"] = one.described.model_dump_json()
                connection.execute(
                    update(videos)
                    # A permission given meanwhile by the list of channels is kept.
                    .where(_v.id == one.id, _v.state.in_((SEEN, DENIED)))
                    .values(**values, changed_at=db_now())
                )

    def aging(self, kind: str, older_s: float, limit: int) -> list[Candidate]:
        """Return videos whose permission of `kind` was last checked more than `older_s` seconds
        ago."""
        query = (
            select(videos)
            .where(
                _v.permission.like(f'{{"kind":"{kind}"%'),
                _v.permitted_at < db_now() - older_s,
                _v.state != REMOVED,
            )
            .order_by(_v.permitted_at)
            .limit(limit)
        )
        with self._records.asking() as connection:
            return [_candidate(row) for row in connection.execute(query)]

    def withdraw(self, id_: str, reason: str) -> None:
        """Withdraw the permission: the video may not be used or published. Its files remain."""
        with self._records.writing() as connection:
            connection.execute(
                update(videos)
                .where(_v.id == id_, _v.state != REMOVED)
                .values(**_denied(reason) | {"try_at": db_now()}, changed_at=db_now())
            )

    def renew(self, permission: Permission, ids: Sequence[str]) -> None:
        """Store renewed permissions of videos."""
        with self._records.writing() as connection:
            connection.execute(
                update(videos)
                .where(_v.id.in_(ids), _v.state != REMOVED)
                .values(permission=permission.model_dump_json(), permitted_at=permission.at)
            )

    def apply_consents(self, in_force: Mapping[str, Permission]) -> tuple[int, int]:
        """Apply the list of channels; return how many permissions were given and withdrawn."""
        listed = or_(
            _v.permission.like('{"kind":"owned"%'), _v.permission.like('{"kind":"consented"%')
        )
        with self._records.writing() as connection:
            held = connection.execute(select(_v.channel).where(listed).distinct()).scalars()
            withdrawn = 0
            for channel in set(held) - in_force.keys():
                withdrawn += connection.execute(
                    update(videos)
                    .where(_v.channel == channel, listed)
                    .values(**_denied(WITHDRAWN), changed_at=db_now())
                ).rowcount
            given = 0
            for channel, permission in in_force.items():
                here = and_(_v.channel == channel, _v.state != REMOVED)
                given += connection.execute(
                    update(videos)
                    .where(here, _v.state.in_((SEEN, DENIED)))
                    .values(
                        state=_PERMITTED_NOW,
                        reason="",
                        try_at=0.0,
                        changed_at=db_now(),
                    )
                ).rowcount
                connection.execute(
                    update(videos)
                    .where(here)
                    .values(permission=permission.model_dump_json(), permitted_at=permission.at)
                )
        return given, withdrawn

    def hosts(self) -> dict[str, int]:
        """Return the number of videos that may be downloaded now, by host."""
        query = select(_v.host, func.count()).where(self._free()).group_by(_v.host)
        with self._records.asking() as connection:
            return {host: int(n) for host, n in connection.execute(query)}

    def next_at(self, stopped: Collection[str] = ()) -> float | None:
        """Return the seconds until a video may be downloaded, without stopped hosts; None if there
        is none."""
        query = select(func.min(_v.try_at) - db_now()).where(_v.state == PERMITTED)
        if stopped:
            query = query.where(_v.host.not_in(list(stopped)))
        with self._records.asking() as connection:
            return connection.execute(query).scalar_one()

    def due(self, host: str, limit: int) -> list[str]:
        """Return ids of a host's videos that may be downloaded now, at most `limit`."""
        query = select(_v.id).where(self._free(), _v.host == host).order_by(_v.try_at).limit(limit)
        with self._records.asking() as connection:
            return list(connection.execute(query).scalars())

    def claim(self, id_: str, owner: str, lease_s: float, max_attempts: int) -> ClaimedVideo | None:
        """Claim a video; return None if another worker has it, or it need not be downloaded any
        more."""
        with self._records.writing() as connection:
            row = connection.execute(
                select(videos).where(_v.id == id_, self._free()).with_for_update()
            ).first()
            if row is None:
                return None
            # A list that was stored at the same moment may have added the video again.
            if connection.execute(select(_t.id).where(_t.id == id_)).first() is not None:
                self._write(connection, id_, **BLANK)
                return None
            now = connection.execute(select(db_now())).scalar_one()
            permission = stored_permission(row.permission)
            if permission is None or not permission.holds(now):
                why = "the permission has ended" if permission else "no permission"
                self._write(connection, id_, **_denied(why))
                return None
            # The last worker died while downloading the video, which may be the cause.
            attempts = row.attempts + bool(row.owner)
            if attempts >= max_attempts:
                why = row.reason or f"whoever downloaded it died, {attempts} times"
                self._write(connection, id_, state=FAILED, owner="", attempts=attempts, reason=why)
                return None
            self._write(connection, id_, attempts=attempts, **video_lease.taken(owner, lease_s))
        return ClaimedVideo(
            id=row.id,
            url=row.url,
            channel=row.channel,
            attempts=attempts,
            described=_described(row),
            permission=permission,
            owner=owner,
        )

    def alive(self, claimed: ClaimedVideo, lease_s: float) -> bool:
        """Renew the claim; return False if it is lost, and the download has to stop."""
        with self._records.writing() as connection:
            return self._ours(connection, claimed, **video_lease.renewed(lease_s))

    def downloaded(
        self, claimed: ClaimedVideo, analysis_key: str, best_key: str, described: Described
    ) -> bool:
        """Store the download; return False if the claim is lost, and nothing was written."""
        with self._records.writing() as connection:
            return self._ours(
                connection,
                claimed,
                state=DOWNLOADED,
                reason="",
                **video_lease.released(),
                analysis_key=analysis_key,
                best_key=best_key,
                described=described.model_dump_json(),
            )

    def given_up(self, claimed: ClaimedVideo, reason: str) -> bool:
        """Mark the video as failed, because later attempts would fail as well; False: the claim is
        lost."""
        with self._records.writing() as connection:
            return self._ours(connection, claimed, state=FAILED, reason=reason, owner="")

    def later(self, claimed: ClaimedVideo, reason: str, at: float, max_attempts: int) -> str:
        """Postpone the video to `at`; return its state. `max_attempts` 0: not a failure of the
        video."""
        attempts = claimed.attempts + bool(max_attempts)
        given_up = max_attempts and attempts >= max_attempts
        state = FAILED if given_up else PERMITTED
        with self._records.writing() as connection:
            ours = self._ours(
                connection,
                claimed,
                state=state,
                reason=reason,
                attempts=attempts,
                **video_lease.released(at),
            )
        return state if ours else self.state(claimed.id)

    def best(self, id_: str, key: str) -> bool:
        """Store the key of the best rendition; return False if the video was removed meanwhile."""
        with self._records.writing() as connection:
            return bool(
                connection.execute(
                    update(videos)
                    .where(_v.id == id_, _v.state != REMOVED)
                    .values(best_key=key, changed_at=db_now())
                ).rowcount
            )

    def state(self, id_: str) -> str:
        """Return a video's state; empty if it is not on the list."""
        with self._records.asking() as connection:
            query = select(_v.state).where(_v.id == id_)
            return connection.execute(query).scalar() or ""

    def is_removed(self, id_: str) -> bool:
        with self._records.asking() as connection:
            query = select(_t.id).where(_t.id == id_)
            return connection.execute(query).first() is not None

    def removed(self) -> list[str]:
        """Return all ids that have a tombstone."""
        with self._records.asking() as connection:
            return list(connection.execute(select(_t.id)).scalars())

    def retry_failed(self) -> int:
        """Let failed videos be tried once more; return how many there were."""
        again = {"state": PERMITTED, "attempts": 0, "try_at": 0.0, "changed_at": db_now()}
        with self._records.writing() as connection:
            return connection.execute(
                update(videos).where(_v.state == FAILED).values(**again)
            ).rowcount

    def counts(self) -> dict[str, int]:
        query = select(_v.state, func.count()).group_by(_v.state)
        with self._records.asking() as connection:
            return {state: int(n) for state, n in connection.execute(query)}

    def reasons(self, state: str, most: int = 20) -> list[tuple[str, int]]:
        """Return the reasons of rows in `state` with their numbers, the most frequent first."""
        number = func.count()
        query = (
            select(_v.reason, number)
            .where(_v.state == state)
            .group_by(_v.reason)
            .order_by(number.desc(), _v.reason)
            .limit(most)
        )
        with self._records.asking() as connection:
            return [(reason, int(n)) for reason, n in connection.execute(query)]

    def now(self) -> float:
        with self._records.asking() as connection:
            return connection.execute(select(db_now())).scalar_one()

    @staticmethod
    def _free() -> Any:
        return and_(_v.state == PERMITTED, video_lease.lapsed)

    @staticmethod
    def _write(connection: Connection, id_: str, **values: Any) -> None:
        connection.execute(update(videos).where(_v.id == id_).values(**values, changed_at=db_now()))

    @staticmethod
    def _ours(connection: Connection, claimed: ClaimedVideo, **values: Any) -> bool:
        return bool(
            connection.execute(
                update(videos)
                .where(*video_lease.held(claimed.id, claimed.owner), _v.state == PERMITTED)
                .values(**values, changed_at=db_now())
            ).rowcount
        )


def _denied(reason: str) -> dict[str, Any]:
    """Return the values of a denial. `try_at` lets a YouTube video be checked by the gate at once,
    because the list's permission had made that unnecessary."""
    return {
        "state": DENIED,
        "reason": reason,
        "permission": "",
        "permitted_at": None,
        "owner": "",
        "try_at": case((_v.id.startswith(f"{YOUTUBE}:"), _ASKED_LONG_AGO), else_=0.0),
    }


def _row(candidate: Candidate, now: float) -> dict[str, Any]:
    permission = candidate.permission
    return BLANK | {
        "id": candidate.id,
        "url": candidate.url,
        "host": candidate.host,
        "query": candidate.query,
        "product_type": candidate.product_type,
        "state": PERMITTED if permission else SEEN,
        "channel": candidate.channel,
        "described": candidate.described.model_dump_json(),
        "permission": permission.model_dump_json() if permission else "",
        "permitted_at": permission.at if permission else None,
        "seen_at": now,
        "changed_at": now,
    }


def _put(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Upsert the rows with the driver's executemany, because SQLAlchemy's overhead exceeds the
    writes."""
    dialect = connection.dialect
    compiled: Any = _upsert(connection).compile(dialect=dialect, column_keys=list(rows[0]))
    constants = compiled.params
    given: Any = [constants | row for row in rows]
    if compiled.positional:
        order = compiled.positiontup
        given = [tuple(row[name] for name in order) for row in given]
    connection.exec_driver_sql(str(compiled), given)


def _upsert(connection: Connection) -> Any:
    statement = insert_into(connection, videos)
    new = statement.excluded
    undecided = or_(videos.c.state == SEEN, videos.c.state == DENIED)
    return statement.on_conflict_do_update(
        index_elements=[videos.c.id],
        set_={
            "permission": new.permission,
            "permitted_at": new.permitted_at,
            "channel": new.channel,
            "state": case(
                (and_(undecided, videos.c.analysis_key != ""), DOWNLOADED),
                (undecided, PERMITTED),
                else_=videos.c.state,
            ),
            "reason": case((undecided, ""), else_=videos.c.reason),
            "changed_at": new.changed_at,
        },
        where=and_(
            new.permission != "",
            videos.c.state != REMOVED,
            # Another channel that lists the video, too, does not change its known channel.
            or_(videos.c.channel == "", videos.c.channel == new.channel),
        ),
    )


def _candidate(row: Any) -> Candidate:
    return Candidate(
        id=row.id,
        url=row.url,
        query=row.query,
        product_type=row.product_type,
        channel=row.channel,
        described=_described(row),
    )


def _described(row: Any) -> Described:
    return read(Described, row.described) if row.described else Described()
