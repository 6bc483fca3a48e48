"""Entry point for storyboards of other companies: bytes -> StoryboardSheet and its panels. For the
bounded child.

Each format is a row of `ADAPTERS`, detected by its first bytes, whatever the file's name. Pictures
are returned undecoded, and then checked like any upload.
"""

from collections.abc import Callable
from typing import NamedTuple

from pydantic import ValidationError

from conte.storyboards.blocks import RawSheet
from conte.storyboards.reading import NoStoryboard, sheet_of
from serve.bounded.limits import MIB, CallLimits
from serve.bounded.outcome import FunctionResult, Unusable
from serve.office.package import NoSheet, is_old_or_locked, is_open_document, zip_with
from serve.storyboards.csv_blocks import csv_blocks
from serve.storyboards.docx_blocks import docx_blocks
from serve.storyboards.pdf_blocks import pdf_blocks
from serve.storyboards.pptx_blocks import pptx_blocks
from serve.storyboards.xlsx_blocks import xlsx_blocks

LIMITS = CallLimits(
    memory_bytes=512 * MIB, cpu_s=60, wall_s=120, answer_bytes=64 * MIB, file_bytes=1, open_files=64
)
MAX_BYTES = 64 * MIB
WANTED = "a storyboard as PPTX, XLSX, DOCX, CSV or a PDF with a text layer"
SUFFIXES = (".pptx", ".xlsx", ".docx", ".csv", ".pdf")


class Adapter(NamedTuple):
    name: str
    knows: Callable[[bytes], bool]
    read: Callable[[bytes], RawSheet]


def read_storyboard(data: bytes) -> FunctionResult:
    """Read a file; return `StoryboardSheet` as JSON, and the pictures as blobs.

    Raises:
        Unusable: saying what is wrong, or what is wanted.
    """
    if len(data) > MAX_BYTES:
        raise NoSheet(f"it has {len(data)} bytes, wanted at most {MAX_BYTES}")
    adapter = next((one for one in ADAPTERS if one.knows(data)), None)
    if adapter is None:
        raise NoSheet(f"it is not {WANTED}")
    raw = adapter.read(data)
    try:
        return FunctionResult(sheet_of(raw).model_dump_json(), raw.pictures)
    except NoStoryboard as error:
        raise Unusable(str(error)) from None
    except ValidationError as error:
        raise NoSheet(f"its values are out of bounds: {error}"[:200]) from None


def _refused(why: str) -> Callable[[bytes], RawSheet]:
    def read(_data: bytes) -> RawSheet:
        raise NoSheet(why)

    return read


def _is_text(data: bytes) -> bool:
    """Return whether bytes are text, and not the beginning of a known binary format."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return True
    head = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    return bool(head) and b"\0" not in head and not head.startswith((b"<", b"{", b"%PDF", b"PK"))


ADAPTERS = (
    Adapter("xlsx", zip_with(b"xl/workbook"), xlsx_blocks),
    Adapter("pptx", zip_with(b"ppt/presentation"), pptx_blocks),
    Adapter("docx", zip_with(b"word/document"), docx_blocks),
    Adapter("hwpx", zip_with(b"hwp+zip"), _refused("it is an HWPX file; save it as DOCX or PDF")),
    Adapter(
        "odf",
        is_open_document,
        _refused("it is an OpenDocument file; save it as .xlsx, .pptx or .docx"),
    ),
    Adapter("zip", lambda data: data.startswith(b"PK"), _refused(f"it is a ZIP, not {WANTED}")),
    Adapter(
        "ole",
        is_old_or_locked,
        _refused(
            "it is of before 2007, a HWP file, or has a password; save it as .xlsx, .pptx, .docx or"
            " PDF without one"
        ),
    ),
    Adapter("pdf", lambda data: b"%PDF-" in data[:1024], pdf_blocks),
    Adapter("csv", _is_text, csv_blocks),
)
