"""Scores of clips and films by VBench's dimensions (arXiv 2311.17982)."""
