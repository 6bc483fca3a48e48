"""Storyboards of other houses: what an agency's own sheet says, and the conte that it makes."""
