"""An entry's files: published in the vault under their hashes, fetched completely and verified."""

import asyncio
import shutil
from contextlib import aclosing
from hashlib import file_digest, sha256
from pathlib import Path
from tempfile import mkdtemp

from serve.registry.entry import Entry
from serve.vault.vault import Vault
from serve.whole import publish_folder


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
        with path.open("rb") as file:
            key = f"models/{file_digest(file, 'sha256').hexdigest()}.bin"
        await vault.publish(key, path)
        keys[name] = key
    return keys


async def fetch(vault: Vault, entry: Entry, folder: Path) -> Path:
    """Fetch the entry's files into a new folder, which gets its name when all are verified.

    Raises:
        Broken: if a file differs from the registered one.
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
                async with aclosing(vault.stream(key)) as chunks:
                    async for chunk in chunks:
                        found.update(chunk)
                        file.write(chunk)
            if key != f"models/{found.hexdigest()}.bin":
                raise Broken(f"{entry.id}: {name} has other bytes than were registered")
        # Another process of this machine may have been faster.
        await asyncio.to_thread(publish_folder, making, whole)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return whole
