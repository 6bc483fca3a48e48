"""How the tables came to be, step by step; engine.py runs it when a ledger is opened."""
