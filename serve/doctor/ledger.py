"""Checks that the ledger opens and can be written, its revision and its clock. Migrates nothing."""

import os
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, make_url, select
from sqlalchemy.exc import ArgumentError

from serve.database.clock import db_now
from serve.database.engine import Database
from serve.database.errors import DatabaseUnavailable
from serve.doctor.line import Line, look, ok, wrong
from serve.ledger import probe
from serve.ledger.tables import LEDGER
from serve.several_machines import MOST_SKEW_S

PART = "ledger"
_TODO = "check ledger.url (SIAN_LEDGER__URL or SIAN_LEDGER__URL_FILE), and that it is reachable"


def ledger_lines(url: str, now: Callable[[], float] = time.time) -> list[Line]:
    if (file := _file(url)) is not None and not file.exists():
        return [not_made_yet(PART, file, "ledger.url or --home")]
    found: list[Line] = []

    def read(connection: Connection) -> None:
        at, known = LEDGER.revision(connection), LEDGER.known()
        found.append(_revision(at, known, LEDGER.is_broken(connection)))
        found.append(_clock(connection, now))
        if at == known[-1]:
            probe.write(connection)
            found.append(ok(PART, "can be written"))

    try:
        Database.open(url, read).close()
    except DatabaseUnavailable as error:
        found.append(wrong(PART, str(error), _TODO))
    return found


def _revision(at: str, known: list[str], is_broken: bool) -> Line:
    if at == known[-1]:
        return ok(PART, f"opens; revision {at}")
    if at and at not in known:
        told = f"revision {at}, which a newer release has made; this one knows up to {known[-1]}"
        if not is_broken:
            return look(PART, f"{told}, and may use it", "upgrade this process, too")
        return wrong(PART, told, "start that release again, or restore a copy: docs/upgrading.md")
    told = f"revision {at or 'none'}; the next start makes it {known[-1]}"
    return look(PART, told, "take a copy first: sian backup")


def _clock(connection: Connection, now: Callable[[], float]) -> Line:
    before = now()
    there = float(connection.execute(select(db_now())).scalar_one())
    apart = there - (before + now()) / 2
    if abs(apart) <= MOST_SKEW_S:
        return ok(PART, f"its clock and this one are {abs(apart):.1f} s apart")
    which = "behind" if apart > 0 else "ahead of"
    return wrong(
        PART,
        f"this machine's clock is {abs(apart):.1f} s {which} the ledger's; wanted at most"
        f" {MOST_SKEW_S:g} s",
        "set both by NTP, such as chrony",
    )


def _file(url: str) -> Path | None:
    try:
        parts = make_url(url)
    except ArgumentError:
        return None  # opening it says what is wrong
    return Path(parts.database) if parts.get_backend_name() == "sqlite" and parts.database else None


def not_made_yet(part: str, place: Path, setting: str) -> Line:
    """Return the line about a file or folder that the first start will create."""
    there = next(one for one in place.absolute().parents if one.exists())
    if os.access(there, os.W_OK):
        return ok(part, f"none yet; the first start makes {place}")
    return wrong(part, f"{there} cannot be written, so {place} cannot be made", f"change {setting}")
