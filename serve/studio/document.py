"""`python -m serve.studio.document FILE`: the OpenAPI document behind the page's types."""

import json
import sys
import tempfile
from pathlib import Path

from serve.ingress.app import create_app
from serve.ledger.ledger import Ledger
from serve.settings import Settings
from serve.vault import Vault


def document() -> str:
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home))
        app = create_app(settings, Ledger.open(settings.ledger_url), Vault.open(settings.vault_url))
        return json.dumps(app.openapi(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(document())
