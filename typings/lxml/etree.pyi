# lxml ships no types. What is used of it, and no more.
from typing import Any

class XMLSyntaxError(SyntaxError): ...

class XMLParser:
    def __init__(
        self,
        *,
        encoding: str | None = ...,
        resolve_entities: bool = ...,
        load_dtd: bool = ...,
        no_network: bool = ...,
        huge_tree: bool = ...,
        remove_comments: bool = ...,
        remove_pis: bool = ...,
    ) -> None: ...

class HTMLParser:
    def __init__(self, **options: Any) -> None: ...

def iterwalk(element: Any, events: tuple[str, ...] = ..., tag: Any = ...) -> Any: ...
def Element(tag: str, **attributes: str) -> Any: ...  # noqa: N802
def SubElement(parent: Any, tag: str, **attributes: str) -> Any: ...  # noqa: N802
def fromstring(text: bytes | str, parser: XMLParser | HTMLParser | None = ...) -> Any: ...
def tostring(
    element: Any,
    *,
    xml_declaration: bool = ...,
    encoding: str = ...,
    pretty_print: bool = ...,
    doctype: str = ...,
) -> bytes: ...
