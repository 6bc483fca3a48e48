"""What agencies, editors and clients exchange, made of a version."""
