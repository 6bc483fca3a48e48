"""Formats: films of other lengths and ratios from one approved version."""
