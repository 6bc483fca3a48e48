"""Uploaded videos and recordings: which files are taken, and what is in them.

Pictures: `serve.pictures`.
"""
