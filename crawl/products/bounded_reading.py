"""Reads a document in a child process with limited memory and time."""

from pydantic import TypeAdapter

from crawl.products.reading import DocumentReading, read_document
from crawl.products.sources import SourceEntry
from crawl.products.table import UnreadableDocument
from serve.bounded import Bounded, CallLimits, FunctionResult, Trouble, Unusable

LIMITS = CallLimits(memory_bytes=2 << 30, cpu_s=120, wall_s=300, file_bytes=1)
_READING: TypeAdapter[DocumentReading] = TypeAdapter(DocumentReading)


def read_bounded(
    entry: SourceEntry, body: bytes, served_as: str = "", limits: CallLimits = LIMITS
) -> DocumentReading:
    """Read a document. Raises UnreadableDocument like `read_document`, or if a limit is reached."""
    with Bounded(limits) as child:
        try:
            answer = child.call(_read, entry, body, served_as)
        except Unusable as error:
            raise UnreadableDocument(str(error)) from error
        except Trouble as error:
            raise UnreadableDocument(f"reading it came to nothing: {error}") from error
    return _READING.validate_json(answer.text)


def _read(entry: SourceEntry, body: bytes, served_as: str) -> FunctionResult:
    try:
        return FunctionResult(_READING.dump_json(read_document(entry, body, served_as)).decode())
    except UnreadableDocument as error:
        raise Unusable(str(error)) from error
