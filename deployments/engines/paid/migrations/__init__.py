"""Migrations of the budgets' tables, one file a step. A released step is never edited."""
