"""Bytes -> text, for documents whose charset is wrong, missing, or one of Korea's older ones."""

import codecs
import re

from crawl.products.table import Unreadable

_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{2,20})", re.IGNORECASE)
_SNIFFED = 4096
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
# What calls itself EUC-KR has the syllables that only CP949 has; browsers read both as CP949.
_MEANT = {"euc-kr": "cp949", "euc_kr": "cp949", "ks_c_5601-1987": "cp949", "ksc5601": "cp949",
          "ms949": "cp949", "x-windows-949": "cp949", "iso-8859-1": "cp1252", "ascii": "cp1252",
          "us-ascii": "cp1252"}  # fmt: skip


def decoded(body: bytes, *, said: str = "", served_as: str = "", is_html: bool = False) -> str:
    """The text of a document.

    Args:
        said: its charset, by whoever wrote the source's entry: believed.
        served_as: by its server: believed where it fits.

    Raises:
        Unreadable: if no charset fits.
    """
    if said:
        try:
            return body.decode(_python_name(said)).removeprefix("\ufeff")
        except (LookupError, UnicodeDecodeError) as error:
            raise Unreadable(f"not in {said}: {error}") from error
    for bom, name in _BOMS.items():
        if body.startswith(bom):
            served_as = name
            break
    meta = _META.search(body[:_SNIFFED]) if is_html else None
    # UTF-8 first: no text of length in another charset is UTF-8 by chance, and names lie.
    told = (served_as, meta.group(1).decode() if meta else "")
    names = ("utf-8", *(_python_name(name) for name in told if name), "cp949")
    for name in names:
        try:
            return body.decode(name).removeprefix("\ufeff")
        except (LookupError, UnicodeDecodeError):
            continue
    return _guessed(body)


def _python_name(name: str) -> str:
    return _MEANT.get(name.lower(), name.lower())


def _guessed(body: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(body[:1_000_000]).best()
    if best is None:
        raise Unreadable("its charset cannot be told: say charset in the source's entry")
    try:
        return body.decode(best.encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(f"not in {best.encoding}, as its beginning seemed: {error}") from error
