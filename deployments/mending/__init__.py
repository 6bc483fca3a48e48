"""Findings -> operations that solve them, by rules."""
