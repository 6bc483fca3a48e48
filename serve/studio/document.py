"""`python -m serve.studio.document FILE`: writes the OpenAPI document from which the page's types
are generated."""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from serve.ingress.app import create_app
from serve.ledger.ledger import Ledger
from serve.settings import Settings
from serve.vault import Vault


def document() -> str:
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home))
        app = create_app(settings, Ledger.open(settings.ledger_url), Vault.open(settings.vault_url))
        return json.dumps(_without_tuples(app.openapi()), ensure_ascii=False, indent=1) + "\n"


def _without_tuples(node: Any) -> Any:
    """Return the document with lists in place of tuples, because openapi-fetch treats them as
    lists."""
    match node:
        case {"prefixItems": [first, *_], **rest}:
            return _without_tuples({**rest, "items": first})
        case dict():
            return {name: _without_tuples(value) for name, value in node.items()}
        case list():
            return [_without_tuples(value) for value in node]
        case _:
            return node


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(document())
