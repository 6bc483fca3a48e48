"""Preference pairs (chosen and rejected answers) for training the conte model by DPO."""

from training.preferences.pairs import Candidate, Pair, Pairing, pairs_of

__all__ = ["Candidate", "Pair", "Pairing", "pairs_of"]
