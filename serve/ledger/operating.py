"""OperatingRecords: what an operator reads of the ledger, as a part of it. Reads only."""

from collections.abc import Mapping

from serve.database.engine import Database
from serve.ledger import looking_back
from serve.ledger import waits as waits_of
from serve.ledger import worth as worth_of
from serve.ledger.looking_back import LookedBack
from serve.ledger.waits import Waits
from serve.ledger.worth import Worth
from serve.registry.registry import Registry, Serving


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

    def serving(self) -> Mapping[str, Serving]:
        """Return which model or prompt serves each slot to which something was promoted."""
        return Registry(self._database).serving()
