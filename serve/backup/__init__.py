"""Copies of the ledger and of the vault's files that it names, and the way back."""
