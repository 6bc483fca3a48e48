"""Errors of any database. Each message is one sentence that a person can act on."""


class DatabaseUnavailable(Exception):
    """The database cannot be reached, is full, or was written by another release."""
