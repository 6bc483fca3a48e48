"""Migrations of the ledger's tables, one file a step. A released step is never edited."""
