"""Pace of requests to each host, for all workers of the cluster together: the table `pace`.

A turn is claimed in one statement with the database's clock, so that no two workers get the same
one. A worker that has waited for its turn checks it again before using it: meanwhile the host may
have asked for a pause (`Retry-After`), or been stopped.
"""

import asyncio
import random
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, bindparam, case, select, update

from crawl.polite.manners import Manners
from crawl.polite.outcome import Failure, Refusal, Why
from crawl.records.tables import pace
from serve.database.clock import db_now
from serve.database.engine import Database
from serve.database.upsert import insert_into

_p = pace.c
_Seconds = ColumnElement[float]


def _later(one: _Seconds, other: _Seconds) -> _Seconds:
    # SQLite's max() of two values is PostgreSQL's greatest(); this works on both.
    return case((one > other, one), else_=other)


_start = _later(_later(_p.next_at, _p.quiet_until), db_now())
_host = _p.host == bindparam("asked")
_CLAIM = (
    update(pace)
    .where(_host, _p.stopped == "", _start - db_now() <= bindparam("max_wait_s"))
    .values(next_at=_start + bindparam("interval_s"))
    .returning(_p.next_at, db_now())
)
_WHEN = select(_p.stopped, _start, db_now()).where(_host)
_HOLDS = select(_p.stopped, _p.quiet_until).where(_host)
# A failed turn from before the back-off belongs to the failure already counted.
_COUNT = (
    update(pace)
    .where(_host, _p.quiet_until <= bindparam("turn_at"))
    .values(failures=_p.failures + 1)
    .returning(_p.failures)
)
_QUIET = (
    update(pace)
    .where(_host)
    .values(quiet_until=_later(_p.quiet_until, db_now() + bindparam("delay_s")))
    .returning(_p.quiet_until)
)
_WELL = (
    update(pace)
    .where(_host, _p.quiet_until <= bindparam("turn_at"))
    .values(failures=0, next_at=_later(_p.next_at, db_now() + bindparam("rest_s")))
)


@dataclass(frozen=True)
class HostTurn:
    """Right to send one request to `host`, from `at` on (the database's clock), `wait_s` from
    now."""

    host: str
    at: float
    wait_s: float


@dataclass(frozen=True)
class HostState:
    host: str
    next_at: float
    quiet_until: float
    failures: int
    stopped: str


class Pace:
    """Pace of all hosts. Synchronous and thread-safe, except for `turn`."""

    def __init__(self, database: Database, manners: Manners) -> None:
        self._database, self._manners = database, manners

    async def turn(self, host: str, interval_s: float | None = None) -> HostTurn:
        """Wait for a turn at the host, and take it.

        Raises:
            Refusal: if the host is stopped.
            Failure: if there is no turn within `max_wait_s`.
        """
        while True:
            turn = await asyncio.to_thread(self.claim, host, interval_s)
            await asyncio.sleep(turn.wait_s)
            if turn.wait_s <= 0 or await asyncio.to_thread(self.holds, turn):
                return turn

    def claim(self, host: str, interval_s: float | None = None) -> HostTurn:
        """Claim the next turn at the host. Raises Refusal and Failure like `turn`."""
        interval_s = max(self._manners.interval_s, interval_s or 0.0)
        asked = {"asked": host, "interval_s": interval_s, "max_wait_s": self._manners.max_wait_s}
        with self._database.writing() as conn:
            row = conn.execute(_CLAIM, asked).first()
            if row is None:
                _meet(conn, host)  # another process may do the same at this moment
                row = conn.execute(_CLAIM, asked).first()
            if row is not None:
                at = row[0] - interval_s
                return HostTurn(host, at, max(0.0, at - row[1]))
            stopped, start, now = conn.execute(_WHEN, asked).one()
        if stopped:
            raise Refusal(Why.STOPPED, f"{host} is not asked any more: {stopped}")
        raise Failure(f"{host} may be asked in {start - now:.0f} s", retry_at=start)

    def holds(self, turn: HostTurn) -> bool:
        """Return whether the turn may still be used. Raises Refusal if its host was stopped."""
        with self._database.asking() as conn:
            stopped, quiet_until = conn.execute(_HOLDS, {"asked": turn.host}).one()
        if stopped:
            raise Refusal(Why.STOPPED, f"{turn.host} is not asked any more: {stopped}")
        return quiet_until <= turn.at

    def went_well(self, turn: HostTurn, took_s: float) -> None:
        """Record an answer. A host that took long is left alone for as long."""
        with self._database.writing() as conn:
            conn.execute(_WELL, {"asked": turn.host, "turn_at": turn.at, "rest_s": took_s})

    def failed(
        self, turn: HostTurn, reason: str, *, retry_after_s: float = 0.0, throttled: bool = False
    ) -> float:
        """Record a failed or throttled request; return when the host may be requested again.

        Raises:
            Refusal: if the host throttled too often, and is stopped now.
        """
        manners, asked = self._manners, {"asked": turn.host, "turn_at": turn.at}
        with self._database.writing() as conn:
            failures = conn.execute(_COUNT, asked).scalar() or 0
            delay_s = manners.back_off_s * 2.0 ** min(failures - 1, 30) if failures else 0.0
            # Half of the delay is random, so that workers that failed together do not return
            # together.
            delay_s = min(delay_s, manners.max_back_off_s) * random.uniform(0.5, 1.0)
            asked = {"asked": turn.host, "delay_s": max(delay_s, retry_after_s)}
            quiet_until: float = conn.execute(_QUIET, asked).scalar_one()
        if throttled and failures >= manners.stop_after:
            why = f"{reason}, {failures} times in a row"
            self.stop(turn.host, why)
            raise Refusal(Why.STOPPED, f"{turn.host} is not asked any more: {why}")
        return quiet_until

    def stop(self, host: str, reason: str) -> None:
        """Stop requests to the host, until `clear`. The first reason is kept."""
        with self._database.writing() as conn:
            _meet(conn, host)
            statement = update(pace).where(_host, _p.stopped == "").values(stopped=reason)
            conn.execute(statement, {"asked": host})

    def clear(self, host: str) -> bool:
        """Let a stopped host be requested again; return False if it is unknown."""
        forgotten = update(pace).where(_host).values(stopped="", failures=0, quiet_until=0.0)
        with self._database.writing() as conn:
            return conn.execute(forgotten, {"asked": host}).rowcount > 0

    def hosts(self) -> list[HostState]:
        query = select(_p.host, _p.next_at, _p.quiet_until, _p.failures, _p.stopped)
        with self._database.asking() as conn:
            return [HostState(*row) for row in conn.execute(query.order_by(_p.host))]

    def now(self) -> float:
        """Return the time of the database's clock, in seconds since the epoch."""
        with self._database.asking() as conn:
            return conn.execute(select(db_now())).scalar_one()


def _meet(conn: Connection, host: str) -> None:
    """Insert a row for the host, unless there is one."""
    conn.execute(insert_into(conn, pace).values(host=host).on_conflict_do_nothing())
