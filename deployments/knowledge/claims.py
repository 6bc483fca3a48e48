"""The claims' rules, read from a YAML file: the one beside this module, or an agency's own."""

from functools import cache
from pathlib import Path

from conte.checks.claim_rules import ClaimRules
from conte.checks.claims import Claims, unknown_scopes
from conte.product_types import ProductTypes
from deployments.knowledge.marked_yaml import KnowledgeError, read_marked
from deployments.knowledge.product_types import product_types, product_types_of

FILE = Path(__file__).parent / "claims.yaml"


@cache
def claims() -> Claims:
    """The rules that come with the install, over its product types."""
    return read_claims(FILE)


def claims_of(path: str, types: str = "") -> Claims:
    """Those of the settings `claims` and `product_types`: files of one's own, or, empty, those of
    the install.

    Raises:
        ValueError: in one line, naming the setting and each line and field that is wrong.
    """
    if not path and not types:
        return claims()
    table = product_types_of(types)
    try:
        return read_claims(Path(path) if path else FILE, table)
    except KnowledgeError as error:
        raise ValueError(f"claims: {'; '.join(str(error).splitlines())}") from None


def read_claims(path: Path, types: ProductTypes | None = None) -> Claims:
    """The rules of a file, over product types; without any, over those of the install.

    Raises:
        KnowledgeError: naming file, line, field and what is wanted.
    """
    document = read_marked(path)
    rules = document.made(ClaimRules.model_validate, document.value)
    table = types or product_types()
    if wrong := [document.wrong(*one) for one in unknown_scopes(rules, table)]:
        raise KnowledgeError("\n".join(wrong))
    return Claims(rules, table)
