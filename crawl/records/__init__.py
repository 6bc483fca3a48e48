"""Records of the crawling jobs in SQLite or PostgreSQL: videos, permissions, captions."""
