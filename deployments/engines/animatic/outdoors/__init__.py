"""Outdoors of the animatic: every outdoor setting as a stage in three planes."""
