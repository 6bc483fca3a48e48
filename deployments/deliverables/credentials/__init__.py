"""Content credentials (C2PA): a signed statement in an export that says what made it."""
