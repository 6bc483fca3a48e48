"""ExportRecords: editions of versions and the list of exports, as a part of the ledger."""

from conte.edition import Edition
from conte.export import ExportRecord
from serve.database.engine import Database
from serve.ledger import editions, exports
from serve.ledger.exports import HandedOut


class ExportRecords:
    """What exports read and record. One transaction a call, as in the ledger.

    Every method raises NotFound for another tenant's production.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def edition(self, production_id: str, version: int, tenant: str | None = None) -> Edition:
        """Return everything of a version that an export reads. See `editions.of_version`."""
        with self._database.reading() as conn:
            return editions.of_version(conn, production_id, version, tenant)

    def edition_for_client(self, production_id: str, version: int, *, follows: bool) -> Edition:
        """Return the part of a version that a guest may see. See `editions.for_client`."""
        with self._database.reading() as conn:
            return editions.for_client(conn, production_id, version, follows=follows)

    def record(
        self, production_id: str, version: int, made: HandedOut, tenant: str | None = None
    ) -> ExportRecord:
        """Record an export once for each file and each person."""
        with self._database.reading() as conn:
            if (standing := exports.recorded(conn, production_id, made)) is not None:
                return standing
        with self._database.writing() as conn:
            return exports.record(conn, production_id, version, made, tenant)

    def page(
        self,
        production_id: str,
        version: int,
        tenant: str | None = None,
        after: int = 0,
        limit: int = 100,
    ) -> tuple[tuple[ExportRecord, ...], int | None]:
        """Return a page of a version's exports, the oldest first, and the following cursor."""
        with self._database.reading() as conn:
            return exports.page(conn, production_id, version, tenant, after, limit)
