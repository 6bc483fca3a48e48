"""Migrations of the scripts' tables, one file a step. A released step is never edited."""
