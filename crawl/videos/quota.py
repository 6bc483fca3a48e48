"""Daily quota of an API, shared by all workers; units are counted before they are spent."""

from datetime import datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select, update

from crawl.records.tables import quotas
from serve.database.clock import db_now
from serve.database.engine import Database
from serve.database.upsert import insert_into

_q = quotas.c


class QuotaSpent(Exception):
    """Today's units are used up; no request was sent."""


class Quota:
    """Quota in the records. Google's quotas start anew at midnight, Pacific Time."""

    def __init__(self, records: Database) -> None:
        self._records = records

    def spend(self, bucket: str, a_day: int, units: int = 1) -> None:
        """Count `units` as spent, of `a_day`. Raises QuotaSpent if too few are left."""
        with self._records.writing() as connection:
            now = connection.execute(select(db_now())).scalar_one()
            day = _day(now)
            connection.execute(
                insert_into(connection, quotas)
                .values(bucket=bucket, day=day, used=0)
                .on_conflict_do_nothing()
            )
            spent = connection.execute(
                update(quotas)
                .where(_q.bucket == bucket, _q.day == day, _q.used + units <= a_day)
                .values(used=_q.used + units)
            )
            if not spent.rowcount:
                raise QuotaSpent(f"{bucket}: {a_day} a day are used up")

    def empty(self, bucket: str, a_day: int) -> None:
        """Count the whole quota as spent, because the API says so: others may have spent units,
        too."""
        with self._records.writing() as connection:
            now = connection.execute(select(db_now())).scalar_one()
            connection.execute(
                update(quotas)
                .where(_q.bucket == bucket, _q.day == _day(now), _q.used < a_day)
                .values(used=a_day)
            )

    def used(self) -> dict[str, int]:
        """Return the units spent today, by bucket."""
        with self._records.reading() as connection:
            now = connection.execute(select(db_now())).scalar_one()
            rows = connection.execute(select(_q.bucket, _q.used).where(_q.day == _day(now)))
            return {bucket: int(used) for bucket, used in rows}


def _day(now: float) -> str:
    return datetime.fromtimestamp(now, _pacific()).strftime("%Y-%m-%d")


@cache
def _pacific() -> tzinfo:
    try:
        return ZoneInfo("America/Los_Angeles")
    except ZoneInfoNotFoundError:  # a machine without time zones: off by an hour in summer
        return timezone(timedelta(hours=-8))
