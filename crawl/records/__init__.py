"""What the jobs remember, in SQLite or PostgreSQL: videos seen, permissions, captions."""
