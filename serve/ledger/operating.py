"""OperatingRecords: the ledger's data for operators, and draining, as a part of the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass

from serve.database.engine import Database
from serve.database.wakes import ring
from serve.ledger import draining, events, leases, looking_back, owning
from serve.ledger import waits as waits_of
from serve.ledger import worth as worth_of
from serve.ledger.looking_back import LookedBack
from serve.ledger.owning import Owned
from serve.ledger.waits import Waits
from serve.ledger.worth import Worth
from serve.registry.registry import Registry, Serving


@dataclass(frozen=True)
class Status:
    draining_since: float | None
    """Seconds since the epoch at which draining began; None: directors claim."""
    directors: int
    productions: int
    """Number of productions held by directors; likewise `videos`."""
    videos: int
    waiting: int
    """Productions that wait for a director."""

    @property
    def drained(self) -> bool:
        """Return whether nothing is in progress and nothing will be claimed."""
        return self.draining_since is not None and not self.productions and not self.videos


class OperatingRecords:
    """One transaction a call. `tenant` None: all tenants."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def looked_back(self, tenant: str | None = None) -> LookedBack:
        with self._database.reading() as conn:
            return looking_back.looked_back(conn, tenant)

    def worth(self, tenant: str | None = None) -> Worth:
        with self._database.reading() as conn:
            return worth_of.worth(conn, tenant)

    def waits(self) -> Waits:
        """Return the last hour's waits, of all tenants."""
        with self._database.reading() as conn:
            return waits_of.waits(conn)

    def drain(self, *, on: bool, by: str | None = None) -> None:
        """Let no director claim anything from now on, or (`on` false) let them claim again.

        `by`: the name of a process that drains for its own end, and ends only its own draining.
        """
        with self._database.writing() as conn:
            draining.set_(conn, on=on, by=by)
            ring(conn, events.WORK)

    def status(self, director_seen_s: float) -> Status:
        """Return the directors' state. `director_seen_s`: greatest age in seconds of a live
        director's last sign of life."""
        with self._database.reading() as conn:
            held = draining.at_work(conn)
            return Status(
                draining_since=draining.since(conn),
                directors=leases.directors_alive(conn, director_seen_s),
                productions=held.productions,
                videos=held.videos,
                waiting=held.waiting,
            )

    def own(self, owner: str, lease_s: float) -> Owned | None:
        """Make `owner` the owner of what is served, unless another one lives."""
        with self._database.writing() as conn:
            return owning.take(conn, owner, lease_s)

    def keep_owning(self, owned: Owned, lease_s: float) -> bool:
        """Renew. Returns False if another process owns it: this one may change nothing more."""
        with self._database.writing() as conn:
            return owning.renew(conn, owned, lease_s)

    def disown(self, owned: Owned) -> None:
        with self._database.writing() as conn:
            owning.release(conn, owned)

    def owner(self) -> str:
        """Return the name of the living owner of what is served; empty: there is none."""
        with self._database.reading() as conn:
            return owning.owner(conn)

    def serving(self) -> Mapping[str, Serving]:
        """Return which model or prompt serves each slot to which something was promoted."""
        return Registry(self._database).serving()
