"""Cache of documents on this machine's disk; the least recently used ones are deleted first.

Each document is one file: a line of JSON, then the body. Files are written aside and renamed, so
that no reader sees a part of one, and readers check length and hash. Several processes may share a
folder.
"""

import hashlib
import json
import os
import secrets
import threading
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from crawl.polite.directives import Directives
from crawl.polite.outcome import Document
from serve.whole import whole_file

FORMAT = 1
_NEW = ".new"
_STALE_S = 3600.0
"""Seconds after which an unfinished file is taken to be abandoned."""
_LEAVE = 0.9
"""Share of the limit that stays after clearing, so that not every new document clears again."""


class Cache:
    """Cache of documents. Synchronous and thread-safe."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._folder, self._max_bytes = folder.absolute(), max_bytes
        self._lock = threading.Lock()
        (self._folder / _NEW).mkdir(parents=True, exist_ok=True)
        self._sweep()
        self._size = sum(size for _, size, _ in self._files())

    def get(self, url: str) -> Document | None:
        """Return the document stored for this URL, fresh or not; None if there is none."""
        path = self._path(url)
        try:
            with path.open("rb") as file:
                head = json.loads(file.readline(1024 * 1024))
                body = file.read()
        except (FileNotFoundError, ValueError):
            return None
        if head.pop("format", None) != FORMAT or head["url"] != url:
            return None
        if hashlib.sha256(body).hexdigest() != head["sha256"]:
            path.unlink(missing_ok=True)
            return None
        with suppress(FileNotFoundError):  # another process has just cleared it
            os.utime(path)
        said = head.pop("directives")
        directives = Directives(frozenset(said["said"]), said["unavailable_after"])
        return Document(**head, body=body, directives=directives)

    def put(self, document: Document) -> None:
        """Store the document for its URL, replacing an older one. One above the limit is not
        stored."""
        head = asdict(document)
        body: bytes = head.pop("body")
        head["directives"]["said"] = sorted(document.directives.said)
        line = json.dumps({"format": FORMAT, **head}, ensure_ascii=True).encode() + b"\n"
        if len(line) + len(body) > self._max_bytes:
            self.drop(document.url)
            return
        path = self._path(document.url)
        path.parent.mkdir(exist_ok=True)
        aside = self._folder / _NEW / secrets.token_hex(16)
        with whole_file(path, aside) as new, new.open("xb") as file:
            file.write(line)
            file.write(body)
        with self._lock:
            self._size += len(line) + len(body)
            if self._size > self._max_bytes:
                self._clear()

    def drop(self, url: str) -> None:
        self._path(url).unlink(missing_ok=True)

    def _path(self, url: str) -> Path:
        name = hashlib.sha256(url.encode()).hexdigest()
        return self._folder / name[:2] / name

    def _files(self) -> list[tuple[float, int, str]]:
        """Return last use, bytes and path of every document."""
        found: list[tuple[float, int, str]] = []
        for shelf in os.scandir(self._folder):
            if shelf.name == _NEW or not shelf.is_dir(follow_symlinks=False):
                continue
            for entry in os.scandir(shelf.path):
                with suppress(FileNotFoundError):
                    stat = entry.stat(follow_symlinks=False)
                    found.append((stat.st_mtime, stat.st_size, entry.path))
        return found

    def _clear(self) -> None:
        # Counted again, because other processes store documents here too, and `put` replaces some.
        files = sorted(self._files())
        self._size = sum(size for _, size, _ in files)
        if self._size <= self._max_bytes:
            return
        for _, size, path in files:
            if self._size <= self._max_bytes * _LEAVE:
                return
            Path(path).unlink(missing_ok=True)
            self._size -= size

    def _sweep(self) -> None:
        for entry in os.scandir(self._folder / _NEW):
            with suppress(FileNotFoundError):
                if time.time() - entry.stat(follow_symlinks=False).st_mtime > _STALE_S:
                    Path(entry.path).unlink(missing_ok=True)
