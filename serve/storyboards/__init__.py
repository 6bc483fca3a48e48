"""Storyboards of other houses: files of agencies' archives, read in a bounded child."""
