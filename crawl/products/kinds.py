"""Detects a document's real kind by its first bytes, regardless of its name or media type."""

import codecs
import io
import re
import zipfile
from typing import Literal

from crawl.products.table import UnreadableDocument

Kind = Literal["html", "csv", "xlsx", "pdf"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PDF_WITHIN = 1024
"""Bytes within which a PDF's mark must occur, as in PDF readers."""
_MARKS = (
    (b"\x1f\x8b", "a gzip archive"),
    (b"{\\rtf", "an RTF document"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"HWP Document File", "an HWP document"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
)
_BIFF = tuple(b"\x09" + version for version in (b"\x00", b"\x02", b"\x04", b"\x08"))
# Streams of OLE files, in the order in which they are searched.
_STREAMS = (
    ("EncryptedPackage", "an Office document that wants a password"),
    ("Workbook", "an Excel 97-2003 workbook (XLS); save it as XLSX"),
    ("Book", "an Excel 5.0/95 workbook (XLS); save it as XLSX"),
    ("HwpSummaryInformation", "an HWP document"),
    ("WordDocument", "a Word 97-2003 document (DOC)"),
    ("PowerPoint Document", "a PowerPoint 97-2003 document (PPT)"),
)
_MEMBERS = (
    ("word/", "a Word document (DOCX)"),
    ("ppt/", "a PowerPoint document (PPTX)"),
    ("Contents/content.hpf", "an HWPX document"),
    ("content.xml", "an OpenDocument file"),
    ("Index/", "an iWork document"),
)
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|table|meta|title|style"
    rb"|script|div|p|center|link)\b",
    re.IGNORECASE | re.DOTALL,
)
_SPREADSHEET_ML = b"urn:schemas-microsoft-com:office:spreadsheet"
_BEGINNING = 8192
_TEXT_CONTROLS = frozenset(b"\t\n\r\f\x1a\x1b\x0b")
_MOST_CONTROLS = 0.02
"""Share of control characters in a text, some of which word processors leave in copied cells."""


def kind_of(body: bytes) -> Kind:
    """Return the kind, and so the adapter, of a document.

    Raises:
        UnreadableDocument: if no adapter reads it; the message says what it is.
    """
    beginning = body[:_BEGINNING]
    if not beginning.strip():
        raise UnreadableDocument("is an empty file")
    if b"%PDF-" in beginning[:_PDF_WITHIN]:
        return "pdf"
    if beginning.startswith(b"PK\x03\x04"):
        return _packaged(body)
    if beginning.startswith(_OLE):
        raise UnreadableDocument(f"is {_compound(body)}")
    if beginning.startswith(_BIFF):
        raise UnreadableDocument("is an early Excel workbook (XLS); save it as XLSX")
    for mark, name in _MARKS:
        if beginning.startswith(mark):
            raise UnreadableDocument(f"is {name}")
    return _written(beginning)


def _packaged(body: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            names = package.namelist()
    except Exception as error:  # zipfile may raise any exception
        raise UnreadableDocument(
            f"is a broken ZIP archive: {error or type(error).__name__}"
        ) from error
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    for beginning, name in _MEMBERS:
        if any(member.startswith(beginning) for member in names):
            raise UnreadableDocument(f"is {name}")
    raise UnreadableDocument("is a ZIP archive")


def _compound(body: bytes) -> str:
    for stream, name in _STREAMS:
        if f"{stream}\0".encode("utf-16-le") in body:
            return name
    return "an OLE document, such as XLS, DOC or HWP of old"


def _written(beginning: bytes) -> Kind:
    """Return the kind of a text document."""
    wide = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}.get(beginning[:2])
    text = beginning.decode(wide, "ignore").encode() if wide else beginning
    text = text.removeprefix(codecs.BOM_UTF8)
    if _SPREADSHEET_ML in text:
        raise UnreadableDocument("is an XML Spreadsheet 2003; save it as XLSX")
    if _HTML.match(text):
        return "html"
    controls = sum(byte < 32 and byte not in _TEXT_CONTROLS for byte in text)
    if controls > len(text) * _MOST_CONTROLS:
        raise UnreadableDocument("is neither text nor a document of a kind that is known")
    return "csv"
