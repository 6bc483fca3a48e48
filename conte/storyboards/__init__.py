"""Storyboards of other companies: the content of an agency's own sheet, and the conte made
from it."""
