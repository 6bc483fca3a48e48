"""Small checkpoints of random weights, made on disk in seconds for machines without real ones."""
