"""Restores a backup: files first, the ledger last, so that the ledger never names a missing
file."""

import asyncio
from pathlib import Path

from sqlalchemy import URL, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError

from serve.backup import files, postgresql_copy, sqlite_copy
from serve.backup.making import database_url
from serve.backup.record import VAULT, BackupError, Record, read_objects, read_record, sha256_of
from serve.ledger.tables import LEDGER
from serve.opened import open_ledger, open_vault
from serve.private import private_home
from serve.settings import Settings
from serve.vault import Vault

_SHOWN = 10
_OF_NOBODY = {"directors", "secrets"}
"""Tables with rows in an unused ledger, besides the table of revisions."""


def restore(settings: Settings, folder: Path, replace: bool = False) -> Record:
    """Restore a backup into the settings' vault and ledger, and open the ledger. May be repeated
    after an interruption.

    Raises:
    BackupError: naming the damage, or the ledger that is not empty. Such a ledger is replaced only
    with `replace`.
        VaultUnavailable, DatabaseUnavailable, OSError
    """
    record = checked(folder)
    url = database_url(settings)
    kind = url.get_backend_name()
    if kind != record.database:
        raise BackupError(f"the backup is of {record.database}, and ledger.url names {kind}")
    if not replace and (table := _used(url)):
        where = url.render_as_string(hide_password=True)
        raise BackupError(
            f"{where} is not empty ({table} has rows); name another ledger, or replace it with"
            " --replace"
        )
    private_home(settings.home)
    held = read_objects(folder / record.objects)
    kept = Vault.open(str(folder / VAULT))
    _refuse(asyncio.run(files.put_back(kept, open_vault(settings), held)))
    copied = folder / record.ledger
    if kind == "sqlite":
        sqlite_copy.put_back(copied, Path(str(url.database)))
    else:
        postgresql_copy.put_back(copied, url)
    open_ledger(settings).close()  # with the tables of this release
    return record


def verify(folder: Path) -> Record:
    """Read every byte of a backup.

    Raises:
        BackupError: naming the damage.
    """
    record = checked(folder)
    kept = Vault.open(str(folder / VAULT))

    _refuse(asyncio.run(files.damages(kept, read_objects(folder / record.objects))))
    return record


def checked(folder: Path) -> Record:
    """Return the record of a backup whose ledger and list are unchanged.

    Raises:
        BackupError: if they were changed, or a newer release has made the backup.
    """
    record = read_record(folder)
    for name, digest in (
        (record.ledger, record.ledger_sha256),
        (record.objects, record.objects_sha256),
    ):
        path = folder / name
        if not path.is_file() or sha256_of(path) != digest:
            raise BackupError(f"{path} is damaged or missing; use another backup")
    if record.revision not in LEDGER.known():
        raise BackupError(
            f"the backup's ledger is of revision {record.revision}, which this release does not"
            f" know; use release {record.release}"
        )
    return record


def _refuse(faults: list[str]) -> None:
    if faults:
        more = f"; and {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
        raise BackupError("; ".join(faults[:_SHOWN]) + more)


def _used(url: URL) -> str:
    """Return the name of a ledger table that has rows; empty: none has."""
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists():
        return ""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            there = inspect(connection)
            for table in sorted(set(there.get_table_names()) - _OF_NOBODY):
                columns = [column["name"] for column in there.get_columns(table)]
                if columns == ["version_num"]:
                    continue
                quoted = engine.dialect.identifier_preparer.quote(table)
                if connection.execute(text(f"SELECT 1 FROM {quoted} LIMIT 1")).first():  # noqa: S608
                    return table
    except DBAPIError as error:
        said = (str(error.orig).strip() or "no reason was given").splitlines()[0]
        raise BackupError(f"{url.render_as_string(hide_password=True)}: {said}") from error
    finally:
        engine.dispose()
    return ""
