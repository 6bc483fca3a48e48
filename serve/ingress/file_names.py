"""Names of downloaded files: product, 콘티 and cut, in the brief's language."""

from typing import Literal

from conte.brief import Brief
from conte.vocabulary import Language
from serve.ingress.file_response import Kind

What = Literal["film", "sheet", "poster", "clip", "cut poster"]

_NAMES: dict[Language, dict[What, str]] = {
    "ko": {
        "film": "",
        "sheet": " 시트",
        "poster": " 포스터",
        "clip": " 컷 {k}",
        "cut poster": " 컷 {k} 포스터",
    },
    "en": {
        "film": "",
        "sheet": " sheet",
        "poster": " poster",
        "clip": " cut {k}",
        "cut poster": " cut {k} poster",
    },
}
TITLES: dict[Language, str] = {"ko": "{product} 콘티 {n}", "en": "{product} conte {n}"}


def file_name(brief: Brief | None, unknown: str, n: int, what: What, kind: Kind, k: int = 0) -> str:
    """Return the name of a file. `unknown`: instead of the product if there is no brief."""
    language = brief.language if brief else "en"
    product = brief.product.name if brief else unknown
    name = (TITLES[language] + _NAMES[language][what]).format(product=product, n=n, k=k)
    return name + (".mp4" if kind == "video/mp4" else ".png")
