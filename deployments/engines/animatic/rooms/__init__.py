"""Rooms of the animatic: every indoor setting as a stage in three planes."""
