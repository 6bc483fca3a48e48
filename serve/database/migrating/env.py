"""Runs migrations inside the transaction that serve/database/schema.py opened and locked."""

from alembic import context
from sqlalchemy import Connection

connection = context.config.attributes.get("connection")
if not isinstance(connection, Connection):
    raise SystemExit("a database migrates itself when it is opened; there is no command for it")
context.configure(connection=connection, version_table=context.config.attributes["revisions"])
context.run_migrations()
