"""Runs yt-dlp in a separate process: it sends polite requests only and starts no program."""
