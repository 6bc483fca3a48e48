"""An entry's files: in the vault under their own hashes, and fetched back whole and verified."""

import contextlib
import shutil
from hashlib import file_digest, sha256
from pathlib import Path
from tempfile import mkdtemp

from serve.registry.entry import Entry
from serve.vault.vault import Vault


class Broken(ValueError):
    """What lies in the vault is not what was registered."""


async def publish(vault: Vault, folder: Path, only: str = "") -> dict[str, str]:
    """The folder's files, or only one of them, by their content: path within it -> key.

    Raises:
        ValueError: if there is none, or one is a link.
    """
    files = sorted(path for path in folder.rglob(only or "*") if not path.is_dir())  # noqa: ASYNC240
    if not files:
        raise ValueError(f"{folder}: there are no files in it")
    keys: dict[str, str] = {}
    for path in files:
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            raise ValueError(f"{path} is a link; wanted files")
        with path.open("rb") as file:
            key = f"models/{file_digest(file, 'sha256').hexdigest()}.bin"
        await vault.publish(key, path)
        keys[name] = key
    return keys


async def fetch(vault: Vault, entry: Entry, folder: Path) -> Path:
    """The entry's files in a folder of its own, which takes its name when all are verified.

    Raises:
        Broken: if a file is not the one that was registered.
        Missing, VaultUnavailable
    """
    whole = folder / entry.id
    if whole.exists():
        return whole
    folder.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240
    making = Path(mkdtemp(prefix=".making-", dir=folder))
    try:
        for name, key in entry.files.items():
            path = making / name
            if not path.resolve().is_relative_to(making.resolve()):  # noqa: ASYNC240
                raise Broken(f"{entry.id}: {name} leads out of its folder")
            path.parent.mkdir(parents=True, exist_ok=True)
            found = sha256()
            with path.open("wb") as file:
                async for chunk in vault.stream(key):
                    found.update(chunk)
                    file.write(chunk)
            if key != f"models/{found.hexdigest()}.bin":
                raise Broken(f"{entry.id}: {name} has other bytes than were registered")
        with contextlib.suppress(OSError):  # another process of this machine was first
            making.rename(whole)  # noqa: ASYNC240
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return whole
