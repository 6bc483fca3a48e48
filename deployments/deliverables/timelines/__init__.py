"""Timelines: a version as an editing program opens it, exact to the frame."""
