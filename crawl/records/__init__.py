"""The jobs' records in SQLite or PostgreSQL: videos seen, permissions, captions."""
