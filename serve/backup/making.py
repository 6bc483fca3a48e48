"""Makes a backup: first a snapshot of the ledger, then every file that it names."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import URL, Connection, make_url, text
from sqlalchemy.exc import ArgumentError

from serve.backup import files, postgresql_copy, sqlite_copy
from serve.backup.named_keys import named_keys
from serve.backup.record import (
    FILE,
    VAULT,
    BackupError,
    Held,
    Record,
    read_objects,
    read_record,
    sha256_of,
    write_objects,
)
from serve.ledger.tables import LEDGER
from serve.opened import open_vault
from serve.private import private_home
from serve.release import RELEASE
from serve.settings import Settings
from serve.vault import Vault
from serve.whole import write_whole

_JOURNAL = "objects.part"


class _Copied(NamedTuple):
    file: Path
    revision: str
    keys: set[str]


def back_up(settings: Settings, folder: Path) -> Record:
    """Bring a folder's backup up to date, or make one. An earlier one stays valid until then.

    An interrupted run is resumed: files are immutable, so that existing copies need no second one.

    Raises:
        BackupError: if something cannot be copied.
        VaultUnavailable, OSError
    """
    private_home(folder)
    now = datetime.now(UTC)
    stamp = now.strftime("%Y%m%dT%H%M%SZ")
    url = database_url(settings)
    copied = _ledger(url, folder, stamp)
    before = _held_before(folder)
    vault, kept = open_vault(settings), Vault.open(str(folder / VAULT))
    held = asyncio.run(files.copy(vault, kept, copied.keys, before, folder / _JOURNAL))
    objects = folder / f"objects-{stamp}.jsonl"
    write_objects(objects, held)
    record = Record(
        release=RELEASE,
        made_at=now.isoformat(timespec="seconds"),
        database="sqlite" if _is_sqlite(url) else "postgresql",
        revision=copied.revision,
        ledger=copied.file.name,
        ledger_sha256=sha256_of(copied.file),
        objects=objects.name,
        objects_sha256=sha256_of(objects),
        num_objects=len(held),
        num_bytes=sum(one.size for one in held),
        absent=len(copied.keys) - len(held),
    )
    # Last: its existence means that the backup is whole.
    write_whole(folder / FILE, record.model_dump_json(indent=2))
    _forget(folder, record, kept, before.keys() - {one.key for one in held})
    return record


def database_url(settings: Settings) -> URL:
    """Return the ledger's URL.

    Raises:
        BackupError: if it is not a database URL.
    """
    try:
        url = make_url(settings.ledger_url)
    except ArgumentError as error:
        raise BackupError("ledger.url is not a database's URL") from error
    if url.drivername in ("postgres", "postgresql"):
        url = url.set(drivername="postgresql+psycopg")
    return url


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _ledger(url: URL, folder: Path, stamp: str) -> _Copied:
    if _is_sqlite(url):
        file = folder / f"ledger-{stamp}.db"
        sqlite_copy.copy(Path(str(url.database)), file)
        with sqlite_copy.reading(file) as connection:
            return _Copied(file, *_seen(connection))
    file = folder / f"ledger-{stamp}.pgdump"
    with postgresql_copy.snapshot(url) as (connection, moment):
        schema = connection.execute(text("SELECT current_schema()")).scalar_one()
        postgresql_copy.copy(url, file, moment, str(schema))
        return _Copied(file, *_seen(connection))


def _seen(connection: Connection) -> tuple[str, set[str]]:
    return LEDGER.revision(connection), named_keys(connection)


def _held_before(folder: Path) -> dict[str, Held]:
    """Return the files that an earlier backup, or an interrupted run, has copied."""
    lists = [folder / _JOURNAL]
    with suppress(BackupError):
        lists.insert(0, folder / read_record(folder).objects)
    return {held.key: held for one in lists if one.is_file() for held in read_objects(one)}


def _forget(folder: Path, record: Record, kept: Vault, gone: set[str]) -> None:
    """Delete the files that only earlier backups name: data that a person had deleted must not
    remain here."""

    async def removed() -> None:
        for key in gone:
            await kept.remove(key)

    asyncio.run(removed())
    for path in (*folder.glob("ledger-*"), *folder.glob("objects-*"), folder / _JOURNAL):
        if path.name not in (record.ledger, record.objects):
            path.unlink(missing_ok=True)
