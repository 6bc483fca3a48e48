"""Bytes -> the parts of an office file (OOXML), within the bounds of `serve.bounded_zip`.

Parts are read one by one, as XML without DTD and entities. Pictures, embedded files and external
links are never opened; a file with macros is refused.
"""

import posixpath
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, Self

from serve.bounded.outcome import Unusable
from serve.bounded_zip import BoundedZip, UnreadableZip
from serve.xml_document import parsed

MAX_ENTRIES = 2_000
MAX_UNZIPPED = 256 << 20
MAX_PART = 8 << 20
MAX_PARTS_READ = 64 << 20
"""Largest size of all parsed parts together, in bytes."""
_MACROS = ("vbaproject", "macrosheet", "vbadata", "activex")


class NoSheet(Unusable):
    """An office file that cannot be read; the message is a sentence about the file."""


class Related(NamedTuple):
    kind: str
    """Last word of the relation's type, such as `worksheet`."""
    part: str


class Package:
    def __init__(self, bundle: BoundedZip) -> None:
        self._bundle, self._entries = bundle, bundle.entries
        self._read = 0

    @classmethod
    def of(cls, data: bytes) -> Self:
        """Open a package.

        Raises:
            NoSheet: if it is damaged, too large, or has macros.
        """
        try:
            package = cls(BoundedZip(data, MAX_ENTRIES))
            package.check()
        except UnreadableZip as error:
            raise NoSheet(str(error)) from None
        return package

    def check(self) -> None:
        if sum(entry.file_size for entry in self._entries.values()) > MAX_UNZIPPED:
            raise NoSheet(f"it unzips to more than {MAX_UNZIPPED >> 20} MiB")
        for name in self._entries:
            self._bundle.check_ratio(name, _short(name))
            if any(one in name.lower() for one in _MACROS):
                raise NoSheet("it has macros; save it without them")

    def main(self, kind: str) -> str:
        """Return the name of the main part. `kind`: a word that its content type must contain."""
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
            return parsed(self._bundle.read(name, MAX_PART, _short(name)))
        except UnreadableZip as error:
            raise NoSheet(str(error)) from None

    def content(self, name: str, most: int) -> bytes | None:
        """Return a part's bytes, such as a picture's; None if it is missing or larger than
        `most`."""
        entry = self._entries.get(name)
        if entry is None or entry.file_size > most:
            return None
        self._read += entry.file_size
        if self._read > MAX_PARTS_READ:
            return None
        try:
            return self._bundle.read(name, most, _short(name))
        except UnreadableZip:
            return None

    def related(self, part: str) -> Iterator[Related]:
        """Yield the relations of a part to other parts of the file, in order."""
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
    """Return an element's name without its namespace, which differs in strict files."""
    return str(element.tag).rpartition("}")[2]


def below(element: Any, *names: str) -> Iterator[Any]:
    """Yield the descendants with these names, in document order."""
    return (one for one in element.iter() if local(one) in names)


def child(element: Any, *path: str) -> Any:
    """Return the first element at a path; None if there is none."""
    for name in path:
        element = next((one for one in element if local(one) == name), None)
        if element is None:
            return None
    return element


def relation(element: Any, attribute: str = "id") -> str:
    """Return the id of an element's relation. `attribute`: `id`, or `embed` for pictures."""
    end = f"}}{attribute}"
    return next((str(v) for name, v in element.attrib.items() if name.endswith(end)), "")


def plain(text: str, most: int = 120) -> str:
    """Return a text on one line, without unprintable characters, and cut off after `most`."""
    words = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    return words if len(words) <= most else f"{words[: most - 3]}..."


def zip_with(name: bytes) -> Callable[[bytes], bool]:
    """Return a function that tests whether bytes are a ZIP that contains this name."""
    return lambda data: data.startswith(b"PK") and name in data


def is_open_document(data: bytes) -> bool:
    return data.startswith(b"PK") and b"opendocument" in data[:128]


def is_old_or_locked(data: bytes) -> bool:
    """Return whether a file is in the format before 2007, or encrypted: both are OLE containers."""
    return data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")


def _short(name: str) -> str:
    return plain(name, 60) or "an entry"


ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def unescaped(text: str) -> str:
    """Return a workbook's text with escapes such as `_x000D_` decoded."""
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
