"""Bytes -> text, for documents whose charset is wrong, missing, or an old Korean one."""

import codecs
import re
from collections.abc import Sequence
from contextlib import suppress

from crawl.polite.charset_names import is_charset
from crawl.products.table import UnreadableDocument

_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{2,20})", re.IGNORECASE)
_SNIFFED = 4096
DAMAGED = "\ufffd"
"""Character that replaces bytes that cannot be decoded."""
_FEW = 4
"""Number of damaged places that any document may have."""
_SURELY = 0.02
"""Share of damaged places among characters beyond ASCII, up to which the charset is certain."""
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
# Documents labelled EUC-KR contain syllables that only CP949 has; browsers decode both as CP949.
_MEANT = {"euc-kr": "cp949", "euc_kr": "cp949", "ks_c_5601-1987": "cp949", "ksc5601": "cp949",
          "ms949": "cp949", "x-windows-949": "cp949", "iso-8859-1": "cp1252", "ascii": "cp1252",
          "us-ascii": "cp1252"}  # fmt: skip


def decoded(body: bytes, *, said: str = "", served_as: str = "", is_html: bool = False) -> str:
    """Decode a document. A few undecodable bytes are replaced by `DAMAGED`.

    Args:
        said: charset in the source's entry, which is trusted.
        served_as: charset named by the server, used if it fits.

    Raises:
        UnreadableDocument: if no charset fits.
    """
    if said:
        try:
            return body.decode(_python_name(said)).removeprefix("\ufeff")
        except (LookupError, ValueError) as error:
            if is_charset(_python_name(said)) and (text := _mended(body, [_python_name(said)])):
                return text
            raise UnreadableDocument(f"not in {said}: {error}") from error
    for bom, name in _BOMS.items():
        if body.startswith(bom):
            served_as = name
            break
    meta = _META.search(body[:_SNIFFED]) if is_html else None
    told = (served_as, meta.group(1).decode() if meta else "")
    names = [name for name in map(_python_name, told) if is_charset(name)]
    # Charsets with a character for every byte fit any document, so they prove nothing.
    fitting, telling = [n for n in names if _fits_all(n)], [n for n in names if not _fits_all(n)]
    # UTF-8 first: no long text in another charset is valid UTF-8 by chance, and labels are often
    # wrong.
    telling = ["utf-8", *telling, "cp949"]
    return (
        _whole(body, ["utf-8"])
        or _mended(body, ["utf-8"], _SURELY)
        or _whole(body, telling[1:])
        or _mended(body, telling)
        or _whole(body, fitting)
        or _guessed(body)
    )


def _whole(body: bytes, names: Sequence[str]) -> str:
    """Return the text in the first charset that fits; empty if none does."""
    for name in names:
        with suppress(ValueError):
            return body.decode(name).removeprefix("\ufeff")
    return ""


def _mended(body: bytes, names: Sequence[str], bound: float = 0.25) -> str:
    """Return the text with the fewest damaged places; empty if there are too many."""
    texts = [body.decode(name, "replace").removeprefix("\ufeff") for name in names]
    text = min(texts, key=lambda text: text.count(DAMAGED))
    damaged = text.count(DAMAGED)
    beyond_ascii = sum(character > "\x7f" for character in text)
    few = damaged <= max(_FEW, beyond_ascii * _SURELY) and damaged <= beyond_ascii * bound
    return text if few else ""


def _fits_all(name: str) -> bool:
    return codecs.lookup(name).name.startswith(("cp125", "iso8859", "latin", "koi8", "mac"))


def _python_name(name: str) -> str:
    return _MEANT.get(name.lower(), name.lower())


def _guessed(body: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(body[:1_000_000]).best()
    if best is None:
        raise UnreadableDocument("its charset cannot be told: say charset in the source's entry")
    try:
        return body.decode(best.encoding)
    except UnicodeDecodeError as error:
        raise UnreadableDocument(
            f"not in {best.encoding}, as its beginning seemed: {error}"
        ) from error
