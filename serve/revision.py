"""A model's folder -> its revision. Reads files, knows no library."""

import hashlib
from pathlib import Path

WHOLE = 64 << 20
"""Largest file that is hashed completely, in bytes; of larger ones only the ends are hashed."""
END = 1 << 20


def revision_of(folder: Path) -> str:
    """Return the folder's name and a digest of its files.

    Small files are hashed completely. Weights are gigabytes: their size and ends are hashed, which
    cover the shapes of all tensors and the values of some.
    """
    found = hashlib.sha256()
    files = [folder] if folder.is_file() else folder.rglob("*")
    for file in sorted(path for path in files if path.is_file()):
        if file.name.startswith("."):
            continue
        size = file.stat().st_size
        found.update(f"{file.relative_to(folder)}:{size}:".encode())
        with file.open("rb") as stream:
            if size <= WHOLE:
                found.update(stream.read())
            else:
                found.update(stream.read(END))
                stream.seek(-END, 2)
                found.update(stream.read())
    return f"{folder.name}@{found.hexdigest()[:12]}"
