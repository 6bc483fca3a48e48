"""Claims rules, read from a YAML file: the bundled one, or an agency's."""

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
    """Return the bundled rules with the bundled product types."""
    return read_claims(FILE)


def claims_of(path: str, types: str = "") -> Claims:
    """Return the rules of the settings `claims` and `product_types`: custom files, or the bundled
    ones if empty.

    Raises:
        ValueError: in one line, naming the setting and each wrong line and field.
    """
    if not path and not types:
        return claims()
    table = product_types_of(types)
    try:
        return read_claims(Path(path) if path else FILE, table)
    except KnowledgeError as error:
        raise ValueError(f"claims: {'; '.join(str(error).splitlines())}") from None


def read_claims(path: Path, types: ProductTypes | None = None) -> Claims:
    """Read a file's rules, for `types` or the bundled product types.

    Raises:
        KnowledgeError: naming file, line, field and what is wanted.
    """
    document = read_marked(path)
    rules = document.made(ClaimRules.model_validate, document.value)
    table = types or product_types()
    if wrong := [document.wrong(*one) for one in unknown_scopes(rules, table)]:
        raise KnowledgeError("\n".join(wrong))
    return Claims(rules, table)
