"""Migrations of the jobs' tables, one file per step; a released step is never edited."""
