"""How the tables came to be, step by step. Run by serve/ledger/engine.py when a ledger is opened."""
