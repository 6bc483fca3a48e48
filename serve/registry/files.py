"""An entry's files: published in the vault under their hashes, fetched completely and verified."""

import asyncio
import shutil
from collections.abc import Mapping
from hashlib import file_digest
from pathlib import Path
from tempfile import mkdtemp

from serve.registry.entry import Entry
from serve.vault.vault import Vault
from serve.whole import publish_folder

MAKING = ".making-"
"""Begin of the name of a folder that is being fetched."""


class Broken(ValueError):
    """A file in the vault differs from the registered one."""


async def publish(vault: Vault, folder: Path, only: str = "") -> dict[str, str]:
    """Publish the folder's files, or only the one named. Returns path within the folder -> key.

    Raises:
        ValueError: if there is no file, or one is a link.
    """
    files = sorted(path for path in folder.rglob(only or "*") if not path.is_dir())  # noqa: ASYNC240
    if not files:
        raise ValueError(f"{folder}: there are no files in it")
    keys: dict[str, str] = {}
    for path in files:
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            raise ValueError(f"{path} is a link; wanted files")
        key = _key_of(path)
        await vault.publish(key, path)
        keys[name] = key
    return keys


async def fetch(vault: Vault, entry: Entry, folder: Path) -> Path:
    """Fetch the entry's files into a new folder, as `fetch_files` does."""
    return await fetch_files(vault, entry.id, entry.files, folder)


async def fetch_files(vault: Vault, entry: str, files: Mapping[str, str], folder: Path) -> Path:
    """Fetch an entry's files into a new folder, which gets its name when all are verified.

    `files`: path within the entry's folder -> vault key.

    Raises:
        Broken: if a file differs from the registered one.
        Missing, VaultUnavailable
    """
    whole = folder / entry
    if whole.exists():
        return whole
    folder.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240
    making = Path(mkdtemp(prefix=MAKING, dir=folder))
    try:
        for name, key in files.items():
            path = making / name
            if not path.resolve().is_relative_to(making.resolve()):  # noqa: ASYNC240
                raise Broken(f"{entry}: {name} leads out of its folder")
            path.parent.mkdir(parents=True, exist_ok=True)
            await vault.download(key, path)
            if key != await asyncio.to_thread(_key_of, path):
                raise Broken(f"{entry}: {name} has other bytes than were registered")
        # Another process of this machine may have been faster.
        await asyncio.to_thread(publish_folder, making, whole)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return whole


def _key_of(path: Path) -> str:
    with path.open("rb") as file:
        return f"models/{file_digest(file, 'sha256').hexdigest()}.bin"
