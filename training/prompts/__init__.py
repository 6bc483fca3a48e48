"""Prompts that are learnt: reflective optimisation (GEPA, arXiv 2507.19457) on measured rewards."""
