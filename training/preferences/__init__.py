"""Preference pairs: what the conte model should rather have written, for DPO and its like."""

from training.preferences.pairs import Candidate, Pair, Pairing, pairs_of

__all__ = ["Candidate", "Pair", "Pairing", "pairs_of"]
