"""Checks that the product's type is known. An unknown product is drawn as a plain package."""

from conte.brief import Brief
from conte.checks.finding import Finding
from conte.conte import Conte, ProductEntry
from conte.product_types import ProductTypes
from conte.vocabulary import ProductForm


def check_product_known(conte: Conte, brief: Brief, types: ProductTypes) -> tuple[Finding, ...]:
    """Return a note if the table has no type for the brief's product and its form is a plain
    package: the draft then shows a box instead of what the product looks like.
    """
    forms = {entry.form for entry in conte.sheet if isinstance(entry, ProductEntry)}
    if forms != {ProductForm.PACKAGE} or types.match(brief.product) is not None:
        return ()
    ko = brief.language == "ko"
    return (
        Finding(
            check="product.type",
            cut=None,
            field="sheet",
            severity="note",
            message="어떤 제품인지 알 수 없어 무늬 없는 상자로 그렸습니다"
            if ko
            else "it is not known what the product is: it is drawn as a plain package",
            proposal="브리프의 제품 분류에 ‘제습기’처럼 무엇인지 적어 주세요"
            if ko
            else "say what it is in the brief's category, such as “dehumidifier”",
        ),
    )
