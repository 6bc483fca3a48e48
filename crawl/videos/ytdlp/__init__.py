"""yt-dlp in a process of its own: it asks through our manners only, and starts nothing."""
