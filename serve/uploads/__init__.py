"""Uploaded videos and recordings: accepted formats, and their properties. For pictures see
`serve.pictures`.

Pictures: `serve.pictures`.
"""
