"""Notes of a publication's unfinished files: each file is noted before it is written.

The notes let a killed publication be resumed, and files that belong to no manifest be found and
removed without listing the store. They are stored as `making/000000.json` and so on.
"""

import hashlib
from collections.abc import Generator, Iterable, Set
from contextlib import contextmanager
from pathlib import Path

from conte.frozen import Frozen
from crawl.dataset.store import Store, write
from serve.dataset import FileFacts


class Note(Frozen):
    name: str
    plan: str
    """Digest of the file's planned content; empty: the file is always written again."""
    facts: FileFacts | None = None
    """Size and hash of the finished file; None: it is unfinished, or to be removed."""
    videos: tuple[str, ...] = ()
    """Hashes of the ids of the videos whose data the file contains."""


class Making:
    """Notes of one version. `folder` is the version's folder, such as `v3`."""

    def __init__(self, store: Store, folder: str) -> None:
        self._store, self._folder = store, folder
        self.notes: list[Note] = []
        while (text := self._text(len(self.notes))) is not None:
            self.notes.append(Note.model_validate_json(text))

    def stands(self, name: str, plan: str) -> FileFacts | None:
        """Return the facts of a file that an earlier run finished under the same plan; otherwise
        None."""
        mine = [note for note in self.notes if note.name == name]
        if not mine or mine[-1].facts is None or mine[-1].plan != plan:
            return None
        facts = mine[-1].facts
        if self._store.size(self._at(name)) != facts.num_bytes:
            return None
        # The file was noted under several plans, so it may be that of another one.
        if len({note.plan for note in mine if note.facts}) > 1:
            with self._store.local(self._at(name)) as path:
                if facts_of(path) != facts:
                    return None
        return facts

    @contextmanager
    def writing(self, name: str, plan: str, videos: Iterable[str] = ()) -> Generator[Path]:
        """Yield a path to write the file to; it is renamed to `name` at the end and noted."""
        hashes = tuple(sorted({_hash(video) for video in videos}))
        self._note(Note(name=name, plan=plan, videos=hashes))
        with self._store.writing(self._at(name)) as path:
            yield path
            self._note(Note(name=name, plan=plan, facts=facts_of(path)))

    def facts(self, name: str) -> FileFacts:
        """Return the facts of the file as it was last written."""
        return next(note.facts for note in reversed(self.notes) if note.name == name and note.facts)

    def retire(self, name: str) -> None:
        """Note a file that the next manifest will not name any more, so that it is removed."""
        self._note(Note(name=name, plan=""))

    def without(self, video: str) -> None:
        """Remove finished and unfinished files that contain data of a video."""
        hashed = _hash(video)
        for name in dict.fromkeys(note.name for note in self.notes if hashed in note.videos):
            self._store.remove(self._at(name))

    def sweep(self, keep: Set[str]) -> None:
        """Remove the noted files except those in `keep`, then the notes, the last first."""
        for name in dict.fromkeys(note.name for note in self.notes):
            if name not in keep:
                self._store.remove(self._at(name))
        while self.notes:
            self._store.remove(self._number(len(self.notes) - 1))
            self.notes.pop()

    def _note(self, note: Note) -> None:
        write(self._store, self._number(len(self.notes)), note.model_dump_json().encode())
        self.notes.append(note)

    def _text(self, number: int) -> bytes | None:
        try:
            return self._store.read(self._number(number))
        except FileNotFoundError:
            return None

    def _number(self, number: int) -> str:
        return self._at(f"making/{number:06d}.json")

    def _at(self, name: str) -> str:
        return f"{self._folder}/{name}"


def facts_of(path: Path) -> FileFacts:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return FileFacts(sha256=sha256, num_bytes=path.stat().st_size)


def _hash(video: str) -> str:
    # Notes may outlive a killed run, and removals do not rewrite them, so they contain only hashes.
    return hashlib.sha256(video.encode()).hexdigest()[:32]
