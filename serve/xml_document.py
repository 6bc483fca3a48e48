"""Bytes -> an XML document with bounded size, number of elements and depth.

No DTD, no entities, no network. Only UTF-8, so that the bytes that are checked are the ones that
are parsed.
"""

import re
from typing import Any

from serve.bounded.outcome import Unusable

MAX_ELEMENTS = 100_000
MAX_DEPTH = 64
_DECLARED = re.compile(rb"\A\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)[\"']")
_DOCTYPE = re.compile(rb"<!DOCTYPE\s+[A-Za-z0-9]+\s*>")
_FORBIDDEN = re.compile(rb"<!(DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)", re.IGNORECASE)
# Possessive: no way back is remembered for each letter of a long name.
_TAG = re.compile(rb"<(/?)[A-Za-z_](?:[^<>\"'/]++|\"[^\"]*+\"|'[^']*+'|/(?!>))*+(/?)>")
_OPAQUE = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>", re.DOTALL)


class NotXml(Unusable):
    """The document is no XML that may be parsed; the message says why."""


def parsed(data: bytes) -> Any:
    """Return the root element, of lxml.

    Raises:
        NotXml: saying what is wrong.
    """
    check_bounds(data)
    try:
        from lxml import etree
    except ImportError:
        raise NotXml("this server reads no XML: it lacks sian[deliver]") from None
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise NotXml(f"it is no XML: {error}"[:200]) from None


def check_bounds(data: bytes) -> None:
    """Raise NotXml if the document exceeds a limit."""
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotXml("it is not UTF-8") from None
    declared = _DECLARED.match(data.removeprefix(b"\xef\xbb\xbf"))
    if declared and declared[1].lower() not in (b"utf-8", b"utf8"):
        raise NotXml("it is not UTF-8")
    if b"\0" in data or _FORBIDDEN.search(_DOCTYPE.sub(b"", data, count=1)):
        raise NotXml("it declares a DTD or entities, which are not read")
    if data.count(b"<") > 2 * MAX_ELEMENTS:
        raise NotXml(f"it has more than {MAX_ELEMENTS} elements")
    depth = 0
    for tag in _TAG.finditer(_OPAQUE.sub(b"", data)):
        depth += -1 if tag[1] else 0 if tag[2] else 1
        if depth > MAX_DEPTH:
            raise NotXml(f"its elements lie more than {MAX_DEPTH} deep")
