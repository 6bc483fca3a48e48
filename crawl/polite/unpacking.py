"""Decompresses a body within limits."""

import codecs
import zlib
from collections.abc import Generator, Iterable
from typing import Any, Protocol

from crawl.polite.outcome import Refusal, Why

_PIECE = 256 * 1024
"""Largest output in bytes per step, because a few bytes of gzip may expand to megabytes."""
_WINDOW = 16 + zlib.MAX_WBITS
_GZIP_MAGIC = b"\x1f\x8b"
_CODINGS = frozenset({"aes128gcm", "br", "brotli", "bzip2", "compress", "dcb", "dcz", "deflate",
                      "exi", "lzma", "pack200-gzip", "x-bzip2", "x-compress", "xz",
                      "zstd"})  # fmt: skip
"""Registered codings (and three that are not) in which a body may really be compressed."""
_NOTHING = frozenset({"", "identity", "none"})
_LOOKED_AT = 512
_FILES = (b"%PDF-", b"PK\x03\x04", b"\x1a\x45\xdf\xa3", b"\x89PNG", b"\xff\xd8\xff",
          b"GIF8", codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # fmt: skip
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\r\f\x1b")


class Unpacking(Protocol):
    @property
    def whole(self) -> bool:
        """Return whether the body may be complete as received so far."""
        ...

    @property
    def ended(self) -> bool:
        """Return whether the body has ended by its own checksum."""
        ...

    def unpack(self, piece: bytes) -> Iterable[bytes]: ...

    def rest(self) -> Iterable[bytes]:
        """Return the remaining output after the last piece."""
        ...


def unpacking(encoding: str, url: str) -> Unpacking:
    """Return the decompression for a body with this Content-Encoding; only `gzip` was requested.

    Some servers put charsets and other words into that header. The body of such an answer is used
    unchanged if its beginning shows that it is not compressed.

    Raises:
        Refusal: if it is compressed otherwise; also while it is decompressed.
    """
    said = [word.strip().lower() for word in encoding.split(",")]
    packed = [word for word in said if word in _CODINGS or word in ("gzip", "x-gzip")]
    match packed:
        case []:
            return _Plain() if _NOTHING.issuperset(said) else _Misnamed(url, encoding)
        case ["gzip" | "x-gzip"]:
            return _Gzip(url)
        case _:
            raise _otherwise(url, encoding)


def _otherwise(url: str, encoding: str) -> Refusal:
    return Refusal(Why.ENCODING, f"{url}: packed as {encoding.lower()[:40]!r}, wanted gzip")


class _Plain:
    whole, ended = True, False

    def unpack(self, piece: bytes) -> Iterable[bytes]:
        return (piece,)

    def rest(self) -> Iterable[bytes]:
        return ()


class _Misnamed:
    """A body whose Content-Encoding is no coding: passed unchanged if it begins like plain data."""

    whole, ended = True, False

    def __init__(self, url: str, encoding: str) -> None:
        self._url, self._encoding = url, encoding
        self._beginning: bytes | None = b""
        """Beginning that is held back; None once it has been checked."""

    def unpack(self, piece: bytes) -> Iterable[bytes]:
        if self._beginning is None:
            return (piece,)
        self._beginning += piece
        return () if len(self._beginning) < _LOOKED_AT else self.rest()

    def rest(self) -> Iterable[bytes]:
        beginning, self._beginning = self._beginning or b"", None
        if not _is_plain(beginning[:_LOOKED_AT]):
            raise _otherwise(self._url, self._encoding)
        return (beginning,)


def _is_plain(beginning: bytes) -> bool:
    """Return whether it begins like text or a known kind of file; compressed data has control
    characters."""
    known = beginning.startswith(_FILES) or beginning[4:8] == b"ftyp"
    return known or _CONTROLS.isdisjoint(beginning)


class _Gzip:
    """Gzip members one after the other (RFC 1952); anything after the last one is ignored."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._member: Any = zlib.decompressobj(_WINDOW)
        self._begun = False

    @property
    def whole(self) -> bool:
        return self._member is None or not self._begun

    @property
    def ended(self) -> bool:
        return self._member is None

    def unpack(self, piece: bytes) -> Generator[bytes]:
        held_back = False  # zlib may hold back output even when it has taken all input
        while piece or held_back:
            if self._member is None:
                if not piece.startswith(_GZIP_MAGIC):
                    return
                self._member = zlib.decompressobj(_WINDOW)
            self._begun = True
            try:
                part = self._member.decompress(piece, _PIECE)
            except zlib.error as error:
                raise Refusal(Why.ENCODING, f"{self._url}: not gzip ({error})") from error
            yield part
            piece, held_back = self._member.unconsumed_tail, len(part) == _PIECE
            if self._member.eof:
                piece, held_back = self._member.unused_data, False
                self._member = None

    def rest(self) -> Iterable[bytes]:
        return ()
