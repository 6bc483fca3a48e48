"""What of PDF/UA-1 (ISO 14289-1) a program can find in a PDF. Clauses are those of the standard.

Not looked at: the widths of glyphs, and what our pages do not have (forms, media, links).
"""

import io
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pypdf
from pypdf.generic import ArrayObject, ContentStream, DictionaryObject, NameObject

_PAINTS = frozenset(
    [
        b"Tj",
        b"TJ",
        b"'",
        b'"',
        b"Do",
        b"sh",
        b"f",
        b"F",
        b"f*",
        b"S",
        b"s",
        b"B",
        b"B*",
        b"b",
        b"b*",
    ]
)
_SHOWS = frozenset([b"Tj", b"TJ", b"'", b'"'])
_BELOW = {
    "Table": {"THead", "TBody", "TFoot", "TR", "Caption"},
    "THead": {"TR"}, "TBody": {"TR"}, "TFoot": {"TR"}, "TR": {"TH", "TD"},
    "L": {"LI", "Caption"}, "LI": {"Lbl", "LBody"},
}  # fmt: skip
_ABOVE = {"TR": {"Table", "THead", "TBody", "TFoot"}, "TH": {"TR"}, "TD": {"TR"}, "LI": {"L"}}


def faults_of(data: bytes) -> list[str]:
    """Return what is wrong, each beginning with its clause."""
    reader = pypdf.PdfReader(io.BytesIO(data))
    root: Any = reader.trailer["/Root"].get_object()  # pyright: ignore[reportOptionalMemberAccess]
    if "/StructTreeRoot" not in root:
        return ["7.1: no structure"]
    found = [*_document(root), *_structure(root["/StructTreeRoot"].get_object())]
    marked: Counter[tuple[int, int]] = Counter()
    for page in reader.pages:
        number = page.indirect_reference.idnum if page.indirect_reference else 0
        found += _page(page, reader, number, marked)
    told = Counter(_contents(root["/StructTreeRoot"].get_object(), 0))
    found += [f"7.1: content {one} of the page stands in no element" for one in marked - told]
    found += [f"7.1: an element names content {one}, which no page has" for one in told - marked]
    return found


def _document(root: Any) -> Iterator[str]:
    metadata = root["/Metadata"].get_object().get_data() if "/Metadata" in root else b""
    if b"<pdfuaid:part>1</pdfuaid:part>" not in metadata:
        yield "5: it does not say that it is PDF/UA-1"
    if b"<dc:title>" not in metadata:
        yield "7.1: no title"
    mark = root.get("/MarkInfo", {})
    if not _is_true(mark, "/Marked") or _is_true(mark, "/Suspects"):
        yield "6.2: it is not marked as tagged"
    if not root.get("/Lang"):
        yield "7.2: no language"
    if not _is_true(root.get("/ViewerPreferences", {}), "/DisplayDocTitle"):
        yield "7.1: its title is not shown"
    for name, file in _embedded(root):
        if not {"/F", "/UF"} <= file.keys():
            yield f"7.11: the embedded file {name} has no name"


def _is_true(values: Any, name: str) -> bool:
    # pypdf's booleans are objects, and every object is true.
    return name in values and values[name] == True  # noqa: E712


def _embedded(root: Any) -> Iterator[tuple[str, Any]]:
    names = root.get("/Names", DictionaryObject()).get_object()
    files = (
        names.get("/EmbeddedFiles", DictionaryObject()).get_object().get("/Names", ArrayObject())
    )
    for name, file in zip(files[::2], files[1::2], strict=True):
        yield str(name), file.get_object()


def _structure(root: Any) -> Iterator[str]:
    level = 0
    for above, element in _elements(root, "", root.get("/RoleMap", {})):
        kind = _kind(element, root.get("/RoleMap", {}))
        below = {_kind(one, root.get("/RoleMap", {})) for one in _children(element)}
        if kind in _BELOW and not below <= _BELOW[kind]:
            yield f"7.2: a {kind} holds {', '.join(sorted(below - _BELOW[kind]))}"
        if kind in _ABOVE and above not in _ABOVE[kind]:
            yield f"7.2: a {kind} stands in a {above}"
        if kind == "Figure" and not str(element.get("/Alt", "")).strip():
            yield "7.3: a picture without a description"
        if kind == "Table" and not any(_is_heading(one) for one in _all(element)):
            yield "7.5: a table whose cells have no heading"
        if kind[:1] == "H" and kind[1:].isdecimal():
            if int(kind[1:]) > level + 1:
                yield f"7.4: {kind} after H{level}"
            level = int(kind[1:])
            if not list(_contents(element, 0)):
                yield f"7.4: an empty {kind}"


def _is_heading(element: Any) -> bool:
    attributes = element.get("/A", ArrayObject())
    attributes = attributes.get_object()
    some = attributes if isinstance(attributes, list) else [attributes]
    return element["/S"] == "/TH" and any("/Scope" in one.get_object() for one in some)


def _kind(element: Any, roles: Any) -> str:
    kind = str(element["/S"])
    return str(roles.get(kind, kind)).removeprefix("/")


def _children(element: Any) -> list[Any]:
    below = element.get("/K", ArrayObject())
    below = below.get_object()
    some = below if isinstance(below, list) else [below]
    found = [one.get_object() for one in some]
    return [one for one in found if isinstance(one, dict) and "/S" in one]


def _elements(element: Any, kind: str, roles: Any) -> Iterator[tuple[str, Any]]:
    for one in _children(element):
        yield kind, one
        yield from _elements(one, _kind(one, roles), roles)


def _all(element: Any) -> Iterator[Any]:
    for one in _children(element):
        yield one
        yield from _all(one)


def _contents(element: Any, page: int) -> Iterator[tuple[int, int]]:
    """The marked content that an element and those below it name, by page and number."""
    if "/Pg" in element:
        page = element.raw_get("/Pg").idnum
    below = element.get("/K", ArrayObject())
    below = below.get_object()
    for one in below if isinstance(below, list) else [below]:
        held = one.get_object()
        if isinstance(held, int):
            yield page, held
        elif "/MCID" in held:
            yield (held.raw_get("/Pg").idnum if "/Pg" in held else page), int(held["/MCID"])
        elif "/S" in held:
            yield from _contents(held, page)


def _page(
    page: Any, reader: pypdf.PdfReader, number: int, marked: Counter[tuple[int, int]]
) -> Iterator[str]:
    if page.get("/Annots"):
        yield "7.18: annotations, which nothing here looks at"
    fonts = page["/Resources"].get("/Font", DictionaryObject()).get_object()
    for name, font in fonts.items():
        below = font.get_object()["/DescendantFonts"][0].get_object()
        if not {"/FontFile2", "/FontFile3"} & below["/FontDescriptor"].get_object().keys():
            yield f"7.21.4: the font {name} is not embedded"
        if "/ToUnicode" not in font.get_object():
            yield f"7.21.7: the font {name} has no Unicode"
    inside: list[bool] = []
    properties = page["/Resources"].get("/Properties", DictionaryObject()).get_object()
    for operands, operator in ContentStream(page.get_contents(), reader).operations:
        if operator in (b"BDC", b"BMC"):
            given = operands[1] if len(operands) > 1 else {}
            given = properties[given].get_object() if isinstance(given, NameObject) else given
            if "/MCID" in given:
                marked[number, int(given["/MCID"])] += 1
            inside.append(operands[0] == "/Artifact" or "/MCID" in given)
        elif operator == b"EMC":
            inside.pop()
        elif operator in _PAINTS and not any(inside):
            yield f"7.1: {operator.decode()} is neither content nor decoration"
        if operator in _SHOWS and any(map(_has_no_glyph, _strings(operands))):
            yield "7.21.8: a character without a glyph"


def _strings(operands: Any) -> Iterator[bytes]:
    for one in operands:
        if isinstance(one, list):
            yield from _strings(one)
        elif hasattr(one, "original_bytes"):
            yield one.original_bytes
        elif isinstance(one, bytes):
            yield one


def _has_no_glyph(codes: bytes) -> bool:
    return any(codes[at : at + 2] == b"\x00\x00" for at in range(0, len(codes), 2))
