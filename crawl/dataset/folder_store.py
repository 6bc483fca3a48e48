"""Stores datasets in a folder. A file has its final name only once it is synced to disk."""

import errno
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from serve.vault.errors import VaultFull
from serve.whole import new_file, sync, whole_file


class FolderStore:
    def __init__(self, root: Path) -> None:
        self._root = root.absolute()

    def place(self, name: str) -> str:
        return str(self._root / name)

    def size(self, name: str) -> int | None:
        try:
            return (self._root / name).stat().st_size
        except FileNotFoundError:
            return None

    def read(self, name: str) -> bytes:
        return (self._root / name).read_bytes()

    @contextmanager
    def local(self, name: str) -> Generator[Path]:
        path = self._root / name
        if not path.is_file():
            raise FileNotFoundError(path)
        yield path

    @contextmanager
    def writing(self, name: str) -> Generator[Path]:
        target = self._root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        # Beside the target, so that a rename suffices; under a fixed name, so that a writer who is
        # killed and restarted leaves nothing behind.
        new = target.with_name(f".{target.name}.new")
        new.unlink(missing_ok=True)
        with self._telling(), whole_file(target, new):
            yield new

    def create(self, name: str, data: bytes) -> bool:
        target = self._root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with self._telling(), new_file(target) as new:
                new.write_bytes(data)
        except FileExistsError:
            return False
        return True

    def remove(self, name: str) -> None:
        target = self._root / name
        # The unfinished file of a killed writer is removed, too.
        target.with_name(f".{target.name}.new").unlink(missing_ok=True)
        target.unlink(missing_ok=True)
        if target.parent.is_dir():
            sync(target.parent)

    @contextmanager
    def _telling(self) -> Generator[None]:
        try:
            yield
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise VaultFull(f"the disk under {self._root} is full: free some space") from error
            raise
