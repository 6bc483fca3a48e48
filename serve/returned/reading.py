"""Entry point for edited files: bytes -> their content as JSON. For the bounded child.

Each format is a row of `READERS`, detected by its first bytes, whatever the file's name.
"""

from collections.abc import Callable
from typing import NamedTuple

from pydantic import ValidationError

from conte.revision.edited import EditedVersion
from serve.bounded.limits import MIB, CallLimits
from serve.bounded.outcome import FunctionResult
from serve.office.package import NoSheet, is_old_or_locked, is_open_document, zip_with
from serve.returned.deck import read_deck
from serve.returned.edl import read_edl
from serve.returned.fcp7xml import read_fcp7xml
from serve.returned.fcpxml import read_fcpxml
from serve.returned.otio import CONTENT, content_of, read_otio
from serve.returned.timeline import NoTimeline, ReadTimeline, edited_of
from serve.returned.workbook import read_workbook
from serve.xml_document import parsed

LIMITS = CallLimits(
    memory_bytes=384 * MIB, cpu_s=20, wall_s=60, answer_bytes=4 * MIB, file_bytes=1, open_files=64
)
MAX_BYTES = 32 * MIB
MAX_TEXT = 8 * MIB
WANTED = "an XLSX, PPTX, OTIO, OTIOZ, FCPXML, FCP7 XML or EDL file"


class Reader(NamedTuple):
    name: str
    knows: Callable[[bytes], bool]
    """Returns whether bytes are of the format."""
    read: Callable[[bytes, int], EditedVersion]
    """Reads the bytes, given the film's frame rate for formats that do not contain one."""


def read_edited(data: bytes, fps: int) -> FunctionResult:
    """Read a file; return `EditedVersion` as JSON.

    Raises:
        NoTimeline, NoSheet, NotXml: saying what is wrong, or what is wanted.
    """
    if len(data) > MAX_BYTES:
        raise NoTimeline(f"it has {len(data)} bytes, wanted at most {MAX_BYTES}")
    for reader in READERS:
        if reader.knows(data):
            try:
                return FunctionResult(reader.read(data, fps).model_dump_json())
            except ValidationError as error:
                raise NoTimeline(f"its values are out of bounds: {error}"[:200]) from None
    raise NoTimeline(f"it is not {WANTED}")


def _otioz(data: bytes, _fps: int) -> EditedVersion:
    return edited_of(read_otio(content_of(data)))


def _otio(data: bytes, _fps: int) -> EditedVersion:
    return edited_of(read_otio(_text(data)))


def _xml(data: bytes, _fps: int) -> EditedVersion:
    root = parsed(_text(data))
    readers: dict[str, Callable[..., ReadTimeline]] = {
        "fcpxml": read_fcpxml, "xmeml": read_fcp7xml,
    }  # fmt: skip
    if root.tag not in readers:
        raise NoTimeline(f"it is XML of another kind, {str(root.tag)[:40]}")
    return edited_of(readers[root.tag](root))


def _edl(data: bytes, fps: int) -> EditedVersion:
    return edited_of(read_edl(_text(data), fps))


def _workbook(data: bytes, _fps: int) -> EditedVersion:
    return read_workbook(data)


def _deck(data: bytes, _fps: int) -> EditedVersion:
    return read_deck(data)


def _open_document(_data: bytes, _fps: int) -> EditedVersion:
    raise NoSheet("it is an OpenDocument file; save it as .xlsx or .pptx")


def _old_or_locked(_data: bytes, _fps: int) -> EditedVersion:
    raise NoSheet("it has a password, or is of before 2007; save it as .xlsx or .pptx without one")


def _text(data: bytes) -> bytes:
    if len(data) > MAX_TEXT:
        raise NoTimeline(f"it has {len(data)} bytes, wanted at most {MAX_TEXT}")
    return data


def _begins(*heads: bytes) -> Callable[[bytes], bool]:
    return lambda data: data[:256].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(heads)


READERS = (
    Reader("otioz", zip_with(CONTENT.encode()), _otioz),
    Reader("xlsx", zip_with(b"xl/workbook"), _workbook),
    Reader("pptx", zip_with(b"ppt/presentation"), _deck),
    Reader("odf", is_open_document, _open_document),
    Reader("ole", is_old_or_locked, _old_or_locked),
    Reader("otio", _begins(b"{"), _otio),
    Reader("xml", _begins(b"<"), _xml),
    Reader("edl", _begins(b"TITLE:"), _edl),
)
