"""Alembic's entry: runs inside the transaction that serve/ledger/engine.py opened and locked."""

from alembic import context
from sqlalchemy import Connection

from serve.ledger.tables import metadata

connection = context.config.attributes.get("connection")
if not isinstance(connection, Connection):
    raise SystemExit("the ledger migrates itself when it is opened; there is no command for it")
context.configure(connection=connection, target_metadata=metadata)
context.run_migrations()
