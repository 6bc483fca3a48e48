"""Bytes -> the data of server-sent events, as the HTML standard reads them. Pure."""

from collections.abc import Iterable, Iterator


def lines_of(chunks: Iterable[bytes]) -> Iterator[str]:
    """Lines ending in LF or CRLF, and in nothing else: U+2028 may stand within a text."""
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield line.removesuffix(b"\r").decode()


def messages(lines: Iterable[str]) -> Iterator[str]:
    """The data of each event. Comments, and an event that the end cut off, tell nothing."""
    data: list[str] = []
    for line in lines:
        if not line:
            if data:
                yield "\n".join(data)
            data = []
        elif line.startswith("data:"):
            data.append(line[5:].removeprefix(" "))
