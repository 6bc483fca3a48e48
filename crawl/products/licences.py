"""Licences whose rows may be served; checked before anything is fetched."""

from collections.abc import Collection
from typing import get_args

from conte.bilingual import BilingualText
from conte.product_types import Licence

LICENCES: tuple[Licence, ...] = get_args(Licence)
SERVED: frozenset[Licence] = frozenset({"law", "own", "KOGL-1"})
"""Licences accepted by default."""

_WHY: dict[Licence, BilingualText] = {
    "KOGL-2": BilingualText(
        ko="공공누리 제2유형은 상업적 이용을 금합니다", en="KOGL type 2 forbids commercial use"
    ),
    "KOGL-3": BilingualText(
        ko="공공누리 제3유형은 변경을 금하며, 문서에서 행을 뽑아 표로 만드는 것은 변경입니다",
        en="KOGL type 3 forbids changes, and taking rows out of a document is one",
    ),
    "KOGL-4": BilingualText(
        ko="공공누리 제4유형은 상업적 이용과 변경을 모두 금합니다",
        en="KOGL type 4 forbids commercial use and changes",
    ),
    "unknown": BilingualText(
        ko="이용 조건을 알 수 없습니다", en="nobody knows what its licence allows"
    ),
}


def why_refused(licence: Licence, accepted: Collection[str] = ()) -> BilingualText | None:
    """Return the reason why rows under this licence are not served; None if they are."""
    if licence in SERVED or licence in accepted:
        return None
    return _WHY[licence]


def needs_attribution(licence: Licence) -> bool:
    """Return whether the licence requires attribution: all four types of KOGL (공공누리) do."""
    return licence.startswith("KOGL-")
