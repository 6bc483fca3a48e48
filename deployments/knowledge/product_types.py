"""The table of product types, read from the YAML files of the folder beside this module.

`table.yaml` has the version, the sources and the standards. The other files have the types, as
industry -> items -> types, each type one line: `id: 한국어, 다른 말 | English, other words`.
"""

from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from conte.bilingual import BilingualText
from conte.product_types import Industry, ProductType, ProductTypes
from deployments.knowledge.marked_yaml import KnowledgeError, MarkedYaml, Place, read_marked

FOLDER = Path(__file__).parent / "products"
_HEAD = "table.yaml"
_SOURCE = "seed"
_OF_AN_INDUSTRY = ("industry", "name", "items")
_OF_AN_ITEM = ("item", "standards", "regimes", "types", "source")


@cache
def product_types() -> ProductTypes:
    """Return the bundled table."""
    return read_product_types(FOLDER)


def product_types_of(path: str) -> ProductTypes:
    """Return the table of the setting `product_types`, or the bundled one if it is empty.

    Raises:
        ValueError: in one line, naming the setting.
    """
    if not path:
        return product_types()
    try:
        return ProductTypes.model_validate_json(Path(path).read_bytes())
    except OSError as error:
        raise ValueError(f"product_types: {path}: {error.strerror}") from None
    except ValidationError as error:
        found = error.errors()[0]
        place = ".".join(str(part) for part in found["loc"]) or "the file"
        raise ValueError(f"product_types: {path}: {place}: {found['msg']}") from None


def read_product_types(folder: Path) -> ProductTypes:
    """Read the table in a folder.

    Raises:
        KnowledgeError: naming file, line, field and what is wanted.
    """
    head = read_marked(folder / _HEAD)
    industries: list[Industry] = []
    kinds: list[ProductType] = []
    for path in sorted(folder.glob("*.yaml")):
        if path.name == _HEAD:
            continue
        document = read_marked(path)
        for place, entry in _listed(document, document.value, ()):
            _closed(document, entry, place, _OF_AN_INDUSTRY)
            industry = {"code": entry["industry"], "name": entry["name"]}
            industries.append(document.made(Industry.model_validate, industry, place))
            kinds += _types(document, entry, place)
    table = head.value if isinstance(head.value, dict) else {}
    return head.made(
        ProductTypes.model_validate, {**table, "industries": industries, "types": kinds}
    )


def _types(document: MarkedYaml, industry: dict[str, Any], place: Place) -> list[ProductType]:
    kinds: list[ProductType] = []
    for at, item in _listed(document, industry["items"], (*place, "items")):
        _closed(document, item, at, _OF_AN_ITEM, may_lack=("standards", "regimes", "source"))
        if not isinstance(item["types"], dict):
            raise KnowledgeError(document.wrong((*at, "types"), "wanted lines of `id: words`"))
        for name, words in item["types"].items():
            here = (*at, "types", name)
            ko, en = document.made(_words, words, here)
            row = {
                "id": name,
                "industry": industry["industry"],
                "item": item["item"],
                "name": BilingualText(ko=ko[0], en=en[0]),
                "synonyms": (*ko[1:], *en[1:]),
                "standards": item.get("standards", "").split(),
                "regimes": item.get("regimes", "").split(),
                "source": item.get("source", _SOURCE),
            }
            kinds.append(document.made(ProductType.model_validate, row, here))
    return kinds


def _words(line: Any) -> tuple[list[str], list[str]]:
    ko, bar, en = str(line).partition(" | ")
    sides = [[word.strip() for word in side.split(",") if word.strip()] for side in (ko, en)]
    if not bar or not all(sides):
        raise ValueError(f"wanted 'Korean, more | English, more', got {str(line)[:60]!r}")
    return sides[0], sides[1]


def _listed(document: MarkedYaml, found: Any, place: Place) -> list[tuple[Place, dict[str, Any]]]:
    if not isinstance(found, list):
        raise KnowledgeError(document.wrong(place, "wanted a list"))
    for number, one in enumerate(found):
        if not isinstance(one, dict):
            raise KnowledgeError(document.wrong((*place, number), "wanted fields"))
    return [((*place, number), one) for number, one in enumerate(found)]


def _closed(
    document: MarkedYaml,
    entry: dict[str, Any],
    place: Place,
    fields: tuple[str, ...],
    may_lack: tuple[str, ...] = (),
) -> None:
    for name in entry:
        if name not in fields:
            raise KnowledgeError(
                document.wrong(
                    (*place, name), f"there is no such field; there is {', '.join(fields)}"
                )
            )
    for name in fields:
        if name not in entry and name not in may_lack:
            raise KnowledgeError(document.wrong(place, f"{name} is missing"))
