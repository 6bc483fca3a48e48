"""The claims' rules, read from a YAML file: the one beside this module, or an agency's own."""

from functools import cache
from pathlib import Path

from conte.checks.claim_rules import ClaimRules
from conte.checks.claims import Claims, unknown_scopes
from deployments.knowledge.marked_yaml import KnowledgeError, read_marked
from deployments.knowledge.product_types import product_types

FILE = Path(__file__).parent / "claims.yaml"


@cache
def claims() -> Claims:
    """The rules that come with the install, over its product types."""
    return read_claims(FILE)


def claims_of(path: str) -> Claims:
    """Those of the setting `claims`: a file of one's own, or, empty, those of the install.

    Raises:
        ValueError: in one line, naming the setting and each line and field that is wrong.
    """
    if not path:
        return claims()
    try:
        return read_claims(Path(path))
    except KnowledgeError as error:
        raise ValueError(f"claims: {'; '.join(str(error).splitlines())}") from None


def read_claims(path: Path) -> Claims:
    """The rules of a file, over the install's product types.

    Raises:
        KnowledgeError: naming file, line, field and what is wanted.
    """
    document = read_marked(path)
    rules = document.made(ClaimRules.model_validate, document.value)
    if wrong := [document.wrong(*one) for one in unknown_scopes(rules, product_types())]:
        raise KnowledgeError("\n".join(wrong))
    return Claims(rules, product_types())
