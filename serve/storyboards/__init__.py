"""Storyboards of other companies: files of agencies' archives, read in a bounded child."""
