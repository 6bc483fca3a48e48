"""Edited files -> their content, as values. The files may be hostile: read them in a bounded
child."""
