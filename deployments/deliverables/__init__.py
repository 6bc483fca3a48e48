"""Deliverables: an edition -> the files that agencies, clients and editors exchange."""
