"""The content of a backup's folder: `backup.json`, written last, names everything else.

backup.json  ledger-*.db or ledger-*.pgdump  objects-*.jsonl  vault/kind/sha256.suffix
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import ValidationError

from conte.frozen import Frozen
from serve.whole import write_whole

FILE = "backup.json"
VAULT = "vault"
FORMAT = 1
_CHUNK = 1 << 20


class BackupError(Exception):
    """The backup cannot be made or used; the message is one sentence with what to do."""


class Held(NamedTuple):
    """A vault file in a backup."""

    key: str
    size: int
    sha256: str


class Record(Frozen):
    format: Literal[1] = FORMAT
    release: str
    made_at: str
    """Time of the ledger's snapshot, in UTC and ISO 8601."""
    database: Literal["sqlite", "postgresql"]
    revision: str
    ledger: str
    ledger_sha256: str
    objects: str
    objects_sha256: str
    num_objects: int
    num_bytes: int
    absent: int
    """Keys that the ledger names and the vault lacks: never made, or removed."""


def read_record(folder: Path) -> Record:
    """Return a backup's record.

    Raises:
        BackupError: if the folder holds no complete backup.
    """
    try:
        text = (folder / FILE).read_text("utf-8")
    except OSError as error:
        raise BackupError(
            f"{folder} holds no whole backup ({FILE}: {error.strerror}); run sian backup again"
        ) from error
    try:
        return Record.model_validate_json(text)
    except ValidationError as error:
        raise BackupError(f"{folder / FILE} is of another release, or damaged") from error


def write_objects(path: Path, held: Iterable[Held]) -> None:
    lines = (json.dumps(one._asdict()) for one in sorted(held))
    write_whole(path, "".join(f"{line}\n" for line in lines))


def read_objects(path: Path) -> Iterator[Held]:
    """Yield the files of a list. A truncated last line is left out."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.endswith("\n"):
                yield Held(**json.loads(line))


def sha256_of(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            found.update(chunk)
    return found.hexdigest()
