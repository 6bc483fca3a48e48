"""Revision: operations on a version, what they change, and what they cost."""
