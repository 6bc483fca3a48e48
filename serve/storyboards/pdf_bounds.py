"""Bounds of a PDF's streams, for pdfminer: it unzips them whole, and draws all that is in them.

They hold in the whole process, which is the bounded child.
"""

import re
import zlib
from functools import cache
from typing import Any

from serve.office.package import NoSheet

MAX_STREAM = 16 << 20
"""Bytes of a stream when it is unzipped. Pictures are not unzipped."""
MAX_PAINTS = 120_000
"""Operators of a page that draw a line, an area, a text or a form."""
MAX_LETTERS = 120_000
"""Letters of a page, those of its forms as often as they are drawn."""
_PAINT = re.compile(rb"(?<=[\s)\]>])(?:[fFSsBb]\*?|T[jJ]|Do|sh|['\"])(?=\s|$)")
_STRING = re.compile(rb"\((?:[^()\\]|\\.)*\)|<[0-9A-Fa-f\s]+>")


class _Page:
    """What has been drawn of a page so far."""

    def __init__(self) -> None:
        self.paints = self.letters = 0

    def draw(self, data: bytes) -> None:
        self.paints += sum(1 for _ in _PAINT.finditer(data))
        for one in _STRING.finditer(data):
            length = one.end() - one.start() - 2
            self.letters += length // 4 if one[0].startswith(b"<") else length
        if self.paints > MAX_PAINTS:
            raise NoSheet(f"a page of it has more than {MAX_PAINTS} lines and texts")
        if self.letters > MAX_LETTERS:
            raise NoSheet(f"a page of it has more than {MAX_LETTERS} letters")


_page = _Page()


def begin_page() -> None:
    _page.__init__()


class _Unzip:
    """`zlib.decompressobj`, up to a size."""

    def __init__(self) -> None:
        self._unzip, self._size = zlib.decompressobj(), 0

    def decompress(self, data: bytes) -> bytes:
        found = self._unzip.decompress(data, MAX_STREAM + 1 - self._size)
        self._size += len(found)
        if self._size > MAX_STREAM:
            raise NoSheet(f"a page of it unzips to more than {MAX_STREAM >> 20} MiB")
        return found

    @property
    def eof(self) -> bool:
        return self._unzip.eof


class _Zlib:
    """What pdfminer uses of `zlib`."""

    error = zlib.error
    decompressobj = _Unzip

    @staticmethod
    def decompress(data: bytes) -> bytes:
        unzip = _Unzip()
        found = unzip.decompress(data)
        if not unzip.eof:
            raise zlib.error("incomplete or truncated stream")
        return found


def _draws(attributes: Any, data: bytes) -> bool:
    """Return whether it is the content of a page or of a form, and no font, table or picture."""
    if "Type" in attributes and "Form" not in str(attributes.get("Subtype", "")):
        return False
    kind = str(attributes.get("Subtype", "Form"))
    return "Form" in kind and "Length1" not in attributes and b"begincmap" not in data[:2000]


@cache
def bound_pdfminer() -> None:
    """Make pdfminer refuse streams beyond the bounds with `NoSheet`."""
    from pdfminer import pdftypes

    module: Any = pdftypes
    whole: Any = module.PDFStream.get_data

    def get_data(stream: Any) -> bytes:
        data: bytes = whole(stream)
        if len(data) > MAX_STREAM:
            raise NoSheet(f"a page of it has more than {MAX_STREAM >> 20} MiB")
        if _draws(stream.attrs, data):
            _page.draw(data)
        return data

    module.zlib = _Zlib
    module.PDFStream.get_data = get_data
