"""Databases of SQLite and PostgreSQL: engine, clock, revisions of tables. Knows no table."""
