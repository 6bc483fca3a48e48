"""Content credentials (C2PA): a signed statement in an export about how it was made."""
