"""Begins or resumes a dataset. A heart-beat in the database keeps it to one run at a time."""

import json
import threading
import uuid
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, insert, select, update

from crawl.records.tables import datasets
from serve.database.clock import db_now
from serve.database.engine import Database
from serve.database.errors import DatabaseUnavailable

STALE_S = 10.0
"""Seconds without a heart-beat after which a run counts as dead and may be taken over."""
BEATS = 10
"""Heart-beats per `STALE_S`, so that some may be late."""
_d = datasets.c


class Busy(Exception):
    """Another run works on this dataset."""


class OtherSettings(Exception):
    """The dataset was begun with other settings; the message names them."""


class LostRun(Exception):
    """Another run has taken the dataset over: nothing more may be written."""


class DatasetRun:
    """A run of one dataset; a thread writes heart-beats until the context ends."""

    def __init__(self, records: Database, name: str, round_: int, stale_s: float) -> None:
        self.records, self.name, self.round = records, name, round_
        self._beat_s = stale_s / BEATS
        self.id = uuid.uuid4().hex
        self.lost = threading.Event()
        self._ended = threading.Event()
        self._heart = threading.Thread(target=self._beat, name="heart", daemon=True)

    @classmethod
    def begin(
        cls,
        records: Database,
        name: str,
        round_: int,
        settings: dict[str, Any],
        command: str = "",
        stale_s: float = STALE_S,
    ) -> "DatasetRun":
        """Begin or resume the dataset; a run that counts as dead is taken over.

        Raises:
            Busy: if another run's heart still beats.
            OtherSettings: if the dataset was begun with other settings.
        """
        text = json.dumps(settings, sort_keys=True, ensure_ascii=False)
        with records.writing() as connection:
            found = connection.execute(
                select(datasets, (db_now() - _d.beat_at).label("silent_s")).where(_d.name == name)
            ).first()
            if found is None:
                run = cls(records, name, round_, stale_s)
                connection.execute(
                    insert(datasets).values(
                        name=name, round=round_, settings=text, begun_at=db_now()
                    )
                )
            else:
                if found.run and found.silent_s < stale_s:
                    raise Busy(
                        f"dataset {name}: another run works on it (its heart beat"
                        f" {found.silent_s:.0f} s ago); wait {stale_s:.0f} s if it was killed"
                    )
                if changed := _changed(json.loads(found.settings), settings):
                    raise OtherSettings(
                        f"dataset {name} was begun with other settings: {changed}; give the new"
                        " ones a name of their own with --dataset"
                    )
                # Rounds are ranges of positions; those of an existing dataset do not change.
                run = cls(records, name, found.round, stale_s)
            connection.execute(
                update(datasets)
                .where(_d.name == name)
                .values(run=run.id, beat_at=db_now(), command=command)
            )
        return run

    def __enter__(self) -> Self:
        self._heart.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._heart.join()
        with self.records.writing() as connection:
            connection.execute(update(datasets).where(self._mine).values(run=""))

    @property
    def _mine(self) -> Any:
        return (_d.name == self.name) & (_d.run == self.id)

    def _beat(self) -> None:
        while not self._ended.wait(self._beat_s):
            try:
                with self.records.writing() as connection:
                    mine = connection.execute(
                        update(datasets).where(self._mine).values(beat_at=db_now())
                    ).rowcount
            except DatabaseUnavailable:
                continue  # it may come back; a takeover meanwhile fences this run out
            if not mine:
                self.lost.set()
                return


def fenced(connection: Connection, dataset: str, run: str) -> None:
    """Check, within a transaction, that the run still owns the dataset.

    Raises:
        LostRun: if another run has taken it over.
    """
    # A shared lock: workers do not wait for each other, but a takeover waits for them.
    held = connection.execute(
        select(_d.run).where(_d.name == dataset).with_for_update(read=True)
    ).scalar()
    if held != run:
        raise LostRun(f"dataset {dataset}: another run has taken over")


def _changed(before: dict[str, Any], now: dict[str, Any], at: str = "") -> str:
    names: list[str] = []
    for key in sorted(before.keys() | now.keys()):
        old, new = before.get(key), now.get(key)
        if isinstance(old, dict) and isinstance(new, dict):
            if inner := _changed(old, new, f"{at}{key}."):
                names.append(inner)
        elif old != new:
            names.append(f"{at}{key} was {json.dumps(old)}, is {json.dumps(new)}")
    return "; ".join(names)
