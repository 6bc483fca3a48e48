"""Bytes -> the parts of a workbook or a deck (OOXML), after the ZIP is known to be bounded.

Parts are read one by one, as XML without DTD and entities. Pictures, embedded files and links to
outside are never opened; a file with macros is refused.
"""

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, Self

from serve.bounded.outcome import Unusable
from serve.xml_document import parsed

MAX_ENTRIES = 2_000
MAX_DIRECTORY = 1 << 20
"""Bytes of the ZIP's directory."""
MAX_UNZIPPED = 256 << 20
MAX_PART = 8 << 20
MAX_PARTS_READ = 64 << 20
"""Bytes of all the parts that are parsed."""
MAX_RATIO = 200
SMALL = 1 << 16
"""A part up to it may be packed as tightly as it likes."""
_MACROS = ("vbaproject", "macrosheet", "vbadata", "activex")
_END, _LARGE = b"PK\x05\x06", b"PK\x06\x07"
_BROKEN = (
    zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError, EOFError,
    zlib.error,
)  # fmt: skip


class NoSheet(Unusable):
    """An office file that cannot be read; the message says why, as a sentence about it."""


class Related(NamedTuple):
    kind: str
    """The last word of the relation's type, such as `worksheet`."""
    part: str


class Package:
    def __init__(self, bundle: zipfile.ZipFile) -> None:
        self._bundle = bundle
        self._entries = {entry.filename: entry for entry in bundle.infolist()}
        self._read = 0

    @classmethod
    def of(cls, data: bytes) -> Self:
        """
        Raises:
            NoSheet
        """
        _check_directory(data)
        try:
            package = cls(zipfile.ZipFile(io.BytesIO(data)))
        except _BROKEN as error:
            raise NoSheet(f"it cannot be unzipped: {error}"[:200]) from None
        package.check()
        return package

    def check(self) -> None:
        entries = self._bundle.infolist()
        if len(entries) > MAX_ENTRIES:
            raise NoSheet(f"it has {len(entries)} entries, wanted at most {MAX_ENTRIES}")
        if len(self._entries) < len(entries):
            raise NoSheet("it has two entries of one name")
        if sum(entry.file_size for entry in entries) > MAX_UNZIPPED:
            raise NoSheet(f"it unzips to more than {MAX_UNZIPPED >> 20} MiB")
        for entry in entries:
            if entry.file_size > max(SMALL, MAX_RATIO * entry.compress_size):
                raise NoSheet(f"{_short(entry.filename)} is packed more than {MAX_RATIO} times")
            if any(one in entry.filename.lower() for one in _MACROS):
                raise NoSheet("it has macros; save it without them")

    def main(self, kind: str) -> str:
        """Return the part that the file begins with; `kind`: a word of its content type."""
        types = self.part("[Content_Types].xml")
        main = next((one.part for one in self.related("") if one.kind == "officeDocument"), "")
        for one in types:
            if (one.get("PartName") or "").lstrip("/") == main and kind in (
                said := one.get("ContentType") or ""
            ):
                if "macro" in said.lower():
                    raise NoSheet("it has macros; save it without them")
                return main
        raise NoSheet(f"it has no {kind}")

    def part(self, name: str) -> Any:
        """Return the root element of a part, of lxml.

        Raises:
            NoSheet, NotXml: saying what is wrong.
        """
        entry = self._entries.get(name)
        if entry is None:
            raise NoSheet(f"it has no {_short(name)}")
        self._read += entry.file_size
        if entry.file_size > MAX_PART or self._read > MAX_PARTS_READ:
            raise NoSheet(f"{_short(name)} is too large")
        try:
            with self._bundle.open(entry) as file:
                return parsed(file.read(MAX_PART))
        except _BROKEN as error:
            raise NoSheet(f"{_short(name)} cannot be unzipped: {error}"[:200]) from None

    def content(self, name: str, most: int) -> bytes | None:
        """Return a part as it is, such as a picture; None if it is not there or too large."""
        entry = self._entries.get(name)
        if entry is None or entry.file_size > most:
            return None
        self._read += entry.file_size
        if self._read > MAX_PARTS_READ:
            return None
        try:
            with self._bundle.open(entry) as file:
                return file.read(most + 1)[:most]
        except _BROKEN:
            return None

    def related(self, part: str) -> Iterator[Related]:
        """Yield the parts within the file that a part names, in its order."""
        yield from self.related_by_id(part).values()

    def related_by_id(self, part: str) -> dict[str, Related]:
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        if rels not in self._entries:
            return {}
        found: dict[str, Related] = {}
        for one in self.part(rels):
            if (one.get("TargetMode") or "").lower() == "external":
                continue
            kind = (one.get("Type") or "").rpartition("/")[2]
            target = one.get("Target") or ""
            where = target[1:] if target.startswith("/") else posixpath.join(folder, target)
            found[one.get("Id") or ""] = Related(kind, posixpath.normpath(where))
        return found


def local(element: Any) -> str:
    """Return an element's name without its namespace: strict files have another one."""
    return str(element.tag).rpartition("}")[2]


def below(element: Any, *names: str) -> Iterator[Any]:
    """Yield what lies anywhere below, in order."""
    return (one for one in element.iter() if local(one) in names)


def child(element: Any, *path: str) -> Any:
    """Return the first element at a path; None if there is none."""
    for name in path:
        element = next((one for one in element if local(one) == name), None)
        if element is None:
            return None
    return element


def relation(element: Any, attribute: str = "id") -> str:
    """Return the id of the relation that an element names; a picture names it in `embed`."""
    end = f"}}{attribute}"
    return next((str(v) for name, v in element.attrib.items() if name.endswith(end)), "")


def plain(text: str, most: int = 120) -> str:
    """Return a text as it can be listed: on one line, without what cannot be printed."""
    words = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    return words if len(words) <= most else f"{words[: most - 3]}..."


def zip_with(name: bytes) -> Callable[[bytes], bool]:
    """Return whether a file is a ZIP with such a name in it, by its bytes alone."""
    return lambda data: data.startswith(b"PK") and name in data


def is_open_document(data: bytes) -> bool:
    return data.startswith(b"PK") and b"opendocument" in data[:128]


def is_old_or_locked(data: bytes) -> bool:
    """Return whether a file is of before 2007, or has a password: both are OLE containers."""
    return data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")


def _short(name: str) -> str:
    return plain(name, 60) or "an entry"


def _check_directory(data: bytes) -> None:
    """Refuse a directory that is too large before it is read."""
    at = data.rfind(_END, max(0, len(data) - (1 << 16) - 22))
    if at < 0 or len(data) < at + 22:
        raise NoSheet("it cannot be unzipped: it has no end")
    # It would overrule the sizes that are checked here.
    if data[max(0, at - 20) : at].startswith(_LARGE):
        raise NoSheet("it is a ZIP for more than 4 GiB")
    entries, size = struct.unpack_from("<HI", data, at + 10)
    if entries > MAX_ENTRIES or size > MAX_DIRECTORY:
        raise NoSheet(f"it has {entries} entries, wanted at most {MAX_ENTRIES}")


ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def unescaped(text: str) -> str:
    """Return a text of a workbook with `_x000D_` as the character that it stands for."""
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
