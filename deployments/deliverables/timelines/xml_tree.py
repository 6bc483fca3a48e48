"""XML elements with only the characters that XML allows."""

import re
from typing import Any

from lxml import etree

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML forbids, even escaped."""


def document(tag: str, **attributes: str) -> Any:
    return etree.Element(tag, **attributes)


def sub(parent: Any, tag: str, text: str | int | None = None, **attributes: str) -> Any:
    """Append an element and return it."""
    made = etree.SubElement(parent, tag, **{name: _clean(one) for name, one in attributes.items()})
    if text is not None:
        made.text = _clean(str(text))
    return made


def written(root: Any) -> bytes:
    """Return the document in UTF-8, with the DOCTYPE that the programs require, but without a
    DTD."""
    doctype = f"<!DOCTYPE {root.tag}>"
    return etree.tostring(
        root, xml_declaration=True, encoding="UTF-8", pretty_print=True, doctype=doctype
    )


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text)
