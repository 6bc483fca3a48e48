"""Alembic's entry point for every schema; migrations are stored beside their tables."""
