"""Bytes -> data of server-sent events, by the HTML standard. Pure."""

from collections.abc import Iterable, Iterator


def lines_of(chunks: Iterable[bytes]) -> Iterator[str]:
    """Yield lines ending in LF or CRLF only: U+2028 may occur within a text."""
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield line.removesuffix(b"\r").decode()


def messages(lines: Iterable[str]) -> Iterator[str]:
    """Yield the data of each event. Skips comments and an incomplete last event."""
    data: list[str] = []
    for line in lines:
        if not line:
            if data:
                yield "\n".join(data)
            data = []
        elif line.startswith("data:"):
            data.append(line[5:].removeprefix(" "))
