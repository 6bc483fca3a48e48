"""Reads a document in a child process, which gets so much memory and time and no more."""

from pydantic import TypeAdapter

from crawl.products.reading import Reading, read_document
from crawl.products.sources import SourceEntry
from crawl.products.table import Unreadable
from serve.bounded import Bounded, FunctionResult, Limits, Trouble, Unusable

LIMITS = Limits(memory_bytes=2 << 30, cpu_s=120, wall_s=300, file_bytes=1)
_READING: TypeAdapter[Reading] = TypeAdapter(Reading)


def read_bounded(
    entry: SourceEntry, body: bytes, served_as: str = "", limits: Limits = LIMITS
) -> Reading:
    """Raises Unreadable: as `read_document`, and where it takes too much."""
    with Bounded(limits) as child:
        try:
            answer = child.call(_read, entry, body, served_as)
        except Unusable as error:
            raise Unreadable(str(error)) from error
        except Trouble as error:
            raise Unreadable(f"reading it came to nothing: {error}") from error
    return _READING.validate_json(answer.text)


def _read(entry: SourceEntry, body: bytes, served_as: str) -> FunctionResult:
    try:
        return FunctionResult(_READING.dump_json(read_document(entry, body, served_as)).decode())
    except Unreadable as error:
        raise Unusable(str(error)) from error
