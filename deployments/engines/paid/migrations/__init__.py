"""Migrations of the budgets' tables, one file per step. A released step is never edited."""
